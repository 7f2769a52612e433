"""The manifest's model by itself; reading and writing it is in `tests/unit/publish/test_manifest.py`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.model.manifest import Manifest

SHA = "ab" * 32


def reference(path: str, sha: str = SHA) -> dict[str, Any]:
    return {"path": path, "size": 1, "sha256": sha}


def artifact(name: str = "app", **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "version": "1.0",
        "tier": None,
        "kind": "module",
        "target": "wasm32-wasip1",
        "file": reference(f"{name}.tar.zst"),
        "tree": SHA,
        "key": SHA,
        "requires": {"isa": "wasm32"},
        "capabilities": {},
        "evidence": {"wasm": {}},
        "made": {"recipe": {"name": name, "sha256": SHA}, "engine": "docker", "probe_key": SHA},
        **changes,
    }


def manifest(*artifacts: dict[str, Any], **more: Any) -> Manifest:
    data = {"schema": "1.0", "release": "2026.1", "created": "2026-01-01T00:00:00Z", "artifacts": artifacts, **more}
    return Manifest.model_validate_json(json.dumps(data))


def test_a_good_one() -> None:
    found = manifest(artifact(), artifact(options={"isa": "v3"}, file=reference("v3.tar.zst")), artifact("b"))
    assert [item.id for item in found.artifacts] == [
        ("app", "1.0", "wasm32-wasip1", ()),
        ("app", "1.0", "wasm32-wasip1", (("isa", "v3"),)),
        ("b", "1.0", "wasm32-wasip1", ()),
    ]


@pytest.mark.parametrize("names", [("b", "a"), ("a", "a")])
def test_artifacts_are_sorted_and_each_is_there_once(names: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError, match="must be sorted"):
        manifest(*map(artifact, names))


@pytest.mark.parametrize(
    ("path", "other"),
    [("a.tar.zst", "ab" * 31 + "cd"), ("A.tar.zst", SHA)],
    ids=["another digest", "another case"],
)
def test_two_files_are_at_two_places(path: str, other: str) -> None:
    with pytest.raises(ValidationError, match="two files are at"):
        manifest(artifact("a"), artifact("b", file=reference(path, other)))
    with pytest.raises(ValidationError, match="two files are at"):
        manifest(artifact("a"), tables=[reference(path, other)])
    with pytest.raises(ValidationError, match="two files are at"):
        manifest(artifact("a", sbom=reference(path, other)))


def test_one_file_may_be_named_twice() -> None:
    assert len(manifest(artifact("a"), artifact("b", file=reference("a.tar.zst"))).artifacts) == 2


@pytest.mark.parametrize(
    ("kind", "evidence", "refused"),
    [
        ("module", {}, True),
        ("module", {"ran": {}}, True),
        ("module", {"elf": {}}, False),
        ("libpython", {"elf": {}}, False),
        ("interpreter", {"elf": {}}, True),
        ("isolate", {"wasm": {}}, True),
        ("interpreter", {"elf": {}, "ran": {}}, False),
    ],
)
def test_nothing_is_described_without_evidence(kind: str, evidence: dict[str, Any], *, refused: bool) -> None:
    if refused:
        with pytest.raises(ValidationError, match="evidence"):
            manifest(artifact(kind=kind, evidence=evidence))
    else:
        assert manifest(artifact(kind=kind, evidence=evidence)).artifacts[0].evidence == evidence


@pytest.mark.parametrize("path", ["/a", "../a", "a/../b", "a//b", "a b", ".a", "a/.b", "a\\b", "ä", "a" * 256, ""])
def test_paths_need_no_escape_and_stay_inside(path: str) -> None:
    with pytest.raises(ValidationError):
        manifest(artifact(file=reference(path)))


@pytest.mark.parametrize("schema", ["1.1", "2.0", 1.0, ""])
def test_another_schema_is_refused(schema: object) -> None:
    with pytest.raises(ValidationError):
        manifest(artifact(), schema=schema)


def test_no_tables_are_not_written() -> None:
    assert "tables" not in manifest(artifact()).model_dump()
    assert "tables" in manifest(artifact(), tables=[reference("t.json")]).model_dump()
