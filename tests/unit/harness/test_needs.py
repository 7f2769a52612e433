"""What makes a result stale: every artifact, table and source that it is of, changed or not known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness import envelope, needs
from harness.corpus import ROOT
from harness.needs import NEEDS, label, older, released, working
from harness.runners import NoReleaseError
from tests.unit.harness.results import of_release

OTHER = "f" * 64


@pytest.mark.parametrize("name", NEEDS)
def test_a_result_of_the_release_and_of_todays_sources_is_not_stale(name: str) -> None:
    assert older(name, of_release(name), released()) == []


@pytest.mark.parametrize("name", NEEDS)
@pytest.mark.parametrize("field", ["artifacts", "tables", "sources"])
@pytest.mark.parametrize("value", ["unknown", "none", "other", "more"])
def test_it_is_stale_as_soon_as_one_thing_differs_or_is_not_known(name: str, field: str, value: str) -> None:
    good = getattr(of_release(name), field)
    first = next(iter(good), "nothing")
    wrong = {"unknown": None, "none": {}, "other": {**good, first: OTHER}, "more": {**good, "x-1@y": OTHER}}[value]
    depends = {"sources": True, "tables": NEEDS[name].tables, "artifacts": NEEDS[name].covers is not None}[field]
    stale = older(name, of_release(name, **{field: wrong}), released())
    if depends and (field, value) != ("sources", "more"):  # sources that it does not need any more say nothing
        assert len(stale) == 1
    else:
        assert stale == []


@pytest.mark.parametrize("name", NEEDS)
def test_a_release_of_other_archives_makes_stale_what_is_of_archives(name: str) -> None:
    manifest = released()
    rebuilt = [replace(item, file=replace(item.file, sha256=OTHER)) for item in manifest.artifacts]
    stale = older(name, of_release(name), replace(manifest, artifacts=tuple(rebuilt)))
    assert bool(stale) == (NEEDS[name].covers is not None)
    assert all("cpython-3.14" in reason for reason in stale)


@pytest.mark.parametrize(
    ("name", "count"), [("bit-exact", 6), ("speed", 4), ("route", 4), ("overhead", 1), ("wasi-start", 1), ("cold", 6)]
)
def test_it_has_to_be_of_all_that_the_release_has_of_its_kind(name: str, count: int) -> None:
    good = of_release(name).artifacts
    assert good is not None
    stale = [
        older(
            name, of_release(name, artifacts={other: sha for other, sha in good.items() if other != left}), released()
        )
        for left in good
    ]
    assert sum(map(bool, stale)) == count
    assert all("measured without" in reason for reasons in stale for reason in reasons)


def test_the_router_is_part_of_what_is_shown_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed router, whatever else is the same, makes stale what was measured of the one before."""
    made = {name: of_release(name) for name in NEEDS}
    true = envelope.digest
    changed = ROOT / "slimepython" / "router"

    def digest(path: Path) -> str:
        return OTHER if path == changed or path in changed.parents else true(path)

    monkeypatch.setattr(needs, "digest", digest)
    stale = {name for name in NEEDS if older(name, made[name], released())}
    assert stale == {"route", "share", "adaptive", "decision", "overhead", "wasi-start"}


def test_what_results_depend_on_is_there_and_can_be_measured() -> None:
    text = (ROOT / "noxfile.py").read_text("utf-8")
    for item in NEEDS.values():
        assert all((ROOT / path).exists() for path in item.sources)
        session = item.command.split()[2]
        assert f'name="{session}"' in text or f"def {session}(" in text


def test_a_label_tells_options_apart() -> None:
    (one, *_) = released().artifacts
    assert label(one) == f"{one.name}-{one.version}@{one.target}"
    options: dict[str, Any] = {"jit": "on"}
    assert label(replace(one, options=options)) == f"{label(one)}+jit=on"


def test_without_a_manifest_there_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(NoReleaseError, match="build-full"):
        working(tmp_path)
