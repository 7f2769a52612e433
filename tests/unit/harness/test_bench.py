"""The frame of the benchmarks: figures are written down, and shown beside what they should reach."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import decision, measure, overhead
from benchmarks.figures import ROOT, Measured, Reach, reaches, with_reaches
from benchmarks.ran import Ran
from harness import results
from harness.needs import older, released
from slimepython.router.signals import Platform


@pytest.mark.parametrize(("figure", "status", "verdict"), [(5.0, 0, "reached"), (5.01, 1, "NOT REACHED")])
def test_a_figure_is_shown_beside_its_reach(
    figure: float,
    status: int,
    verdict: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    figures = with_reaches({"runs": [figure, 9]}, [Reach("it", figure, 5, "ms")])
    monkeypatch.setattr(measure, "MEASUREMENTS", {"cold": lambda: Measured(figures)})
    monkeypatch.setattr(results, "MEASURED", tmp_path)
    assert measure.main(["cold"]) == status
    assert capsys.readouterr().out == f"it: {figure:g} ms (at most 5: {verdict})\n"
    assert json.loads((tmp_path / "cold.json").read_text())["figures"]["runs"] == [figure, 9]


def test_a_cold_build_is_measured_by_all_processors_and_by_those_that_were_available() -> None:
    events: list[dict[str, object]] = [
        {"event": "published", "at": 60.0, "artifact": "a"},
        {"built": {"build/a": 100.0}, "artifacts": [{"sha256": "f" * 64}]},
    ]
    measured = measure.of_cold(Ran(1000.0, events, 10**8, 5.0, 1600.0, 250.0), 2)
    assert measured.figures["wall_over_commands_by_all_processors"] == pytest.approx(1.25)
    assert measured.figures["processors_available"] == pytest.approx(1.75)
    assert measured.figures["wall_over_commands_by_available_processors"] == pytest.approx(1.09375)
    shown = [each.shown for each in reaches(measured.figures)]
    assert "its time over its commands' own by all processors: 1.25 times (at most 1.05: NOT REACHED)" in shown
    assert "its time over its commands' own by processors available: 1.094 times (at most 1.05: NOT REACHED)" in shown
    assert measured.archives == {"f" * 64}


def test_ways_take_turns_and_the_first_is_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overhead, "ROUNDS", 3)
    log = tmp_path / "log"
    ways = {name: ["/bin/sh", "-c", f"echo {name} >> {log}"] for name in ("a", "b")}
    wall, cpu = overhead.in_turns(ways, {})
    assert [len(times) for times in (*wall.values(), *cpu.values())] == [3] * 4
    assert log.read_text().split() == ["a", "b", "b", "a", "a", "b", "b", "a"]


def test_there_are_scripts_of_200_lines() -> None:
    found = list(decision.scripts())
    assert len(found) >= 5
    assert all(text.count(b"\n") >= decision.LINES for _, text in found)


def test_a_decision_is_measured_of_the_release_and_its_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For real, but for one script and one process."""
    release = ROOT / "manifests" / f"{released().release}.json"
    (tmp_path / "manifest.json").write_bytes(release.read_bytes())
    for module in (decision, results):
        monkeypatch.setattr(module, "RELEASE", tmp_path)
    monkeypatch.setenv("SLIMEPYTHON_RELEASE", str(tmp_path))  # of the process that decides
    monkeypatch.setattr(results, "MEASURED", tmp_path)
    monkeypatch.setattr(decision, "TIMES", 1)
    first = next(iter(decision.scripts()))
    monkeypatch.setattr(decision, "scripts", lambda: iter([first]))
    monkeypatch.setattr(decision, "REACH_MS", 10**6)
    monkeypatch.setattr(measure, "MEASUREMENTS", {"decision": lambda: replace(decision.measure(), release=tmp_path)})
    assert measure.main(["decision"]) == 0
    found = results.read("decision", tmp_path)
    assert found is not None
    assert older("decision", found.envelope, released()) == []
    assert [len(found.figures[where]["scripts"]) for where in Platform] == [1, 1]
