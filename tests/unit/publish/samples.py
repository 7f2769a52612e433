"""Records and manifests to start from."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pipeline.model.recipe import ArtifactSpec
from pipeline.model.release import Release
from pipeline.plan.action import Json
from pipeline.publish.archive import PackedFile
from pipeline.publish.record import ArtifactRecord

X86 = "x86_64-unknown-linux-gnu"
WASM = "wasm32-wasip1"
RELEASE = Release(release="2026.11", created="2026-11-23T00:00:00Z", build=("cpython",))
ELF_FACTS: dict[str, Json] = {
    "elf": {"pie": True, "glibc": {"max": "2.30", "other": []}},
    "ran": {"modules": {"importable": ["zlib", "json"], "missing": {}}},
    "tree": {"files": 2},
}
WASM_FACTS: dict[str, Json] = {"wasm": {"imports": ["wasi_snapshot_preview1.fd_write"]}, "ran": {}}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def record(name: str = "cpython", target: str = X86, **changes: Any) -> ArtifactRecord:
    """A record that publishes well; `changes` replace fields."""
    spec = ArtifactSpec(
        name=name, tier="full", kind="interpreter", path="python", entry="bin/python3", policy="interpreter"
    )
    fields: dict[str, Any] = {
        "spec": spec,
        "recipe": name,
        "recipe_digest": digest("recipe"),
        "version": "3.14.7",
        "target": target,
        "tree": digest("tree"),
        "key": digest("key"),
        "probe_key": digest("probe"),
        "engine": "bubblewrap",
        "facts": WASM_FACTS if target == WASM else ELF_FACTS,
        "sources": (("Python-3.14.7.tar.xz", digest("source")),),
        "locks": (("toolchains/llvm-22.lock.json", digest("lock")),),
        "dependencies": (("build/zlib-1.3.2@" + target, digest("zlib")),),
        **changes,
    }
    return ArtifactRecord(**fields)


def packed(folder: Path, content: bytes = b"archive") -> PackedFile:
    """An archive file; publishing does not look into it."""
    path = folder / f"{hashlib.sha256(content).hexdigest()[:8]}.packed"
    path.write_bytes(content)
    return PackedFile(len(content), hashlib.sha256(content).hexdigest(), path)


def as_json(data: bytes) -> dict[str, Any]:
    found = json.loads(data)
    assert isinstance(found, dict)
    return found
