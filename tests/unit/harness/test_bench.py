"""The frame of the benchmarks: figures are kept, and shown beside what they should reach."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import decision, measure, overhead
from benchmarks.figures import Reach, with_reaches


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
    monkeypatch.setattr(measure, "MEASUREMENTS", {"this": lambda: figures})
    monkeypatch.setattr(measure, "RESULTS", tmp_path)
    assert measure.main(["this"]) == status
    assert capsys.readouterr().out == f"it: {figure:g} ms (at most 5: {verdict})\n"
    assert json.loads((tmp_path / "this.json").read_text())["runs"] == [figure, 9]


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
