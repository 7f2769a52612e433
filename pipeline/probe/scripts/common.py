"""What the probe scripts share. Runs inside the probed interpreter; may import the standard library only.

A script is a list of checks. It prints one line, MARK and a JSON object: `ok`, `passed` (names), `failed`
(name → reason) and whatever else the script found out. Nothing in it may differ from run to run.
"""

import json
import os
import re
import sys

MARK = "@@probe "
RUNNER = json.loads(os.environ.get("PROBE_RUNNER", "[]"))
"""What a program of the artifact is started with: nothing natively, qemu and its arguments else."""
CC = json.loads(os.environ.get("PROBE_CC", "[]"))
TMP = os.environ.get("TMPDIR", "/tmp")


def emit(facts):
    """Print one result line; flushed, since the interpreter may not live to see the end."""
    sys.__stdout__.write("\n" + MARK + json.dumps(facts, sort_keys=True) + "\n")
    sys.__stdout__.flush()


def reason(error):
    """An error in one line, without addresses (they differ from run to run)."""
    text = " ".join(str(error).split())
    text = re.sub(r"0x[0-9a-fA-F]{6,}", "0x…", text)
    return f"{type(error).__name__}: {text}"[:400]


def run_checks(checks, **facts):
    """Run functions without arguments, each in its own `try`; what one returns is kept under its name."""
    passed, failed = [], {}
    for check in checks:
        name = check.__name__.strip("_")
        try:
            found = check()
        except BaseException as error:
            failed[name] = reason(error)
        else:
            passed.append(name)
            if found is not None:
                facts[name] = found
    emit({**facts, "ok": not failed, "passed": sorted(passed), "failed": failed})


def expect(actual, wanted):
    """Fail, saying both, when two values differ."""
    if actual != wanted:
        raise AssertionError(f"{actual!r} instead of {wanted!r}")


def scratch(name):
    """An empty folder for a script's own files."""
    import shutil

    path = os.path.join(TMP, "probe-" + name)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path


def spawn(*argv, **options):
    """Run a program of the artifact and return its output as text; fails with the end of its errors."""
    import subprocess

    done = subprocess.run([*RUNNER, *argv], capture_output=True, text=True, timeout=300, **options)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
        raise AssertionError(f"{os.path.basename(argv[0])} ended with {done.returncode}: {' | '.join(last)}")
    return done.stdout


SOURCE = r"""
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>

static PyObject *twice(PyObject *self, PyObject *arg) { (void)self; return PyNumber_Add(arg, arg); }
static PyObject *root(PyObject *self, PyObject *arg) {
    (void)self;
    double value = PyFloat_AsDouble(arg);
    if (value == -1.0 && PyErr_Occurred()) return NULL;
    if (value < 0) { PyErr_SetString(PyExc_ValueError, "negative"); return NULL; }
    return PyFloat_FromDouble(sqrt(value));
}
static PyMethodDef methods[] = {
    {"twice", twice, METH_O, "x + x"}, {"root", root, METH_O, "square root"}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "probe_ext", NULL, 0, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_probe_ext(void) { return PyModuleDef_Init(&definition); }
"""


def compile_extension(folder):
    """Compile a small third-party extension module against the artifact's own headers; returns its path."""
    import subprocess
    import sysconfig

    if not CC:
        raise AssertionError("no C compiler was given for this target")
    source = os.path.join(folder, "probe_ext.c")
    with open(source, "w") as stream:
        stream.write(SOURCE)
    target = os.path.join(folder, "probe_ext" + sysconfig.get_config_var("EXT_SUFFIX"))
    include = [f"-I{sysconfig.get_path(name)}" for name in ("include", "platinclude")]
    flags = ["-O1", "-fPIC", "-shared", "-Wall", "-Werror"]
    done = subprocess.run(
        [*CC, *flags, *include, source, "-o", target, "-lm"], capture_output=True, text=True, timeout=300
    )
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if "error" in line] or [done.stderr]
        raise AssertionError(f"the compiler says: {errors[0]}")
    return target


def exercise_extension():
    """Use the extension module once it can be imported."""
    import probe_ext

    expect(probe_ext.twice(21), 42)
    expect(probe_ext.twice("ab"), "abab")
    expect(probe_ext.root(2.25), 1.5)
    try:
        probe_ext.root(-4.0)
    except ValueError as error:
        expect(str(error), "negative")
    else:
        raise AssertionError("no ValueError from C")
