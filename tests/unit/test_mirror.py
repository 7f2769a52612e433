"""Every module of the pipeline has a test file of its own at the same place, or a line here that says what tests it.

A line is right for reasons, which the refusals of the modules beside them give, and for what is only run somewhere
else: a command as a process, a script inside a probed interpreter. Anything else has something to test by itself.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PIPELINE = ROOT / "pipeline"

ELSEWHERE = {
    "__main__.py": "tests/unit/cli/test_main.py",
    "lock/reasons.py": "tests/unit/lock/test_indexes.py",
    "probe/scripts/answers.py": "tests/unit/probe/test_scripts.py",
    "probe/scripts/aslr.py": "tests/unit/probe/test_scripts.py",
    "probe/scripts/cext.py": "tests/unit/probe/test_scripts.py",
    "probe/scripts/common.py": "tests/unit/probe/test_scripts.py",
    "probe/scripts/compress.py": "tests/unit/probe/test_scripts.py",
    "probe/scripts/details.py": "tests/unit/probe/test_scripts.py",
    "probe/scripts/ffi.py": "tests/unit/probe/test_scripts.py",
    "probe/scripts/hashes.py": "tests/unit/probe/test_scripts.py",
    "probe/scripts/language.py": "tests/unit/probe/test_scripts.py",
    "probe/scripts/library.py": "tests/unit/probe/test_scripts.py",
    "probe/scripts/modules.py": "tests/integration/probe/test_running.py",
    "probe/scripts/sqlite.py": "tests/unit/probe/test_scripts.py",
    "probe/scripts/system.py": "tests/unit/probe/test_scripts.py",
    "probe/scripts/terminal.py": "tests/unit/probe/test_scripts.py",
    "probe/scripts/text.py": "tests/unit/probe/test_scripts.py",
    "probe/scripts/tls.py": "tests/unit/probe/test_scripts.py",
    "probe/scripts/venv_pip.py": "tests/integration/probe/test_running.py",
    "probe/scripts/version.py": "tests/unit/probe/test_scripts.py",
    "rootfs/reasons.py": "tests/unit/rootfs/test_unpack.py",
    "sandbox/errors.py": "tests/unit/sandbox/test_auto.py",
    "store/errors.py": "tests/unit/store/test_layout.py",
}
"""Module, relative to `pipeline/` → the file that tests it, which has to import it, or to name it where it runs it."""


def has_code(module: Path) -> bool:
    """Whether there is more in a module than words, imports and the list of its names."""
    for statement in ast.parse(module.read_bytes()).body:
        match statement:
            case ast.Expr(ast.Constant()) | ast.Import() | ast.ImportFrom() | ast.Assign([ast.Name("__all__")]):
                continue
        return True
    return False


MODULES = sorted(path.relative_to(PIPELINE).as_posix() for path in PIPELINE.rglob("*.py") if has_code(path))


def own(module: str) -> str:
    """The place of a module's own test file."""
    package, _, name = module.rpartition("/")
    return "/".join(["tests/unit", *filter(None, [package]), f"test_{name}"])


def words(test: Path) -> set[str]:
    """All that a file imports, dotted, the texts in it, and the names of its tests."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(test.read_bytes())):
        match node:
            case ast.Import(aliases):
                found |= {alias.name for alias in aliases}
            case ast.ImportFrom(str(package), aliases):
                found |= {package, *(f"{package}.{alias.name}" for alias in aliases)}
            case ast.Constant(str(text)) | ast.FunctionDef(text):
                found.add(text)
    return found


def names(module: str) -> set[str]:
    """What a file says that imports a module or, if it is a command or a script, runs it."""
    path = Path(module)
    dotted = ".".join(["pipeline", *path.with_suffix("").parts])
    run = {path.stem} if path.parts[:-1] in (("cli",), ("probe", "scripts")) else set[str]()
    return {dotted, dotted.removesuffix(".__main__")} | run


def test_modules_are_those_with_code() -> None:
    assert {"errors.py", "store/ingest.py", "probe/scripts/text.py"} <= set(MODULES)
    assert "store/__init__.py" not in MODULES, "it only passes names on"


@pytest.mark.parametrize("module", MODULES)
def test_every_module_is_tested_where_it_is_said_to_be(module: str) -> None:
    place = ELSEWHERE.get(module, own(module))
    todo = f"write {own(module)}, or if it has nothing to test by itself, say in ELSEWHERE of {__file__} what tests it"
    assert (ROOT / place).is_file(), f"pipeline/{module} is tested nowhere: {todo}"
    said = words(ROOT / place)
    assert any(word.startswith("test_") for word in said), f"{place} has no tests: {todo}"
    if module in ELSEWHERE:
        assert not (ROOT / own(module)).exists(), f"{own(module)} is there: remove {module!r} from ELSEWHERE"
        assert said & names(module), f"{place} neither imports nor names pipeline/{module}: {todo}"


def test_no_line_is_left_of_a_module_that_is_gone() -> None:
    assert ELSEWHERE.keys() - set(MODULES) == set()
