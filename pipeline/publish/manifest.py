"""Manifests as bytes: writing, strict reading, merging and comparing; no I/O, may import `pipeline.model`.

The file is the canonical JSON (RFC 8785) of the manifest and nothing else, so a manifest has one spelling and
one digest. `python -m json.tool` shows it to people.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn

import rfc8785
from pydantic import ValidationError

from pipeline.errors import PublishError, Reason
from pipeline.model.manifest import SCHEMA, Artifact, ArtifactId, Manifest
from pipeline.model.release import Release

MAX_BYTES = 16 * 1024**2


class ManifestReason(Reason):
    """Why a manifest cannot be made, or is refused."""

    TOO_LARGE = "too-large"
    NOT_JSON = "not-json"
    DUPLICATE_KEY = "duplicate-key"
    NOT_FINITE = "not-finite"
    UNKNOWN_SCHEMA = "unknown-schema"
    UNKNOWN_FIELD = "unknown-field"
    MISSING_FIELD = "missing-field"
    BAD_DIGEST = "bad-digest"
    BAD_SIZE = "bad-size"
    BAD_PATH = "bad-path"
    BAD_VALUE = "bad-value"
    NOT_CANONICAL = "not-canonical"
    OTHER_RELEASE = "other-release"
    UNREADABLE = "unreadable"
    DIGEST_MISMATCH = "digest-mismatch"
    WRITE_FAILED = "write-failed"


_DIGESTS = frozenset({"sha256", "tree", "key", "probe_key"})
_ORDER = tuple(ManifestReason)


def _refused(reason: ManifestReason, message: str) -> PublishError:
    hint = "get the manifest again from where it was published; a damaged artifacts/manifest.json may be removed: "
    return PublishError(reason, message, hint=hint + "`nox -s build-full` writes it anew from the store")


def empty(release: Release) -> Manifest:
    """A manifest of `release` with nothing in it yet."""
    return Manifest(schema=SCHEMA, release=release.release, created=release.created, artifacts=())


def dump(manifest: Manifest) -> bytes:
    """The manifest's one spelling. Raises `PublishError` if its evidence holds what JSON cannot say exactly."""
    try:
        return rfc8785.dumps(manifest.model_dump(mode="json", by_alias=True))
    except rfc8785.CanonicalizationError as error:
        raise _refused(ManifestReason.NOT_CANONICAL, f"the manifest cannot be written: {error}") from error


def read(data: bytes, shown: str = "the manifest") -> Manifest:
    """Check and read a manifest. Raises `PublishError` with the gravest reason and every problem found."""
    if len(data) > MAX_BYTES:
        raise _refused(ManifestReason.TOO_LARGE, f"{shown} is larger than {MAX_BYTES} bytes")
    raw = _parse(data, shown)
    if not isinstance(raw, dict) or not isinstance(raw.get("schema"), str):
        raise _refused(ManifestReason.UNKNOWN_SCHEMA, f"{shown} does not say which schema it follows")
    if raw["schema"] != SCHEMA:
        raise PublishError(
            ManifestReason.UNKNOWN_SCHEMA,
            f"{shown} follows schema {raw['schema'][:20]!r}; this version reads {SCHEMA}",
            hint="use the version of this program that the release was made with, or a newer one",
        )
    try:
        manifest = Manifest.model_validate_json(data)
    except ValidationError as error:
        raise _explain(error, shown) from error
    if dump(manifest) != data:
        raise _refused(ManifestReason.NOT_CANONICAL, f"{shown} is not in canonical form (RFC 8785)")
    return manifest


def _parse(data: bytes, shown: str) -> object:
    def pairs(items: Sequence[tuple[str, object]]) -> dict[str, object]:
        found = dict(items)
        if len(found) != len(items):
            twice = next(key for key, _ in items if sum(key == other for other, _ in items) > 1)
            raise _refused(ManifestReason.DUPLICATE_KEY, f"{shown} gives the key {twice!r} twice in one object")
        return found

    def constant(name: str) -> NoReturn:
        raise _refused(ManifestReason.NOT_FINITE, f"{shown} holds {name}, which is no JSON number")

    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=pairs, parse_constant=constant)
    except (ValueError, RecursionError) as error:
        raise _refused(ManifestReason.NOT_JSON, f"{shown} is not JSON: {error}") from error


def _explain(error: ValidationError, shown: str) -> PublishError:
    problems = sorted(
        ((_reason(detail["type"], detail["loc"]), _place(detail["loc"], detail["msg"])) for detail in _details(error)),
        key=lambda problem: _ORDER.index(problem[0]),
    )
    return _refused(problems[0][0], "\n".join(f"{shown}: {text} [{reason.value}]" for reason, text in problems))


def _details(error: ValidationError) -> Iterator[Mapping[str, Any]]:
    yield from error.errors(include_url=False, include_input=False)


def _place(where: Sequence[str | int], message: str) -> str:
    return f"{'.'.join(str(part) for part in where) or 'the whole'}: {message.removeprefix('Value error, ')}"


def _reason(kind: str, where: Sequence[str | int]) -> ManifestReason:
    field = where[-1] if where else ""
    if kind == "extra_forbidden":
        return ManifestReason.UNKNOWN_FIELD
    if field in _DIGESTS:
        return ManifestReason.BAD_DIGEST
    if kind == "missing":
        return ManifestReason.MISSING_FIELD
    if field == "size":
        return ManifestReason.BAD_SIZE
    if field in ("path", "entry"):
        return ManifestReason.BAD_PATH
    return ManifestReason.BAD_VALUE


def merge(manifest: Manifest, artifact: Artifact) -> Manifest:
    """`manifest` with `artifact` added, or in place of the one of the same name, version, target and options."""
    others = [item for item in manifest.artifacts if item.id != artifact.id]
    artifacts = sorted([*others, artifact], key=lambda item: item.id)
    return Manifest(schema=SCHEMA, release=manifest.release, created=manifest.created, artifacts=tuple(artifacts))


class Status(StrEnum):
    """How an artifact stands to the released one of the same name, version, target and options."""

    EQUAL = "equal"
    DIFFERENT = "different"
    NEW = "new"
    MISSING = "missing"


@dataclass(frozen=True)
class Compared:
    """One artifact held against the released one. `differs` names the parts: archive, tree, key, evidence …"""

    status: Status
    differs: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The status; when the archives differ, with every part that does."""
        parts = f" ({', '.join(self.differs)})" if self.status is Status.DIFFERENT else ""
        return self.status.value + parts


def compare(working: Manifest, released: Manifest | None) -> dict[ArtifactId, Compared]:
    """Every artifact of either manifest. Equal means: the same archive, digest by digest."""
    ours = {artifact.id: artifact for artifact in working.artifacts}
    theirs = {artifact.id: artifact for artifact in released.artifacts} if released is not None else {}
    return {key: _compare(ours.get(key), theirs.get(key)) for key in sorted(ours.keys() | theirs.keys())}


def _compare(ours: Artifact | None, theirs: Artifact | None) -> Compared:
    if theirs is None:
        return Compared(Status.NEW)
    if ours is None:
        return Compared(Status.MISSING)
    one, other = ours.model_dump(mode="json"), theirs.model_dump(mode="json")
    differs = tuple(_shown(part) for part in one if one[part] != other[part])
    same = ours.file.sha256 == theirs.file.sha256 and ours.tree == theirs.tree
    return Compared(Status.EQUAL if same else Status.DIFFERENT, differs)


def _shown(part: str) -> str:
    return "archive" if part == "file" else part
