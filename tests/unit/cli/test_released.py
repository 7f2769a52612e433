"""`build --require-released`: whatever is not what was released is an error of its own, and nothing is lost by it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.command import Ran, run
from tests.unit.miniproject import WASM, X86


@pytest.fixture
def released(stored: Path) -> Path:
    """A project whose release is the artifact that its policy lets pass, built and committed."""
    path = stored / "release.yaml"
    path.write_text(path.read_text("utf-8").replace("- app", f"- app@{X86}"), "utf-8")
    assert run(stored, "build").status == 0
    assert run(stored, "release").status == 0
    return stored


def _rewrite(project: Path, change: Any) -> None:
    """Change the committed manifest's artifacts."""
    path = project / "manifests" / "2026.1.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["artifacts"] = change(manifest["artifacts"])
    path.write_text(json.dumps(manifest, sort_keys=True, separators=(",", ":")), "utf-8")


def _difference(ran: Ran) -> str:
    assert ran.status == 11, ran.err
    (failure,) = ran.summary["failures"]
    assert (failure["action"], failure["reason"]) == ("manifests/2026.1.json", "different-from-released")
    assert "-m pipeline explain" in failure["hint"]
    return str(failure["message"])


def test_what_equals_the_released_passes(released: Path) -> None:
    ran = run(released, "build", "--require-released", "--json")
    assert ran.status == 0, ran.err
    assert [artifact["committed"] for artifact in ran.summary["artifacts"]] == ["equal"]


def test_a_difference_is_named_and_everything_stays_published(released: Path) -> None:
    before = (released / "artifacts" / "manifest.json").read_bytes()
    _rewrite(released, lambda artifacts: [{**item, "tree": "cd" * 32} for item in artifacts])
    ran = run(released, "build", "--require-released", "--json")
    assert f"app 1.0 {X86}: different (tree)" in _difference(ran)
    assert [artifact["committed"] for artifact in ran.summary["artifacts"]] == ["different (tree)"]
    assert (released / "artifacts" / "manifest.json").read_bytes() == before
    people = run(released, "build", "--require-released")
    assert people.status == 11
    assert "different (tree)" in people.err.partition("✗")[0], "the table says so as well"
    assert people.err.splitlines()[-1].startswith("Everything is built and published, but it is not what")


def test_without_the_option_a_difference_is_only_told(released: Path) -> None:
    _rewrite(released, lambda artifacts: [{**item, "tree": "cd" * 32} for item in artifacts])
    ran = run(released, "build", "--json")
    assert (ran.status, ran.summary["failures"]) == (0, [])
    assert ran.summary["artifacts"][0]["committed"] == "different (tree)"


def test_other_evidence_for_the_same_bytes_is_no_difference(released: Path) -> None:
    _rewrite(released, lambda artifacts: [{**item, "made": {**item["made"], "engine": "docker"}} for item in artifacts])
    assert run(released, "build", "--require-released").status == 0


def test_an_artifact_that_was_not_released_is_a_difference(released: Path) -> None:
    _rewrite(released, lambda _: [])
    assert f"app 1.0 {X86}: not in the released manifest" in _difference(
        run(released, "build", "--require-released", "--json")
    )


def test_all_differences_are_named(released: Path) -> None:
    """Also a released one that is built no more, whatever is built now."""
    _rewrite(
        released,
        lambda artifacts: [
            {**item, "file": {**item["file"], "size": 1}, "tree": "cd" * 32, "target": target}
            for item in artifacts
            for target in (WASM, X86)
        ],
    )
    said = _difference(run(released, "build", "--require-released", "--json"))
    assert f"app 1.0 {X86}: different (archive, tree)" in said
    assert f"app 1.0 {WASM}: released, but release.yaml builds it no more" in said


def test_where_nothing_is_released_it_fails_before_anything_runs(stored: Path) -> None:
    ran = run(stored, "build", "--require-released", "--json")
    assert ran.status == 11
    assert [event["event"] for event in ran.events] == ["error", "summary"]
    assert ran.events[0]["reason"] == "nothing-released"
    assert "manifests/2026.1.json" in ran.events[0]["message"]
    assert not (stored / "artifacts").exists()


def test_a_failed_build_keeps_its_own_status(released: Path) -> None:
    ran = run(released, "build", "--require-released", "--json", "app", "--keep-going")
    assert ran.status == 9
    reasons = [failure["reason"] for failure in ran.summary["failures"]]
    assert reasons == ["violation"]


def test_a_released_manifest_beside_its_archives_is_the_working_one(released: Path) -> None:
    """As where the archives were built in several places, each required to equal the released one."""
    committed = released / "manifests" / "2026.1.json"
    before = committed.read_bytes()
    shutil.copyfile(committed, released / "artifacts" / "manifest.json")
    assert run(released, "release").status == 0
    assert committed.read_bytes() == before
    for archive in (released / "artifacts").rglob("*.tar.zst"):
        archive.unlink()
    ran = run(released, "release", "--json")
    assert ran.status == 10
    assert "is not there" in ran.events[-2]["message"]
    assert committed.read_bytes() == before
