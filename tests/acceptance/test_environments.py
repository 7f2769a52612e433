"""Where the interpreters may stand, and what is put on top of them: folders, links, environments, pip, C programs."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.programs import ARM, X86, Program, Programs, Ran, execute

NATIVE = pytest.mark.parametrize("target", [X86, ARM], ids=["x86_64", "aarch64"])
BOTH = pytest.mark.parametrize("name", ["cpython", "rustpython"])
PACKAGE = "markupsafe==3.0.3"
WHERE = "import sys, json, os; print(json.dumps([sys.prefix, os.path.dirname(json.__file__)]))"


def _pip(python: Path, *words: str) -> Ran:
    """pip with this machine's own configuration, which says where wheels come from."""
    done = subprocess.run(
        [str(python), "-m", "pip", "--disable-pip-version-check", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return Ran(done.returncode, done.stdout, done.stderr)


@NATIVE
def test_it_runs_from_any_folder_and_after_a_move(programs: Programs, tmp_path: Path, target: str) -> None:
    program = programs("cpython", target)
    folder = tmp_path / "plain"
    shutil.copytree(program.folder, folder, symlinks=True)
    for name in ("plain", "with a blank", "ünïcödé ☃", "-dash", "a'b\"c$d\\e"):
        folder = folder.rename(tmp_path / name)
        moved = Program(program.artifact, folder, program.prefix)
        ran = moved.run("-c", WHERE)
        assert json.loads(ran.out) == [str(folder), str(moved.library / "json")], ran.err


@BOTH
@NATIVE
def test_it_runs_through_links(programs: Programs, tmp_path: Path, name: str, target: str) -> None:
    program = programs(name, target)
    (tmp_path / "deep" / "bin").mkdir(parents=True)
    (tmp_path / "first").symlink_to(program.path)
    (tmp_path / "deep" / "bin" / program.path.name).symlink_to("../../first")
    (tmp_path / "folder").symlink_to(program.folder)
    code = "import sys, json; print(json.__name__, sys.version)"
    direct = program.run("-c", code)
    assert direct.status == 0
    entry = str(program.artifact.entry)
    for link in (tmp_path / "first", tmp_path / "deep" / "bin" / program.path.name, tmp_path / "folder" / entry):
        ran = execute([*program.prefix, str(link), "-c", code])
        assert (ran.status, ran.out) == (0, direct.out), (link, ran.err)


def test_it_runs_when_found_on_the_path(programs: Programs) -> None:
    program = programs("cpython", X86)
    found = execute(["python3", "-c", WHERE], {"PATH": f"{program.path.parent}:/usr/bin"})
    assert json.loads(found.out)[0] == str(program.folder)


@pytest.fixture(scope="module", params=[X86, ARM], ids=["x86_64", "aarch64"])
def environment(programs: Programs, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """An environment made by `python -m venv`, with pip."""
    folder = tmp_path_factory.mktemp("environment")
    base = programs("cpython", request.param).copied(folder / "python")
    ran = base.run("-m", "venv", str(folder / "env"))
    assert ran.status == 0, ran.err
    return folder / "env"


def test_an_environment_has_pip_and_its_own_prefix(environment: Path) -> None:
    python = environment / "bin" / "python"
    assert _pip(python, "--version").out.split()[3] == str(environment / "lib/python3.14/site-packages/pip").encode()
    ran = execute([str(python), "-c", "import sys; print(sys.prefix, sys.base_prefix)"])
    assert ran.out.decode().split() == [str(environment), str(environment.parent / "python")]


def test_a_wheel_with_a_c_extension_is_installed_and_loaded(environment: Path) -> None:
    python = environment / "bin" / "python"
    _pip(python, "install", "--quiet", "--only-binary=:all:", PACKAGE)
    code = "import markupsafe, markupsafe._speedups as s; print(markupsafe.escape('<a>'), s.__file__)"
    ran = execute([str(python), "-c", code])
    assert ran.status == 0, ran.err
    assert ran.out.startswith(b"&lt;a&gt; ")
    assert ran.out.strip().endswith(b".so")


@pytest.fixture(scope="module")
def compiler() -> str:
    """This machine's own C compiler, whatever it is."""
    found = shutil.which("cc") or shutil.which("gcc")
    if found is None:
        pytest.skip("this machine has no C compiler of its own")
    return found


MODULE = """
#include <Python.h>
static PyObject *twice(PyObject *self, PyObject *argument) { return PyNumber_Add(argument, argument); }
static PyMethodDef methods[] = {{"twice", twice, METH_O, ""}, {0}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "other", "", 0, methods};
PyMODINIT_FUNC PyInit_other(void) { return PyModuleDef_Init(&definition); }
"""
PROGRAM = r"""
#include <Python.h>
int main(int argc, char **argv) {
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    PyStatus status = PyConfig_SetBytesString(&config, &config.home, argv[1]);
    if (!PyStatus_Exception(status)) status = PyConfig_SetBytesArgv(&config, argc, argv);
    config.parse_argv = 0;
    if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status)) Py_ExitStatusException(status);
    int failed = PyRun_SimpleString(
        "import sys, ssl, sqlite3, lzma, ctypes, hashlib\n"
        "print(sys.version.split()[0], sqlite3.connect(':memory:').execute('select 42').fetchone(), ssl.HAS_TLSv1_3)\n"
        "sys.path.extend(sys.argv[2:])\n"
        "if sys.argv[2:]: import other; print(other.twice('ab'))\n");
    return Py_FinalizeEx() < 0 || failed;
}
"""


@pytest.fixture(scope="module")
def embedded(programs: Programs, compiler: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A C program that this machine's compiler linked to the static libpython as link.json says; and the module."""
    folder = tmp_path_factory.mktemp("embedded")
    library = programs.unpacked(programs.artifact("libpython", X86))
    include = next(library.glob("include/python3.*"))
    link = json.loads((library / "link.json").read_text("utf-8"))
    (folder / "program.c").write_text(PROGRAM, "utf-8")
    (folder / "other.c").write_text(MODULE, "utf-8")
    compile_ = [compiler, "-O1", "-fPIC", f"-I{include}"]
    archives = [str(library / name) for name in link["archives"]]
    words = ["program.c", "-o", "program", *archives, *link["system"], *link["flags"]]
    for command in ([*compile_, *words], [*compile_, "-shared", "other.c", "-o", "other.so"]):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
    return folder / "program", folder


def test_a_c_program_embeds_the_static_library(programs: Programs, embedded: tuple[Path, Path]) -> None:
    program, _ = embedded
    home = programs("cpython", X86)
    ran = execute([str(program), str(home.folder)])
    version = home.artifact.version
    assert (ran.status, ran.out.decode()) == (0, f"{version} (42,) True\n"), ran.err


def test_a_c_extension_of_this_machine_s_compiler_loads(programs: Programs, embedded: tuple[Path, Path]) -> None:
    _, folder = embedded
    ran = programs("cpython", X86).run("-c", "import other; print(other.twice([1]))", env={"PYTHONPATH": str(folder)})
    assert (ran.status, ran.out) == (0, b"[1, 1]\n"), ran.err


def test_an_extension_may_use_the_internal_headers(programs: Programs, compiler: str, tmp_path: Path) -> None:
    (tmp_path / "core.c").write_text(
        "#define Py_BUILD_CORE_MODULE 1\n#include <Python.h>\n"
        '#include "internal/pycore_frame.h"\n#include "internal/pycore_interp.h"\n'
        "int size = (int)sizeof(PyInterpreterState);\n"
    )
    include = next(programs("cpython", X86).folder.glob("include/python3.*"))
    command = [compiler, "-Werror", f"-I{include}", "-c", "core.c", "-o", "core.o"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr


def test_a_c_extension_loads_in_a_program_that_embeds_the_library(
    programs: Programs, embedded: tuple[Path, Path]
) -> None:
    program, folder = embedded
    ran = execute([str(program), str(programs("cpython", X86).folder), str(folder)])
    assert ran.out.decode().endswith("abab\n"), ran.err


def test_what_sysconfig_says_compiles_an_extension_here(
    programs: Programs, embedded: tuple[Path, Path], compiler: str, tmp_path: Path
) -> None:
    """The flags are for this machine's compiler, not for the one that built the interpreter."""
    program = programs("cpython", X86)
    names = ["CC", "CFLAGS", "CCSHARED", "LDSHARED", "EXT_SUFFIX", "INCLUDEPY"]
    ran = program.run("-c", f"import sysconfig, json; print(json.dumps(sysconfig.get_config_vars(*{names!r})))")
    cc, cflags, ccshared, ldshared, suffix, include = json.loads(ran.out)
    assert include.startswith(str(program.folder))
    source = str(embedded[1] / "other.c")
    for command in (
        [*shlex.split(cc), *shlex.split(cflags), *shlex.split(ccshared), f"-I{include}", "-c", source, "-o", "other.o"],
        [*shlex.split(ldshared), "other.o", "-o", f"other{suffix}"],
    ):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
    ran = program.run("-c", "import other; print(other.twice('ab'), other.__file__)", env={"PYTHONPATH": str(tmp_path)})
    assert ran.out.decode() == f"abab {tmp_path}/other{suffix}\n", ran.err
