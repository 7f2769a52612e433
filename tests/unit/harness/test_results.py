"""Results on disk: that every kept one is whole, that what measures writes to a place of the user's own only."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks import measure
from benchmarks.figures import Measured
from harness import __main__ as main
from harness import adaptive, envelope, plots, results, route
from harness.corpus import ROOT
from harness.needs import NEEDS, released
from harness.results import KEPT, MEASURED, ResultError, ResultReason, begin, dump, read, where
from harness.runners import WASM, X86, Ran
from tests.unit.harness.results import kept

TRACKED = ("benchmarks", "docs", "manifests", "recipes", "tests/corpus")


def test_every_kept_result_has_an_envelope_and_is_known() -> None:
    files = {path.stem: path for path in KEPT.glob("*.json")}
    assert files.keys() == set(NEEDS)
    for name, path in files.items():
        assert dump(kept(name)) == path.read_text("utf-8")
    plotted = {name for name, item in NEEDS.items() if item.plot}
    assert {path.stem for path in KEPT.iterdir() if path.suffix == ".svg"} == plotted


def test_the_kept_cold_build_has_both_ratios() -> None:
    figures = kept("cold").figures
    seconds, commands = figures["wall_seconds"], figures["commands_processor_seconds"]
    for kind, processors in (("all", "processors"), ("available", "processors_available")):
        ratio = seconds / (commands / figures[processors])
        assert figures[f"wall_over_commands_by_{kind}_processors"] == pytest.approx(ratio)
        assert round(ratio, 3) in {reach["figure"] for reach in figures["reaches"]}


def test_git_ignores_what_is_measured() -> None:
    ignored = f"/{MEASURED.relative_to(ROOT)}/"
    assert ignored in (ROOT / ".gitignore").read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    "text",
    ["", "{}", '{"machine": {}, "figures": {}}', '{"envelope": {}, "figures": {}}'],
    ids=["empty", "nothing", "old", "bare"],
)
def test_what_has_no_envelope_is_no_result(tmp_path: Path, text: str) -> None:
    (tmp_path / "speed.json").write_text(text)
    with pytest.raises(ResultError) as caught:
        read("speed", tmp_path)
    assert caught.value.reason is ResultReason.UNREADABLE
    assert "nox -s speed" in caught.value.hint


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where results are written meanwhile: the user's own are left alone."""
    folder = tmp_path / "measured"
    monkeypatch.setattr(results, "MEASURED", folder)
    return folder


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder with the manifest of the committed release, without its archives."""
    folder = tmp_path / "release"
    folder.mkdir()
    (folder / "manifest.json").write_bytes((ROOT / "manifests" / f"{released().release}.json").read_bytes())
    return folder


def test_artifacts_are_those_of_the_release_by_their_digests(measured: Path, release: Path) -> None:
    one, *_ = released().artifacts
    path = begin("speed", release).write({"a": 1}, [one.file.sha256, None])
    assert path == measured / "speed.json"
    found = read("speed", measured)
    assert found is not None
    assert found.figures == {"a": 1}
    assert found.envelope.artifacts == {f"{one.name}-{one.version}@{one.target}": one.file.sha256}
    assert "nox -s keep -- speed" in where(path, "speed")


def test_an_archive_that_the_release_has_not_leaves_them_unknown(measured: Path, release: Path) -> None:
    begin("speed", release).write({}, [released().artifacts[0].file.sha256, "f" * 64])
    found = read("speed", measured)
    assert found is not None
    assert found.envelope.artifacts is None


def test_a_part_is_not_written(measured: Path, release: Path) -> None:
    assert begin("speed", release, whole=False).write({}) is None
    assert not measured.exists()
    assert "a part" in where(None, "speed")


def test_an_older_plot_goes_with_the_figures_it_shows(measured: Path, release: Path) -> None:
    measured.mkdir()
    (measured / "speed.svg").write_text("old")
    begin("speed", release).write({})
    assert [path.name for path in measured.iterdir()] == ["speed.json"]


@dataclass
class Told:
    """An archive of the release that answers everything at once, and alike."""

    name: str
    tier: str
    target: str
    sha256: str
    version: str = "cpython 3.14.7"

    def run(self, script: Path, args: Sequence[str] = (), stdin: bytes = b"", dirs: Sequence[Path] = ()) -> Ran:
        return Ran(0, b"(1, [0.5])", b"", 0.5, 0.5)


def told() -> list[Told]:
    """The native and the wasm interpreters of the committed release."""
    plain = [item for item in released().artifacts if item.kind == "interpreter" and item.target in (X86, WASM)]
    return [
        Told(f"{item.tier} {item.target.partition('-')[0]}", str(item.tier), item.target, item.file.sha256)
        for item in plain
    ]


def trees() -> dict[str, str]:
    return {path: envelope.digest(ROOT / path) for path in TRACKED}


@pytest.mark.parametrize("name", ["bit-exact", "speed", "amortize", "adaptive", "route"])
def test_a_command_of_the_harness_writes_nothing_in_the_tracked_tree(
    name: str, measured: Path, release: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def drawn(path: Path, *_: object) -> None:
        path.write_text("<svg/>")

    monkeypatch.setattr(main, "_compared", lambda *_, **__: told())
    monkeypatch.setattr(main, "runners", lambda *_: told())
    monkeypatch.setattr(plots, "bars", drawn)
    monkeypatch.setattr(plots, "lines", drawn)
    for module in (adaptive, route):
        monkeypatch.setattr(module.product, "prepare", lambda: None)
        monkeypatch.setattr(module.product, "tables", lambda: ROOT / "manifests" / "tiers")
    monkeypatch.setattr(adaptive, "measure", lambda script, *_: {"problems": []})
    monkeypatch.setattr(adaptive, "show", lambda *_: None)
    pairs = {tier: next(item.sha256 for item in told() if item.tier == tier) for tier in ("full", "light")}
    monkeypatch.setattr(route, "runners", lambda *_: told())
    monkeypatch.setattr(route, "_platform", lambda *_: {**pairs, "misroutes": []})
    monkeypatch.setattr(route, "_show", lambda *_: None)
    before = trees()
    main.run([name, "--release", str(release), "--rounds", "1"])
    assert trees() == before
    found = read(name, measured)
    assert found is not None
    assert found.envelope.artifacts
    assert bool(found.envelope.tables) == NEEDS[name].tables
    assert (measured / f"{name}.svg").is_file() == NEEDS[name].plot
    assert capsys.readouterr().err.splitlines()[-1] == where(measured / f"{name}.json", name)


@pytest.mark.parametrize("name", measure.MEASUREMENTS)
def test_a_measurement_writes_nothing_in_the_tracked_tree(
    name: str, measured: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(measure.MEASUREMENTS, name, lambda: Measured({"runs": [1]}))
    before = trees()
    assert measure.main([name]) == 0
    assert trees() == before
    assert json.loads((measured / f"{name}.json").read_bytes())["figures"] == {"runs": [1]}
    assert capsys.readouterr().err.splitlines()[-1] == where(measured / f"{name}.json", name)


def test_whatever_is_measured_has_a_row_of_needs() -> None:
    assert set(measure.MEASUREMENTS) | {"bit-exact", "speed", "amortize", "route", "adaptive"} == set(NEEDS)


def test_nothing_but_keeping_names_the_folder_of_the_releases_results() -> None:
    """Whoever measures could write there only by naming it."""
    for folder in ("benchmarks", "harness"):
        for path in (ROOT / folder).glob("*.py"):
            names = {node.attr for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Attribute)}
            assert "KEPT" not in names or path.stem in ("keep", "matrix", "route", "__main__"), path
