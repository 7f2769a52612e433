"""The manifest of a release: what was published, how it is verified, what proves it; may import the base model.

This is the one format that the builder, the runtime and third parties share. Its schema is versioned
`major.minor`; a reader refuses a version it does not know, and an unknown field in a version it does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints, model_validator

from pipeline.model.base import ArtifactKind, Model, Name, Sha256, Size, Tier, Triple

SCHEMA: Literal["1.0"] = "1.0"
ARCHIVE_FORMAT = 2
"""Part of an archive's key: raised when the same tree is packed into other bytes."""

ArtifactPath = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_+][A-Za-z0-9_+.~-]*(/[A-Za-z0-9_+][A-Za-z0-9_+.~-]*)*$", max_length=255),
]
"""A path relative to the manifest's folder, in characters that need no escape in a URL or on any file system."""

Created = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
ReleaseName = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}\.[0-9]{1,2}(\.[0-9]+)?$")]
JsonObject = dict[str, JsonValue]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
VersionText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.+!_-]{0,63}$")]
ArtifactId = tuple[str, str, str, tuple[tuple[str, str], ...]]
"""Name, version, target and options: what makes two artifacts two."""


class FileReference(Model):
    """A file beside the manifest: its length and digest are checked before it is used."""

    path: ArtifactPath
    size: Size
    sha256: Sha256


class Requires(Model):
    """What a machine must have to run the artifact."""

    glibc: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+(\.\d+)?$")] | None = Field(
        default=None, description="The oldest GNU libc that will do."
    )
    isa: Name = Field(description="An architecture (`x86_64`: its baseline is enough) or a level of it (`x86-64-v3`).")
    runtime: Name | None = Field(default=None, description="What executes it if the system does not: `wasi-preview1`.")


class Capabilities(Model):
    """What was seen to work in this very artifact."""

    modules: tuple[Text, ...] = Field(default=(), description="Modules that really import, sorted.")


class Pinned(Model):
    """Something that went in, by name and digest."""

    name: Text
    sha256: Sha256


class Dependency(Model):
    """An action whose output went into the build, and the key it was made under."""

    action: Text
    key: Sha256


class Made(Model):
    """How the artifact was made, enough to make it again and compare."""

    recipe: Pinned = Field(description="The recipe and the digest of its files.")
    engine: Name = Field(description="The sandbox engine that ran the build; it leaves no trace in the bytes.")
    probe_key: Sha256
    sources: tuple[Pinned, ...] = ()
    locks: tuple[Pinned, ...] = ()
    dependencies: tuple[Dependency, ...] = ()


class Artifact(Model):
    """One published archive."""

    name: Name
    version: VersionText
    tier: Tier | None
    kind: ArtifactKind
    target: Triple
    options: dict[Name, Text] = Field(default={}, description="How it differs from others of its name.")
    entry: ArtifactPath | None = Field(default=None, description="The program, relative to the archive's top folder.")
    file: FileReference = Field(description="The archive: `tar.zst`, one top folder.")
    tree: Sha256 = Field(description="Digest of the unpacked content, independent of the archive's format.")
    key: Sha256 = Field(description="Digest of everything that could change the build's output.")
    requires: Requires
    capabilities: Capabilities
    evidence: dict[Name, JsonValue] = Field(description="The facts that the probes wrote down.")
    benchmarks: JsonObject = {}
    sbom: FileReference | None = None
    provenance: FileReference | None = None
    made: Made

    @property
    def id(self) -> ArtifactId:
        """What it is called in full."""
        return self.name, self.version, self.target, tuple(sorted(self.options.items()))

    @model_validator(mode="after")
    def _has_evidence(self) -> Artifact:
        if not self.evidence.keys() & {"elf", "wasm"}:
            raise ValueError("`evidence` needs `elf` or `wasm`")
        if self.kind in ("interpreter", "isolate") and "ran" not in self.evidence:
            raise ValueError("`evidence.ran` is missing: an artifact that runs has been run")
        return self


class Manifest(Model):
    """`manifests/<release>.json`."""

    schema_: Literal["1.0"] = Field(alias="schema", description="Version of this format.")
    release: ReleaseName
    created: Created
    artifacts: tuple[Artifact, ...]
    tables: tuple[FileReference, ...] = Field(
        default=(),
        description="What the router may know of two of the archives, `<full>-<light>.json` by their first 12 digits.",
        exclude_if=lambda tables: not tables,  # a manifest without any has one spelling, and it is the older one
    )

    @model_validator(mode="after")
    def _unique(self) -> Manifest:
        ids = [artifact.id for artifact in self.artifacts]
        if ids != sorted(set(ids)):
            raise ValueError("`artifacts` must be sorted by name, version, target and options, each once")
        named = (reference for artifact in self.artifacts for reference in _references(artifact))
        clash = _first_clash((*named, *self.tables))
        if clash is not None:
            raise ValueError(f"two files are at {clash!r}, or at paths that differ in case only")
        return self


def _references(artifact: Artifact) -> Iterable[FileReference]:
    return (item for item in (artifact.file, artifact.sbom, artifact.provenance) if item is not None)


def _first_clash(references: Iterable[FileReference]) -> str | None:
    """A path at which two different files would be; one file may be named by several artifacts."""
    seen: dict[str, FileReference] = {}
    for reference in references:
        key = unicodedata.normalize("NFC", reference.path).casefold()
        if seen.setdefault(key, reference) != reference:
            return reference.path
    return None
