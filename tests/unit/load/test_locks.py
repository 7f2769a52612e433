"""pipeline.load.locks: a lock is its toolchain's, and what is wrong with it has a place and a command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.load.problems import LoadReason
from pipeline.load.project import load_project
from tests.unit.load.refused import at, problems, told
from tests.unit.miniproject import recipe, write

LOCK = "toolchains/tools.lock.json"
STALE = LoadReason.STALE_LOCK


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path, [recipe("a")])


def relock(root: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the lock, written a value a line as the real ones are."""
    lock = json.loads((root / LOCK).read_text())
    change(lock)
    (root / LOCK).write_text(json.dumps(lock, indent=1, sort_keys=True))


def redefine(root: Path, **changes: Any) -> None:
    path = root / "toolchains" / "tools.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **changes}))


@pytest.mark.parametrize(
    ("change", "text", "said"),
    [
        (lambda lock: lock.update(name="llvm-22"), '"name": "llvm-22"', "is the lock of 'llvm-22'"),
        (lambda lock: lock.update(suite="forky"), '"suite"', "'forky' was locked"),
        (lambda lock: lock["packages"][0].update(architecture="arm64"), '"architecture"', "the toolchain for amd64"),
        (lambda lock: lock["packages"][0].update(name="gmake"), '"packages"', "make is not locked"),
        (lambda lock: lock.update(packages=[]), '"packages"', "make is not locked"),
    ],
)
def test_another_toolchains_lock(root: Path, change: Callable[[dict[str, Any]], object], text: str, said: str) -> None:
    relock(root, change)
    found = problems(root)
    assert (at(root, LOCK, text), STALE) in [(f"{p.file}:{p.line}:{p.column}", p.reason) for p in found]
    assert said in found[-1].message + found[0].message
    assert {problem.hint for problem in found} == {"nox -s lock -- tools"}


@pytest.mark.parametrize(
    ("changes", "text", "said"),
    [
        ({"suite": "forky"}, '"suite"', "says 'forky'"),
        ({"packages": ["make", "patch"]}, '"packages"', "patch is not locked"),
        ({"packages": ["make", "make:arm64"], "foreign_architectures": ["arm64"]}, '"packages"', "make:arm64 is not"),
        ({"maintainer_scripts": {"bash": "nothing to do"}}, '"packages"', "bash is not locked"),
    ],
)
def test_a_toolchain_that_has_changed_since(root: Path, changes: dict[str, Any], text: str, said: str) -> None:
    relock(root, lambda lock: None)
    redefine(root, **changes)
    (found,) = problems(root)
    assert (f"{found.file}:{found.line}:{found.column}", found.reason) == (at(root, LOCK, text), STALE)
    assert said in found.message


def test_a_package_that_is_to_be_avoided(root: Path) -> None:
    relock(root, lambda lock: None)
    redefine(root, avoid={"make": "for the tests alone"})
    (found,) = problems(root)
    line = (root / LOCK).read_text().splitlines().index("  {") + 1
    assert (found.file, found.line, found.column, found.reason) == (Path(LOCK), line, 3, STALE)


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ('{\n "name": }', "2:10", LoadReason.SYNTAX),
        ("\udcff", "1:1", LoadReason.SYNTAX),
        ("[" * 100_000, "1:1", LoadReason.SYNTAX),
        ('{\n "schema_version": 2}', None, LoadReason.BAD_VALUE),
        ("{}", "1:1", LoadReason.BAD_VALUE),
    ],
)
def test_a_damaged_lock(root: Path, text: str, place: str | None, reason: LoadReason) -> None:
    (root / LOCK).write_bytes(text.encode("utf-8", "surrogateescape"))
    found = problems(root)
    assert found[0].reason is reason
    assert f"{found[0].line}:{found[0].column}" == place or place is None
    assert {problem.hint for problem in found} == {"nox -s lock -- tools"}


def test_a_damaged_value_has_its_place(root: Path) -> None:
    relock(root, lambda lock: lock["packages"][0].update(size=-1, sha256="no"))
    assert told(root) == [
        (at(root, LOCK, '"sha256"'), LoadReason.BAD_VALUE),
        (at(root, LOCK, '"size"'), LoadReason.BAD_VALUE),
    ]


def test_a_lock_that_is_missing_or_no_toolchains(root: Path) -> None:
    (root / LOCK).rename(root / "toolchains" / "tolls.lock.json")
    (orphan, missing) = problems(root)
    assert (str(orphan.file), orphan.reason) == ("toolchains/tolls.lock.json", LoadReason.UNKNOWN_REFERENCE)
    assert "did you mean 'tools'?" in orphan.message
    assert (str(missing.file), missing.reason) == (LOCK, LoadReason.MISSING_FILE)
    assert missing.hint == "nox -s lock -- tools"


def test_locks_can_be_written_anew_whatever_they_are(root: Path) -> None:
    """`lock` itself reads the project: what it is there to mend must not keep it from running."""
    redefine(root, suite="forky")
    (root / "toolchains" / "llvm-22.lock.json").unlink()
    project = load_project(root, relock=True)
    assert project.unlocked == {"tools", "llvm-22"}
    assert project.locks["tools"].suite == "trixie", "no index older than this may be taken"
