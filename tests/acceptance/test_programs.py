"""Every published interpreter runs real code: natively, under qemu-user and under wasmtime."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.programs import ARM, INTERPRETERS, WASM, X86, Programs

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.mark.parametrize(("name", "target"), INTERPRETERS)
def test_everyday_code_gives_the_same_bytes_everywhere(programs: Programs, name: str, target: str) -> None:
    reference = programs("cpython", X86).run(str(SCRIPTS / "everyday.py"), "one", "two")
    ran = programs(name, target).run(str(SCRIPTS / "everyday.py"), "one", "two", shared=[SCRIPTS])
    assert b"['one', 'two']" in reference.out
    assert (ran.status, ran.out, ran.err) == (7, reference.out, b"to stderr\n")


@pytest.mark.parametrize(("name", "target"), INTERPRETERS)
def test_it_says_who_it_is(programs: Programs, name: str, target: str) -> None:
    code = "import sys, json; print(json.dumps([sys.implementation.name, list(sys.version_info[:3])]))"
    implementation, version = json.loads(programs(name, target).run("-c", code).out)
    expected = {"cpython": "cpython", "rustpython": "rustpython"}[name]
    assert implementation == expected
    if name == "cpython":
        assert ".".join(map(str, version)) == programs.artifact(name, target).version


@pytest.mark.parametrize("target", [X86, ARM, WASM])
def test_the_manifests_modules_really_import(programs: Programs, target: str) -> None:
    program = programs("cpython", target)
    modules = [name for name in program.artifact.capabilities.modules if name not in ("this", "antigravity")]
    assert len(modules) > 150
    # idlelib, turtle and friends are not in the list on any target: they need Tk.
    code = f"import importlib\nfor name in {modules!r}:\n    importlib.import_module(name)\nprint('all')"
    ran = program.run("-W", "ignore", "-c", code)
    assert ran.out.splitlines()[-1:] == [b"all"], ran.err[-2000:]


def test_an_uncaught_exception_is_cpython_s_to_the_byte_on_every_target(programs: Programs) -> None:
    code = "def f():\n    return 1 / 0\nf()"
    answers = {programs("cpython", target).run("-c", code).err for target in (X86, ARM, WASM)}
    assert len(answers) == 1
    assert answers.pop().endswith(b"ZeroDivisionError: division by zero\n")
