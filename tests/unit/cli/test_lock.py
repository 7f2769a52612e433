"""`lock` against a signed mirror on the loopback interface."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.cli.lock import archive_of_now, toolchains_of
from pipeline.load.project import load_project
from tests.unit.cli.command import ROOT, Ran, run
from tests.unit.fetch.conftest import Place, place
from tests.unit.lock.test_toolchain import Mirror, mirror

__all__ = ["mirror", "place"]


FINAL = "without_valid_until: {reason: it is never changed again}\n"


@pytest.fixture
def signed(project: Path, mirror: Mirror) -> Path:
    """The project with the mirror's key; its toolchains want the packages `make` and what it needs."""
    mirror.control = {"make": {}, "lib": {}}
    mirror.until = f"{datetime.now(UTC) + timedelta(days=7):%a, %d %b %Y %H:%M:%S} UTC"
    mirror.publish()
    mirror.archive(project / "toolchains" / "keys")
    suites = project / "toolchains" / "suites"
    suites.mkdir()
    (suites / "trixie.yaml").write_text(f"codename: trixie\nsigned_by: [archive]\n{FINAL}", "utf-8")
    return project


def lock(project: Path, place: Place, *arguments: str) -> Ran:
    return run(project, "lock", *arguments, SLIMEPYTHON_DEBIAN_MIRROR=f"{place.base}/debian")


def test_locks_are_written_and_what_changed_is_said(signed: Path, place: Place) -> None:
    ran = lock(signed, place)
    assert ran.status == 0, ran.err
    for name in ("tools", "llvm-22"):
        written = json.loads((signed / "toolchains" / f"{name}.lock.json").read_text("utf-8"))
        assert [(item["name"], item["version"]) for item in written["packages"]] == [("make", "1")]
        assert f"{name}: 1 packages, 0 MB, as of 20261121T091544Z" in ran.err
    assert "make 4.4 → 1" in ran.err
    assert "2 of 2 toolchains locked" in ran.err
    for step in ("index of trixie", "what the packages need", "1 packages", "maintainer scripts of 1 packages"):
        assert f"tools: {step}" in ran.err
    assert "fetching pinned inputs: " in ran.err
    assert "changed: nothing" in lock(signed, place, "tools").err


def test_programs_are_told_how_far_it_is_and_what_changed(signed: Path, place: Place) -> None:
    ran = lock(signed, place, "tools", "--json")
    told = ran.summary["toolchains"]
    assert told == {"tools": {"packages": 1, "timestamp": "20261121T091544Z", "changed": {"make": "4.4 → 1"}}}
    fetched = [event for event in ran.events if event["event"] == "fetching"]
    assert {event["name"].partition(" ")[0] for event in fetched} == {"index", "tools:"}
    assert all(event["done"] <= event["total"] for event in fetched)
    (scripts,) = [event for event in ran.events if event["event"] == "working"]
    assert (scripts["done"], scripts["total"], scripts["unit"]) == (1, 1, "packages")


def test_back_to_an_older_state_on_purpose_only(signed: Path, place: Place) -> None:
    path = signed / "toolchains" / "llvm-22.lock.json"
    path.write_text(path.read_text("utf-8").replace("20261101T000000Z", "20261121T091545Z"), "utf-8")
    before = (signed / "toolchains" / "tools.lock.json").read_bytes()
    ran = lock(signed, place, "tools")
    assert ran.status == 5
    assert "[older-than-lock]" in ran.err
    assert "--allow-older" in ran.err
    assert (signed / "toolchains" / "tools.lock.json").read_bytes() == before
    assert lock(signed, place, "tools", "--allow-older").status == 0


def test_a_bad_mirror_before_a_good_one_is_told(signed: Path, place: Place) -> None:
    place.serve("/bad/dists/trixie/InRelease", b"<html>Sign in</html>", kind="text/html")
    mirrors = f"{place.base}/bad {place.base}/debian"
    ran = run(signed, "lock", "tools", SLIMEPYTHON_DEBIAN_MIRROR=mirrors)
    assert ran.status == 0, ran.err
    assert f"tools: {place.base}/bad/dists/trixie/InRelease: no good signature" in ran.err


def test_without_a_mirror_the_snapshot_service_is_asked(
    signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.cli.lock.debian_mirrors", lambda _: ())
    (only,) = archive_of_now(load_project(signed), older=False).mirrors
    assert only.startswith("https://snapshot.debian.org/archive/debian/2")
    monkeypatch.setattr("pipeline.cli.lock.debian_mirrors", lambda _: ("http://one.example/debian",))
    assert archive_of_now(load_project(signed), older=False).mirrors == ("http://one.example/debian",)


def test_one_that_cannot_be_locked_ends_it_or_not(signed: Path, place: Place) -> None:
    path = signed / "toolchains" / "llvm-22.yaml"
    path.write_text(path.read_text("utf-8").replace("- make", "- absent"), "utf-8")
    before = {name: (signed / "toolchains" / f"{name}.lock.json").read_bytes() for name in ("tools", "llvm-22")}
    assert lock(signed, place).status == 5
    assert (signed / "toolchains" / "tools.lock.json").read_bytes() == before["tools"]
    ran = lock(signed, place, "--keep-going", "--json")
    assert (ran.status, list(ran.summary["toolchains"])) == (5, ["tools"])
    (failed,) = [event for event in ran.events if event["event"] == "failed"]
    assert failed["toolchain"] == "llvm-22"
    assert (signed / "toolchains" / "tools.lock.json").read_bytes() != before["tools"]
    assert (signed / "toolchains" / "llvm-22.lock.json").read_bytes() == before["llvm-22"]


def test_a_toolchain_that_there_is_not(project: Path) -> None:
    ran = run(project, "lock", "gcc")
    assert ran.status == 2
    assert "there is no toolchain gcc" in ran.err
    assert "next: toolchains: llvm-22, tools" in ran.err


def test_a_targets_toolchains_are_those_its_builds_use() -> None:
    project = load_project(ROOT)
    wasm = toolchains_of(project, [], ["wasm"])
    assert set(wasm) < set(toolchains_of(project, [], []))
    assert not any("glibc" in name for name in wasm)
    every = {f"glibc-2.31-{architecture}" for architecture in ("amd64", "arm64")} | set(wasm)
    assert set(toolchains_of(project, [], ["wasm", "x86_64", "aarch64"])) == every
    assert toolchains_of(project, ["llvm-22"], ["wasm"]) == ("llvm-22",)
