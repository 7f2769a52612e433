"""`doctor`, `gc`, `release`, `schemas`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli.upkeep import parse_size
from pipeline.errors import UsageError
from tests.unit.cli.command import run
from tests.unit.miniproject import WASM, X86


@pytest.mark.parametrize(("text", "count"), [("0", 0), ("20G", 20 * 10**9), ("1.5 mb", 1_500_000), ("7k", 7000)])
def test_sizes(text: str, count: int) -> None:
    assert parse_size(text) == count


@pytest.mark.parametrize("text", ["", "G", "-1G", "ten", "1P"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_size(text)
    assert "20G" in caught.value.hint


def test_doctor_names_a_lock_that_is_missing(project: Path) -> None:
    (project / "toolchains" / "tools.lock.json").unlink()
    ran = run(project, "doctor")
    assert ran.status == 7
    assert "no   locks: to be written: tools (" in ran.out
    assert "nox -s lock)" in ran.out
    assert ran.out.splitlines()[-1].startswith("No build can run here")


def test_gc_without_a_limit_says_what_to_name(project: Path) -> None:
    ran = run(project, "gc")
    assert ran.status == 0
    assert "--max-size, --max-age or --verify" in ran.err


def test_gc_frees_all_and_says_how_much(stored: Path) -> None:
    kept = run(stored, "gc", "--max-size", "1G", "--json").summary
    assert (kept["results"], kept["freed_bytes"]) == (0, 0)
    ran = run(stored, "gc", "--max-size", "0")
    assert ran.status == 0
    assert "] looking for what was not used for longest" in ran.err
    assert f"{kept['kept_bytes']} B freed, 0 B kept" in ran.err
    assert run(stored, "explain", "--json").summary["stored"] == 0


def test_gc_without_a_daemon_frees_what_it_can_and_says_so(stored: Path) -> None:
    ran = run(stored, "gc", "--max-size", "0", "--json")
    assert (ran.status, ran.summary["images"], ran.summary["image_bytes"]) == (0, 0, 0)
    assert ran.summary["results"] > 0
    (event,) = (event for event in ran.events if event["event"] == "no-daemon")
    assert f"{stored}/no-daemon cannot be used" in event["message"]
    assert "Docker images, if there are any, stay: " in run(stored, "gc", "--max-size", "0").err


def test_gc_tells_programs_how_far_it_is(stored: Path) -> None:
    ran = run(stored, "gc", "--verify", "--max-age", "0", "--json")
    assert ran.summary["problems"] == 0
    assert ran.summary["kept_bytes"] == 0
    ended = {e["what"]: e["unit"] for e in ran.events if e["event"] == "working" and e["done"] == e["total"]}
    assert ended == {"hashing": "bytes", "removing blobs": "blobs"}


def test_verify_says_what_is_damaged_and_what_became_of_it(stored: Path) -> None:
    assert "everything in the store is whole" in run(stored, "gc", "--verify").err
    (blob,) = (path for path in (stored / "cache").rglob("blobs/*/*") if path.read_text("utf-8") == "counters")
    blob.chmod(0o644)
    blob.write_text("counterz", "utf-8")
    ran = run(stored, "gc", "--verify", "--json")
    problems = [event for event in ran.events if event["event"] == "problem"]
    assert ran.summary["problems"] == len(problems) >= 2
    assert any(event["path"] == str(blob) and "quarantine" in event["done"] for event in problems)


def test_release_refuses_what_is_not_built(stored: Path) -> None:
    assert run(stored, "build", "--target", "x86_64").status == 0
    ran = run(stored, "release")
    assert ran.status == 10
    assert "] hashing 1 archives (" in ran.err
    assert f"app 1.0 for {WASM} is not built" in ran.err
    assert "nox -s build-full" in ran.err
    assert not (stored / "manifests").exists()


def test_release_hashes_and_writes_the_manifest(stored: Path) -> None:
    path = stored / "release.yaml"
    path.write_text(path.read_text("utf-8").replace("- app", f"- app@{X86}"), "utf-8")
    assert run(stored, "build").status == 0
    ran = run(stored, "release", "--json")
    assert ran.status == 0, ran.err
    assert ran.summary == {"event": "summary", "status": 0, "path": "manifests/2026.1.json", "artifacts": 1}
    released = json.loads((stored / "manifests" / "2026.1.json").read_text("utf-8"))
    assert [artifact["name"] for artifact in released["artifacts"]] == ["app"]
    assert "wrote manifests/2026.1.json (1 artifacts)" in run(stored, "release").err
    (archive,) = (stored / "artifacts" / "sha256").glob("*/*")
    archive.write_bytes(b"other")
    assert run(stored, "release").status == 10


def test_schemas_are_named_until_they_are_written(project: Path) -> None:
    stale = run(project, "schemas")
    assert stale.status == 3
    assert "-m pipeline schemas --write)" in stale.err
    assert run(project, "schemas", "--write").status == 0
    assert run(project, "schemas", "--json").summary["stale"] == []
