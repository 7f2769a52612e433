"""A virtual environment, pip in it, and a wheel with a C extension installed offline."""

import os
import sys

from common import RUNNER, compile_extension, expect, run_checks, scratch, spawn

HOME = scratch("venv")
ENV = os.path.join(HOME, "env")
PYTHON = os.path.join(ENV, "bin", "python")


def create():
    if RUNNER:
        # ensurepip starts `sys.executable` itself, which an emulated program cannot: run pip from its wheel.
        spawn(sys.executable, "-m", "venv", "--without-pip", ENV)
        import ensurepip

        bundled = os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")
        wheel = os.path.join(bundled, os.listdir(bundled)[0])
        spawn(PYTHON, os.path.join(wheel, "pip"), "install", "--no-index", "--no-cache-dir", wheel)
    else:
        spawn(sys.executable, "-m", "venv", ENV)


def inside():
    code = "import sys; print(sys.prefix != sys.base_prefix, sys.prefix)"
    expect(spawn(PYTHON, "-c", code).split(), ["True", ENV])


def pip():
    return spawn(PYTHON, "-m", "pip", "--version").split(" from ")[0]


def make_wheel(extension):
    import base64
    import hashlib
    import sysconfig
    import zipfile

    python = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    tag = f"{python}-{python}-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
    with open(extension, "rb") as stream:
        binary = stream.read()
    info = "probe_wheel-1.0.dist-info"
    files = {
        os.path.basename(extension): binary,
        "probe_wheel/__init__.py": b"import probe_ext\n\ndef answer():\n    return probe_ext.twice(21)\n",
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: probe-wheel\nVersion: 1.0\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: probe\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
        f"{info}/entry_points.txt": b"[console_scripts]\nprobe-answer = probe_wheel:answer\n",
    }
    record = ""
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(data)}\n"
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    path = os.path.join(HOME, f"probe_wheel-1.0-{tag}.whl")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def wheel():
    path = make_wheel(compile_extension(scratch("venv-ext")))
    spawn(PYTHON, "-m", "pip", "install", "--no-index", "--no-cache-dir", path)
    expect(spawn(PYTHON, "-c", "import probe_wheel; print(probe_wheel.answer())").strip(), "42")


def script():
    """The console script that pip wrote must find its interpreter."""
    path = os.path.join(ENV, "bin", "probe-answer")
    with open(path) as stream:
        expect(stream.readline().strip() in (f"#!{PYTHON}", "#!/bin/sh"), True)


def uninstall():
    spawn(PYTHON, "-m", "pip", "uninstall", "-y", "probe-wheel")
    expect(spawn(PYTHON, "-m", "pip", "list", "--format=freeze").count("probe"), 0)


run_checks([create, inside, pip, wheel, script, uninstall])
