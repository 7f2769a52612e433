"""References: how one is found and asked, and what is said where there is none."""

from __future__ import annotations

import stat
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from harness import reference, results
from harness.reference import NoReferenceError, ask, compiled, debian, references, upstream
from harness.runners import Process
from harness.toolchains import NoToolchainError
from pipeline.load.project import load_project

ROOT = Path(__file__).parents[3]
TREE = "0123456789abcdef"


def program(path: Path, says: str, status: int = 0) -> Path:
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_reference_is_what_it_says_it_is(tmp_path: Path) -> None:
    found = ask(program(tmp_path / "python", "CPython 3.14.99"))
    assert (found.name, found.version, found.tier) == ("reference CPython 3.14.99", "CPython 3.14.99", "reference")


def test_what_does_not_run_is_no_reference(tmp_path: Path) -> None:
    with pytest.raises(NoReferenceError, match="nothing"):
        ask(tmp_path / "nothing")
    with pytest.raises(NoReferenceError):
        ask(program(tmp_path / "python", "", status=3))


def test_a_named_reference_is_taken_and_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no(names: Sequence[str]) -> dict[str, Path]:
        raise AssertionError(names)

    monkeypatch.setattr(reference, "trees", no)
    first, *_ = references([program(tmp_path / "python", "CPython 3.14.99")], print)
    assert first.version == "CPython 3.14.99"


def test_upstreams_comes_first_then_debians_then_one_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, debians = (
        Process(f"reference CPython {version}", "reference", "t", f"CPython {version}", tmp_path)
        for version in ("3.14.7", "3.14.8")
    )
    monkeypatch.setattr(reference, "upstream", lambda _: own)
    monkeypatch.setattr(reference, "debian", lambda _: debians)
    program(tmp_path / reference.PYTHON, "CPython 3.14.99")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert references([], print)[:2] == [own, debians]
    assert references([], print, optimised=True)[0] is debians
    monkeypatch.setattr(reference, "upstream", lambda _: None)
    monkeypatch.setattr(reference, "debian", lambda _: None)
    assert references([], print)[0].version == "CPython 3.14.99"


def test_upstreams_is_the_default_versions_source_as_it_is() -> None:
    recipes = load_project(ROOT).recipes
    full, its = (recipes[name].versions[0] for name in ("cpython", "reference"))
    assert its.version == full.version
    assert [item.sha256 for item in its.sources] == [item.sha256 for item in full.sources]
    assert [item.patches for item in its.sources] == [()]


def test_without_one_it_is_said_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def no(names: object) -> dict[str, Path]:
        raise NoToolchainError(f"no mirror has {names}")

    monkeypatch.setattr(reference, "trees", no)
    monkeypatch.setattr(reference, "built", no)
    said: list[str] = []
    assert upstream(said.append) is None
    assert debian(said.append) is None
    assert said == [
        "without upstream's python3.14: no mirror has reference@x86_64",
        "without Debian's python3.14: no mirror has ['reference-3.14']",
    ]


def test_it_is_copied_and_compiled_once(tmp_path: Path) -> None:
    tree, home, said = working(tmp_path), tmp_path / "home", list[str]()
    made = compiled(tree, home, said.append)
    assert made == home / f"{reference.TOOLCHAIN}-{TREE[:12]}"
    assert len(said) == 1
    assert compiled(tree, home, pytest.fail) == made


def working(folder: Path) -> Path:
    """A root file system whose loader starts nothing and is content."""
    tree = folder / TREE
    (tree / "usr/lib64").mkdir(parents=True)
    program(tree / "usr/lib64/ld-linux-x86-64.so.2", "yes")
    return tree


@pytest.mark.parametrize(
    "damage",
    [
        lambda made: (made / "usr/lib64/ld-linux-x86-64.so.2").write_text("zeroed", "ascii"),
        lambda made: (made / "usr/more").touch(),
        lambda made: (made / "usr/lib64/ld-linux-x86-64.so.2").unlink(),
        lambda made: made.with_name(f"{made.name}.sha256").unlink(),
    ],
    ids=["bytes", "a file more", "a file less", "no record"],
)
def test_a_copy_that_is_not_as_it_was_made_is_made_again(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    tree, home = working(tmp_path), tmp_path / "home"
    made = compiled(tree, home, lambda _: None)
    before = sorted(path.relative_to(made) for path in made.rglob("*"))
    damage(made)
    said: list[str] = []
    assert compiled(tree, home, said.append) == made
    assert said[0] == f"{made} is not as it was made"
    assert sorted(path.relative_to(made) for path in made.rglob("*")) == before
    assert compiled(tree, home, pytest.fail) == made


def test_a_copy_that_failed_is_not_there(tmp_path: Path) -> None:
    tree, home = tmp_path / TREE, tmp_path / "home"
    (tree / "usr/lib64").mkdir(parents=True)
    program(tree / "usr/lib64/ld-linux-x86-64.so.2", "no", status=1)
    with pytest.raises(NoToolchainError, match="compile"):
        compiled(tree, home, lambda _: None)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("mine", "others", "note"),
    [
        ("CPython 3.14.8", ["cpython 3.14.7", "rustpython 0.6.0"], "3.14.7"),
        ("CPython 3.14.7", ["cpython 3.14.7"], ""),
        ("CPython 3.11.2", ["cpython 3.14.7"], ""),
    ],
)
def test_another_patch_release_is_noted(mine: str, others: list[str], note: str) -> None:
    found = results.patch_note(mine, others)
    assert (note in found) if note else not found
