"""Envelopes: what is noted of machine, commit, sources and tables; what is not known stays unknown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from harness.envelope import Envelope, Revision, begin, digest, end, revision, tables_of, this_machine


def git(root: Path, *words: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project of one commit."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text("a")
    (tmp_path / ".gitignore").write_text("/ignored/\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "m")
    return tmp_path


def test_the_machine_is_this_one() -> None:
    machine = this_machine()
    assert machine.processor
    assert machine.kernel == Path("/proc/sys/kernel/osrelease").read_text().strip()
    assert machine.processors is not None
    assert f"{machine.processors} processors" in machine.shown


def test_it_notes_command_day_commit_and_sources(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "orig_argv", ["/usr/bin/python3", "-m", "harness", "speed", f"--release={tree}/artifacts"])
    found = begin(["code"], tree)
    assert found.command == ("python", "-m", "harness", "speed", "--release=./artifacts")
    assert found.date is not None
    assert found.revision == revision(tree)
    assert found.sources == {"code": digest(tree / "code")}
    assert (found.artifacts, found.tables) == (None, None)


@pytest.mark.parametrize(
    ("changed", "dirty"),
    [
        ("code/a.py", True),
        ("code/new.py", True),
        ("ignored/x", False),
        ("benchmarks/results/speed.json", False),
        ("docs/tiers.md", False),
        ("docs/other.md", True),
    ],
)
def test_a_tree_is_dirty_by_whatever_figures_may_depend_on(tree: Path, changed: str, dirty: bool) -> None:  # noqa: FBT001
    path = tree / changed
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("changed")
    found = revision(tree)
    assert found is not None
    assert found.dirty == dirty


def test_outside_of_a_repository_the_commit_is_unknown(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert revision(tmp_path_factory.mktemp("plain")) is None
    assert revision(tree / "code") is None  # a project unpacked within another one's tree


def test_what_changed_while_it_was_measured_is_unknown(tree: Path) -> None:
    begun = begin(["code"], tree)
    assert end(begun, {}, {}, tree).sources == begun.sources
    (tree / "code" / "a.py").write_text("b")
    ended = end(begun, {}, {}, tree)
    assert ended.sources is None
    assert ended.revision is None


def test_a_folders_digest_is_of_its_written_files(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.py").write_text("1")
    before = digest(tmp_path)
    for made in ("__pycache__", "a/__pycache__", "x.egg-info", "build"):
        (tmp_path / made).mkdir()
        (tmp_path / made / "made.py").write_text("2")
    assert digest(tmp_path) == before
    (tmp_path / "a" / "x.py").rename(tmp_path / "a" / "y.py")
    assert digest(tmp_path) != before


def test_tables_are_those_of_pairs_of_what_was_measured(tmp_path: Path) -> None:
    full, light, other = "a" * 64, "b" * 64, "c" * 64
    for name in (f"{full[:12]}-{light[:12]}", f"{full[:12]}-{other[:12]}", "tables"):
        (tmp_path / f"{name}.json").write_text("{}")
    found = tables_of([full, light, None], tmp_path)
    assert found == {f"{full[:12]}-{light[:12]}.json": digest(tmp_path / "tables.json")}


def test_an_envelope_has_every_field_and_no_other(tree: Path) -> None:
    made = begin([], tree).model_dump(mode="json")
    for wrong in ({**made, "colour": 1}, {key: value for key, value in made.items() if key != "tables"}):
        with pytest.raises(ValidationError):
            Envelope.model_validate(wrong)


def test_it_is_shown_with_what_is_not_known(tree: Path) -> None:
    made = begin([], tree).model_copy(update={"revision": Revision(commit="ab" * 20, dirty=True), "date": None})
    assert made.shown.endswith("unknown date, commit abababababab and changes")
    assert made.model_copy(update={"revision": None}).shown.endswith("unknown commit")
