"""The small recipes for all targets: what a build leaves, and that a second one has nothing to do."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tests.integration.pipeline.workspace import Ran, Workspace

TRIPLES = ("aarch64-unknown-linux-gnu", "wasm32-wasip1", "x86_64-unknown-linux-gnu")


def test_every_artifact_stands_in_the_manifest(tiny: Workspace, built: Ran) -> None:
    artifacts = tiny.manifest["artifacts"]
    assert [(item["name"], item["target"]) for item in artifacts] == [
        (name, triple) for name in ("tinycrate", "tinylib") for triple in TRIPLES
    ]
    for item in artifacts:
        data = (tiny.root / "artifacts" / item["file"]["path"]).read_bytes()
        assert len(data) == item["file"]["size"]
        assert hashlib.sha256(data).hexdigest() == item["file"]["sha256"]
        assert item["evidence"]["ran"]["version"]["answer"] == 42
    assert {item["evidence"]["ran"]["runner"] for item in artifacts} == {"native", "qemu-aarch64", "wasmtime"}
    assert len(list((tiny.root / "artifacts").rglob("*.tar.zst"))) == 6


def test_the_json_stream_tells_it_all(tiny: Workspace, built: Ran) -> None:
    summary = built.summary
    assert summary["status"] == 0
    assert not summary["failures"]
    assert {summary["engine"]} == {item["made"]["engine"] for item in tiny.manifest["artifacts"]}
    assert sorted(item["sha256"] for item in summary["artifacts"]) == sorted(
        item["file"]["sha256"] for item in tiny.manifest["artifacts"]
    )
    kinds = {event["event"] for event in built.events}
    assert {"planned", "started", "stepstarted", "line", "finished", "published", "summary"} <= kinds
    started = [event["action"] for event in built.events if event["event"] == "started"]
    assert sorted(started) == sorted(built.ended("built")) == sorted(summary["built"])
    builds = {f"build/{name}-1.0@{triple}" for name in ("tinylib", "tinycrate") for triple in TRIPLES}
    assert builds <= summary["built"].keys(), "the builds themselves never come from the store"


def test_a_second_build_has_nothing_to_do(tiny: Workspace, built: Ran) -> None:
    before = (tiny.root / "artifacts" / "manifest.json").read_bytes()
    again = tiny.run("build")
    assert again.status == 0
    again.says("0 run", "Nothing has changed: everything came from the store.")
    assert "start " not in again.err
    assert (tiny.root / "artifacts" / "manifest.json").read_bytes() == before
    streamed = tiny.build()
    assert streamed.summary["built"] == {}
    assert [item["cached"] for item in streamed.summary["artifacts"]] == [True] * 6
    assert not [event for event in streamed.events if event["event"] == "started"]


def test_the_manifest_is_what_the_schema_says(tiny: Workspace, built: Ran) -> None:
    from jsonschema import validate

    from tests.integration.pipeline.workspace import ROOT

    validate(tiny.manifest, json.loads((ROOT / "schemas" / "manifest.schema.json").read_text("utf-8")))


def test_a_build_may_be_required_to_equal_the_released(tiny: Workspace, built: Ran, tmp_path: Path) -> None:
    beside = tiny.beside(tmp_path / "beside")
    refused = beside.build("--require-released")
    assert refused.status == 11
    assert refused.events[0]["reason"] == "nothing-released"
    assert not (beside.root / "artifacts").exists()
    assert beside.build().status == 0
    assert beside.run("release").status == 0
    equal = beside.run("build", "--require-released")
    assert equal.status == 0
    equal.says("6 of 6 archive digests equal manifests/")
    beside.add("tinylib", "echo other > $OUT/other", artifacts=[])
    gone = beside.build("--require-released")
    assert gone.status == 11
    (failure,) = gone.summary["failures"]
    assert failure["reason"] == "different-from-released"
    assert [f"tinylib 1.0 {triple}: released, but" in failure["message"] for triple in TRIPLES] == [True] * 3
    assert len(beside.manifest["artifacts"]) == 6, "nothing that was published is lost"
