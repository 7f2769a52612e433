"""What is known of an artifact when its probes have passed, and the manifest entry it becomes; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from pydantic import ValidationError

from pipeline.errors import PublishError
from pipeline.model.manifest import (
    Artifact,
    Capabilities,
    Dependency,
    FileReference,
    Made,
    Pinned,
    Requires,
)
from pipeline.model.recipe import ArtifactSpec
from pipeline.plan.action import Json
from pipeline.publish.manifest import ManifestReason


@dataclass(frozen=True)
class ArtifactRecord:
    """One proven artifact. Digests and keys are sha256 in hex; `facts` is what the probes wrote down.

    `sources` and `locks` are (name, sha256) pairs, `dependencies` are (action, key) pairs.
    """

    spec: ArtifactSpec
    recipe: str
    recipe_digest: str
    version: str
    target: str
    tree: str
    key: str
    probe_key: str
    engine: str
    facts: Mapping[str, Json]
    options: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[tuple[str, str], ...] = ()
    locks: tuple[tuple[str, str], ...] = ()
    dependencies: tuple[tuple[str, str], ...] = ()

    @property
    def file_name(self) -> str:
        """The archive's name: `<name>-<version>-<target>.tar.zst`, with the options before the ending."""
        options = "".join(f"+{name}.{value}" for name, value in sorted(self.options.items()))
        return f"{self.spec.name}-{self.version}-{self.target}{options}.tar.zst"


def entry_of(record: ArtifactRecord, file: FileReference) -> Artifact:
    """The manifest entry. Raises `PublishError` when the record lacks something that the manifest promises."""
    try:
        return Artifact(
            name=record.spec.name,
            version=record.version,
            tier=record.spec.tier,
            kind=record.spec.kind,
            target=record.target,
            options=dict(record.options),
            entry=record.spec.entry,
            file=file,
            tree=record.tree,
            key=record.key,
            requires=_requires(record),
            capabilities=Capabilities(modules=_modules(record.facts)),
            evidence=dict(record.facts),
            made=_made(record),
        )
    except ValidationError as error:
        what = f"{record.spec.name} {record.version} for {record.target}"
        raise PublishError(
            ManifestReason.BAD_VALUE,
            f"{what} cannot be described in a manifest: {error}",
            hint=f"look at what the probes found: python -m pipeline probe {record.recipe}@{record.target}",
        ) from error


def _made(record: ArtifactRecord) -> Made:
    return Made(
        recipe=Pinned(name=record.recipe, sha256=record.recipe_digest),
        engine=record.engine,
        probe_key=record.probe_key,
        sources=tuple(Pinned(name=name, sha256=sha256) for name, sha256 in record.sources),
        locks=tuple(Pinned(name=name, sha256=sha256) for name, sha256 in record.locks),
        dependencies=tuple(Dependency(action=action, key=key) for action, key in record.dependencies),
    )


def _requires(record: ArtifactRecord) -> Requires:
    glibc = _at(record.facts, "elf", "glibc", "max")
    return Requires(
        glibc=glibc if isinstance(glibc, str) else None,
        isa=record.options.get("isa", record.target.partition("-")[0]),
        runtime=_runtime(record.facts),
    )


def _runtime(facts: Mapping[str, Json]) -> str | None:
    """What executes a wasm module: WASI, unless it imports from elsewhere, which only JavaScript can lend it."""
    if "wasm" not in facts:
        return None
    imports = _at(facts, "wasm", "imports")
    foreign = _is_strings(imports) and any(not name.startswith("wasi_snapshot_preview1.") for name in imports)
    return "javascript" if foreign else "wasi-preview1"


def _modules(facts: Mapping[str, Json]) -> tuple[str, ...]:
    found = _at(facts, "ran", "modules", "importable")
    return tuple(sorted(found)) if _is_strings(found) else ()


def _is_strings(value: Json) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _at(facts: Mapping[str, Json], *path: str) -> Json:
    """The fact at a path, None if there is none."""
    found: Json = dict(facts)
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return found
