"""The list of results: of what each is, and `stale` beside every figure that is not of the release."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import __main__ as main
from harness import results, summary
from harness.needs import NEEDS, released
from harness.results import dump
from tests.unit.harness.results import kept, of_release


def test_stale_stands_beside_each_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, sources in (("cold", None), ("overhead", of_release("overhead").sources)):
        found = kept(name).model_copy(update={"envelope": of_release(name, sources=sources)})
        (tmp_path / f"{name}.json").write_text(dump(found))
    assert summary.main(tmp_path, released()) == 0
    lines = capsys.readouterr().out.splitlines()
    figures = [line for line in lines if "(at most" in line]
    cold = [line for line in figures if "exec" not in line]
    assert len(cold) == 5
    assert all(line.endswith("(stale)") for line in cold)
    assert len(figures) > len(cold)
    assert not any(line.endswith("(stale)") for line in figures if line not in cold)
    assert "speed: not there (nox -s speed)" in lines


def test_it_lists_the_releases_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["results"]) == 0
    out = capsys.readouterr().out
    assert all(f"{name}: " in out for name in NEEDS)
    assert "by all processors" in out
    assert "by processors available" in out


def test_of_what_was_measured_here_a_release_is_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["results", "--measured", "--release", str(tmp_path)]) == 1
    assert "nox -s build-full" in capsys.readouterr().err
    assert results.MEASURED != results.KEPT
