"""Keeping: only what is of the release, a clean tree and today's sources becomes the release's own; all or none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness import __main__ as main
from harness import keep, matrix, results
from harness.envelope import Revision
from harness.results import ResultError, ResultReason, dump
from tests.unit.harness.results import kept, of_release

DIRTY = Revision(commit="0" * 40, dirty=True)


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's results and page in another place: `kept`, `measured`, `tiers.md`; nothing was measured."""
    before = {path.name: path.read_bytes() for path in results.KEPT.iterdir()}
    for name in ("kept", "measured"):
        (tmp_path / name).mkdir()
        monkeypatch.setattr(results, name.upper(), tmp_path / name)
    for name, data in before.items():
        (tmp_path / "kept" / name).write_bytes(data)
    monkeypatch.setattr(matrix, "OUT", tmp_path / "tiers.md")
    return tmp_path


def measure(places: Path, name: str, **different: Any) -> None:
    """Have a result that is as if measured anew, but for fields of its envelope."""
    found = kept(name).model_copy(update={"envelope": of_release(name, **different)})
    (places / "measured" / f"{name}.json").write_text(dump(found))
    if name in ("speed", "amortize"):
        (places / "measured" / f"{name}.svg").write_text(f"<svg>{name}</svg>")


def test_it_is_copied_and_the_page_is_no_longer_stale(places: Path) -> None:
    names = ["bit-exact", "speed", "amortize", "route", "adaptive"]
    assert matrix.main(lambda _: None) == 0
    assert "**Stale**" in (places / "tiers.md").read_text("utf-8")
    for name in names:
        measure(places, name)
    said: list[str] = []
    assert keep.main(names, said.append) == 0
    assert "**Stale**" not in (places / "tiers.md").read_text("utf-8")
    assert (places / "kept" / "speed.json").read_bytes() == (places / "measured" / "speed.json").read_bytes()
    assert (places / "kept" / "speed.svg").read_text() == "<svg>speed</svg>"
    assert "speed" in said[-1]


@pytest.mark.parametrize(
    ("different", "why"),
    [
        ({"revision": DIRTY}, "changes"),
        ({"revision": None}, "commit"),
        ({"sources": None}, "sources"),
        ({"artifacts": {"cpython-3.14.7@x86_64-unknown-linux-gnu": "f" * 64}}, "another build"),
        ({"tables": {}}, "tables"),
    ],
)
def test_what_is_not_of_the_release_is_refused_and_nothing_is_kept(
    places: Path, different: dict[str, Any], why: str
) -> None:
    before = {path: path.read_bytes() for path in (places / "kept").iterdir()}
    measure(places, "speed")
    measure(places, "route", **different)
    with pytest.raises(ResultError) as caught:
        keep.main(["speed", "route"], pytest.fail)
    assert caught.value.reason is ResultReason.NOT_KEPT
    assert why in caught.value.message
    assert "speed:" not in caught.value.message
    assert {path: path.read_bytes() for path in (places / "kept").iterdir()} == before
    assert not (places / "tiers.md").exists()


def test_all_that_is_against_it_is_said_at_once(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measure(places, "speed", revision=DIRTY, sources=None)
    (places / "measured" / "speed.svg").unlink()
    assert main.run(["keep", "speed", "cold"]) == 1
    said = capsys.readouterr().err
    assert said.count("speed: ") == 3
    assert "cold: it was not measured here: nox -s bench -- cold" in said
    assert "next: " in said


def test_a_result_is_what_was_measured_to_the_byte(places: Path) -> None:
    measure(places, "decision")
    keep.main(["decision"], lambda _: None)
    assert json.loads((places / "kept" / "decision.json").read_bytes())["envelope"]["revision"]["dirty"] is False
