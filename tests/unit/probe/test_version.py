"""The probes' digest: what it is made of, and what not."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.probe import version as probes
from pipeline.probe.version import probe_version

HERE = Path(probes.__file__).parent


@pytest.fixture
def copy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The probes' files elsewhere, of which the digest is made."""
    place = tmp_path / "probe"
    (place / "scripts").mkdir(parents=True)
    for path in [*HERE.glob("*.py"), *(path for path in (HERE / "scripts").iterdir() if path.is_file())]:
        (place / path.relative_to(HERE)).write_bytes(path.read_bytes())
    monkeypatch.setattr(probes, "__file__", str(place / "version.py"))
    monkeypatch.setattr(probes, "SCRIPTS", place / "scripts")
    return place


def test_where_the_probes_are_does_not_matter(monkeypatch: pytest.MonkeyPatch, copy: Path) -> None:
    moved = probe_version()
    monkeypatch.undo()
    assert moved == probe_version()
    assert len(moved) == 64


@pytest.mark.parametrize(
    "change",
    [
        lambda place: (place / "scripts" / "text.py").write_text("# changed\n"),
        lambda place: (place / "elf.py").write_text("# changed\n"),
        lambda place: (place / "scripts" / "text.py").rename(place / "scripts" / "texts.py"),
        lambda place: (place / "scripts" / "new.c").write_text(""),
        lambda place: (place / "new.py").write_text(""),
        lambda place: (place / "judge.py").unlink(),
    ],
    ids=["a script", "a parser", "a script's name", "another file for scripts", "another module", "one less"],
)
def test_every_file_counts(copy: Path, change: Callable[[Path], object]) -> None:
    before = probe_version()
    change(copy)
    assert probe_version() != before


@pytest.mark.parametrize("package", ["pyelftools", "wasmtime"])
def test_the_parsers_versions_count(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    before, installed = probe_version(), importlib.metadata.version
    monkeypatch.setattr(probes, "version", lambda name: "0.0" if name == package else installed(name))
    assert probe_version() != before


def test_what_is_compiled_of_it_does_not_count(copy: Path) -> None:
    before = probe_version()
    (copy / "__pycache__").mkdir()
    (copy / "__pycache__" / "elf.pyc").write_bytes(b"x")
    (copy / "scripts" / "__pycache__").mkdir()
    (copy / "scripts" / "__pycache__" / "text.pyc").write_bytes(b"x")
    assert probe_version() == before
