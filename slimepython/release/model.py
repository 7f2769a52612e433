"""The manifest of a release as the runtime reads it, strictly; imports the package's errors only.

The format is the builder's (`schemas/manifest.schema.json`). A major version that is not known is refused, and so is
an unknown field in a known one: what is not understood may be what makes the rest untrue.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from slimepython.release.document import (
    MAX_BYTES,
    Fields,
    ManifestReason,
    anything,
    list_of,
    map_of,
    matching,
    nullable,
    one_of,
    parse,
    refuse,
    size,
)

SCHEMA: Final = "1.0"
FILE_NAME: Final = "manifest.json"
WASI: Final = "wasi-preview1"
"""The `requires.runtime` of what wasmtime executes."""

_name = matching(r"[a-z0-9][a-z0-9.+_-]{0,63}", "a name (a-z, 0-9 and . + _ -)")
NOTHING: Final[tuple[str, ...]] = ()

_text = matching(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}", "a text of 1 to 200 printable characters")
_digest = matching(r"[0-9a-f]{64}", "a sha256 in 64 lower-case hexadecimal digits", ManifestReason.BAD_DIGEST)
_version = matching(r"[A-Za-z0-9][A-Za-z0-9.+!_-]{0,63}", "a version")
_triple = matching(r"[a-z0-9_]+(-[a-z0-9_]+){1,3}", "a target triple")
_glibc = matching(r"[0-9]{1,4}\.[0-9]{1,4}(\.[0-9]{1,4})?", "a version of the GNU libc")
_release = matching(r"[0-9]{4}\.[0-9]{1,2}(\.[0-9]+)?", "a release like 2026.11")
_created = matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", "a time like 2026-11-23T00:00:00Z")
_schema = matching(r"[0-9]{1,4}\.[0-9]{1,4}", "a version like 1.0", ManifestReason.UNKNOWN_SCHEMA)


def _path(value: object, where: str) -> str:
    """A path relative to the manifest, in characters that need no escape in a URL or on any file system."""
    path = _path_text(value, where)
    if len(path) > 255:
        refuse(ManifestReason.BAD_PATH, where, f"{path[:80]!r}… is longer than 255 characters")
    return path


_path_text = matching(
    r"[A-Za-z0-9_+][A-Za-z0-9_+.~-]*(/[A-Za-z0-9_+][A-Za-z0-9_+.~-]*)*",
    "a plain relative path",
    ManifestReason.BAD_PATH,
)


@dataclass(frozen=True)
class FileReference:
    """A file beside the manifest: its length in bytes and sha256 (hex) are checked before it is used."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Requires:
    """What a machine must have: the oldest glibc that will do, an architecture or a level of it, what executes it."""

    glibc: str | None
    isa: str
    runtime: str | None


@dataclass(frozen=True)
class Pinned:
    """Something that went into the build, by name and digest."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Dependency:
    """An action whose output went into the build, and the key it was made under."""

    action: str
    key: str


@dataclass(frozen=True)
class Made:
    """How the artifact was made, enough to make it again and compare."""

    recipe: Pinned
    engine: str
    probe_key: str
    sources: tuple[Pinned, ...]
    locks: tuple[Pinned, ...]
    dependencies: tuple[Dependency, ...]


@dataclass(frozen=True)
class Artifact:
    """One published archive. `evidence` and `benchmarks` stay as they are: the runtime decides nothing by them."""

    name: str
    version: str
    tier: str | None
    kind: str
    target: str
    options: Mapping[str, str]
    entry: str | None
    file: FileReference
    tree: str
    key: str
    requires: Requires
    capabilities: frozenset[str]
    evidence: Mapping[str, object]
    benchmarks: Mapping[str, object]
    sbom: FileReference | None
    provenance: FileReference | None
    made: Made

    @property
    def id(self) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
        """Name, version, target and options: what makes two artifacts two."""
        return self.name, self.version, self.target, tuple(sorted(self.options.items()))

    @property
    def label(self) -> str:
        """What it is called in messages and as a folder; the archive's digest tells builds with other options apart."""
        return f"{self.name}-{self.version}-{self.target}-{self.file.sha256[:12]}"


@dataclass(frozen=True)
class Manifest:
    """What one release offers."""

    release: str
    created: str
    artifacts: tuple[Artifact, ...]
    tables: tuple[FileReference, ...] = ()
    """What two of the archives answer equally, `<full>-<light>.json` by the first 12 digits of their sha256."""


def load_manifest(data: bytes, where: str = "manifest") -> Manifest:
    """Read a manifest; `where` names it in messages. Raises `ManifestError`, with a `ManifestReason`."""
    document = parse(data, where)
    _check_schema(document, where)
    with Fields(document, where) as fields:
        fields.take("schema", _schema)
        manifest = Manifest(
            release=fields.take("release", _release),
            created=fields.take("created", _created),
            artifacts=fields.take("artifacts", list_of(_artifact)),
            tables=fields.optional("tables", list_of(_table), ()),
        )
    _check_order(manifest, where)
    _check_paths(manifest, where)
    return manifest


def _check_schema(document: object, where: str) -> None:
    # Before anything else: of another version not even the fields' names are known.
    schema = document.get("schema") if isinstance(document, dict) else SCHEMA
    if schema is not None and schema != SCHEMA:
        refuse(
            ManifestReason.UNKNOWN_SCHEMA,
            f"{where}.schema",
            f"version {str(schema)[:40]!r} is not {SCHEMA!r}, the only one this program knows",
        )


def _artifact(value: object, where: str) -> Artifact:
    with Fields(value, where) as fields:
        artifact = Artifact(
            name=fields.take("name", _name),
            version=fields.take("version", _version),
            tier=fields.take("tier", nullable(one_of(("full", "light")))),
            kind=fields.take("kind", one_of(("interpreter", "isolate", "libpython", "module"))),
            target=fields.take("target", _triple),
            options=fields.optional("options", map_of(_name, _text), {}),
            entry=fields.optional("entry", nullable(_path), None),
            file=fields.take("file", _file),
            tree=fields.take("tree", _digest),
            key=fields.take("key", _digest),
            requires=fields.take("requires", _requires),
            capabilities=fields.take("capabilities", _capabilities),
            evidence=fields.take("evidence", map_of(_name, anything)),
            benchmarks=fields.optional("benchmarks", map_of(_text, anything), {}),
            sbom=fields.optional("sbom", nullable(_file), None),
            provenance=fields.optional("provenance", nullable(_file), None),
            made=fields.take("made", _made),
        )
    if not artifact.evidence.keys() & {"elf", "wasm"}:
        refuse(ManifestReason.NO_EVIDENCE, f"{where}.evidence", "neither `elf` nor `wasm` is there")
    if artifact.kind in ("interpreter", "isolate") and "ran" not in artifact.evidence:
        refuse(ManifestReason.NO_EVIDENCE, f"{where}.evidence", "`ran` is missing: what runs must have been run")
    return artifact


def _file(value: object, where: str) -> FileReference:
    with Fields(value, where) as fields:
        return FileReference(fields.take("path", _path), fields.take("size", size), fields.take("sha256", _digest))


def _table(value: object, where: str) -> FileReference:
    table = _file(value, where)
    if table.size > MAX_BYTES:  # it is read as a whole
        refuse(ManifestReason.BAD_SIZE, f"{where}.size", f"{table.size} bytes are more than {MAX_BYTES}")
    return table


def _requires(value: object, where: str) -> Requires:
    with Fields(value, where) as fields:
        return Requires(
            glibc=fields.optional("glibc", nullable(_glibc), None),
            isa=fields.take("isa", _name),
            runtime=fields.optional("runtime", nullable(_name), None),
        )


def _capabilities(value: object, where: str) -> frozenset[str]:
    with Fields(value, where) as fields:
        return frozenset(fields.optional("modules", list_of(_text), NOTHING))


def _pinned(value: object, where: str) -> Pinned:
    with Fields(value, where) as fields:
        return Pinned(fields.take("name", _text), fields.take("sha256", _digest))


def _dependency(value: object, where: str) -> Dependency:
    with Fields(value, where) as fields:
        return Dependency(fields.take("action", _text), fields.take("key", _digest))


def _made(value: object, where: str) -> Made:
    with Fields(value, where) as fields:
        return Made(
            recipe=fields.take("recipe", _pinned),
            engine=fields.take("engine", _name),
            probe_key=fields.take("probe_key", _digest),
            sources=fields.optional("sources", list_of(_pinned), ()),
            locks=fields.optional("locks", list_of(_pinned), ()),
            dependencies=fields.optional("dependencies", list_of(_dependency), ()),
        )


def _check_order(manifest: Manifest, where: str) -> None:
    ids = [artifact.id for artifact in manifest.artifacts]
    if ids != sorted(set(ids)):
        problem = "they must be sorted by name, version, target and options, each once"
        refuse(ManifestReason.NOT_SORTED, f"{where}.artifacts", problem)


def _references(artifacts: Iterable[Artifact]) -> Iterator[FileReference]:
    for artifact in artifacts:
        yield from (item for item in (artifact.file, artifact.sbom, artifact.provenance) if item is not None)


def _check_paths(manifest: Manifest, where: str) -> None:
    """One file may be named by several artifacts; two files may not meet on any file system."""
    seen: dict[str, FileReference] = {}
    for reference in (*_references(manifest.artifacts), *manifest.tables):
        key = unicodedata.normalize("NFC", reference.path).casefold()
        if seen.setdefault(key, reference) != reference:
            problem = f"two files are at {reference.path!r}, or at paths that differ in case or form only"
            refuse(ManifestReason.COLLIDING_PATH, where, problem)
