"""The publication folder: archives by digest and the working manifest; may import `pipeline.store.files`.

    artifacts/manifest.json                         what this folder holds now
    artifacts/sha256/<hex>/<name>-<version>-<target>.tar.zst
    artifacts/sha256/<hex>/<full>-<light>.json      what is known of two of the archives beside each other
    manifests/<release>.json                        the released manifest, committed
    manifests/tiers/                                such tables, committed; named by the first digits of both digests

A file is whole and durable before the manifest names it, and the manifest is replaced by one rename, so a
reader finds every file that it reads of, whatever is killed when. Paths in a manifest are relative to
artifacts/, which may be served as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from pipeline.errors import PublishError
from pipeline.model.manifest import Artifact, FileReference, Manifest
from pipeline.model.release import Release
from pipeline.publish import manifest as manifests
from pipeline.publish.archive import PackedFile
from pipeline.publish.manifest import ManifestReason
from pipeline.publish.record import ArtifactRecord, entry_of
from pipeline.store.digest import sha256_file
from pipeline.store.files import copy_file, explained, sync_folder, write_atomically
from pipeline.store.folders import remove_tree

_PARTIAL = ".partial-"
_TABLE_DIGITS = 12


@dataclass(frozen=True)
class Published:
    """An artifact that stands in the working manifest. `path` is relative to the project."""

    artifact: Artifact
    path: str

    @property
    def size(self) -> int:
        """Bytes of the archive."""
        return self.artifact.file.size

    @property
    def sha256(self) -> str:
        """Digest of the archive, hex."""
        return self.artifact.file.sha256


class Publisher:
    """Publishes into a project's artifacts/. Several may work on one folder at once."""

    def __init__(self, root: Path, release: Release) -> None:
        self.folder = root / "artifacts"
        self.path = self.folder / "manifest.json"
        self._released = root / "manifests"
        self._root = root
        self._release = release

    def publish(self, record: ArtifactRecord, archive: PackedFile) -> Published:
        """Put a packed archive and its entry in place of what was there under the same name.

        Raises `PublishError` (DIGEST_MISMATCH) when `archive` is not what it was packed as, `StoreError` when
        there is no space or no permission. The folder is as it was then.
        """
        path = f"sha256/{archive.sha256}/{record.file_name}"
        try:
            file = FileReference(path=path, size=archive.size, sha256=archive.sha256)
        except ValueError as error:
            raise PublishError(
                ManifestReason.BAD_PATH,
                f"an archive cannot be named {record.file_name!r}",
                hint="names, versions and options may hold letters, digits and any of . _ + ~ -",
            ) from error
        artifact = entry_of(record, file)
        with self._locked():
            working = self._working()
            self._place(archive.path, file)
            self._write(manifests.merge(working, artifact))
        return Published(artifact, (self.folder / path).relative_to(self._root).as_posix())

    def manifest(self) -> Manifest:
        """The working manifest; an empty one if there is none yet. Raises `PublishError` if it is damaged."""
        return self._working()

    def retain(self, wanted: Iterable[tuple[str, str, str]]) -> None:
        """Drop the entries that are not among `wanted` (name, version, target): no longer in the release."""
        kept = set(wanted)
        with self._locked():
            working = self._working()
            artifacts = tuple(item for item in working.artifacts if item.id[:3] in kept)
            self._write(working.model_copy(update={"artifacts": artifacts}))

    def release(self) -> Path:
        """Write the working manifest as manifests/<release>.json, to be committed; gives that path."""
        target = self._released / f"{self._release.release}.json"
        with self._locked():
            self._released.mkdir(exist_ok=True)
            temp = self._released / f"{_PARTIAL}{self._release.release}"  # no .json: it is not read as a manifest
            write_atomically(target, manifests.dump(self._working()), temp=temp)
        return target

    def verify(self) -> list[str]:
        """Hash every file of the working manifest anew; what is wrong, one line each."""
        return [
            f"{file.path}: {problem}"
            for file in _files(self._working())
            if (problem := self._problem(file)) is not None
        ]

    def gc(self) -> int:
        """Remove files that neither the working nor a released manifest names; bytes given back."""
        with self._locked():
            named = {file.path for file in _files(self._working())}
            for released in sorted(self._released.glob("*.json")):
                named |= {file.path for file in _files(read_file(released))}
            freed = 0
            for path in sorted(self.folder.glob("sha256/*/*")):
                if path.relative_to(self.folder).as_posix() not in named:
                    freed += path.lstat().st_size
                    path.unlink()
                    if not any(path.parent.iterdir()):
                        path.parent.rmdir()
            return freed

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with explained(self.folder):
            self.folder.mkdir(exist_ok=True)
            with FileLock(self.folder / ".lock"):
                # Whoever wrote these held the lock and was killed.
                for folder in (self.folder, self._released):
                    for left in folder.glob(f"{_PARTIAL}*"):
                        remove_tree(left) if left.is_dir() else left.unlink()
                yield

    def _working(self) -> Manifest:
        """The working manifest as it is now, if it is this release's; else an empty one."""
        if not self.path.exists():
            return manifests.empty(self._release)
        found = read_file(self.path)
        if (found.release, found.created) != (self._release.release, self._release.created):
            return manifests.empty(self._release)
        return found

    def _write(self, manifest: Manifest) -> None:
        data = manifests.dump(manifest.model_copy(update={"tables": self._place_tables(manifest)}))
        if not self.path.exists() or self.path.read_bytes() != data:
            write_atomically(self.path, data, temp=self.folder / f"{_PARTIAL}manifest.json")

    def _place_tables(self, manifest: Manifest) -> tuple[FileReference, ...]:
        """Put the committed tables of pairs that are both here beside their archives."""
        here = {artifact.file.sha256[:_TABLE_DIGITS] for artifact in manifest.artifacts}
        placed = []
        for table in sorted((self._released / "tiers").glob("*-*.json")):
            if here.issuperset(table.stem.split("-")):
                found = sha256_file(table)
                path = f"sha256/{found.hash}/{table.name}"
                placed.append(FileReference(path=path, size=found.size, sha256=found.hash))
                self._place(table, placed[-1])
        return tuple(placed)

    def _problem(self, file: FileReference) -> str | None:
        try:
            found = sha256_file(self.folder / file.path)
        except FileNotFoundError:
            return "is not there"
        if found.size != file.size:
            return f"has {found.size} bytes, not {file.size}"
        return None if found.hash == file.sha256 else f"has sha256 {found.hash}"

    def _place(self, archive: Path, file: FileReference) -> None:
        """Copy an archive to its place, unless it stands there whole."""
        if self._problem(file) is None:
            return
        partial, place = self.folder / f"{_PARTIAL}archive", self.folder / file.path
        try:
            copy_file(archive, partial, 0o644)
            _check_copy(partial, archive, file)
            with partial.open("rb") as stream:
                os.fsync(stream.fileno())
            place.parent.mkdir(parents=True, exist_ok=True)
            partial.replace(place)
        except BaseException:  # the next one would clear it away, but a full disk wants its space back now
            with suppress(OSError):
                partial.unlink()
            raise
        for folder in (place.parent, place.parent.parent, self.folder):
            sync_folder(folder)


def _check_copy(copy: Path, archive: Path, file: FileReference) -> None:
    found = sha256_file(copy)
    if (found.size, found.hash) != (file.size, file.sha256):
        raise PublishError(
            ManifestReason.DIGEST_MISMATCH,
            f"{archive} has sha256 {found.hash}, not {file.sha256} as when it was packed",
            hint="python -m pipeline gc --verify sets damaged files aside; then run the same command again",
        )


def _files(manifest: Manifest) -> tuple[FileReference, ...]:
    return (*(artifact.file for artifact in manifest.artifacts), *manifest.tables)


def read_file(path: Path) -> Manifest:
    """Read a manifest strictly. Raises `PublishError`."""
    try:
        with path.open("rb") as stream:
            data = stream.read(manifests.MAX_BYTES + 1)
    except OSError as error:
        raise PublishError(
            ManifestReason.UNREADABLE, f"{path} cannot be read: {error.strerror}", hint="name another manifest"
        ) from error
    return manifests.read(data, str(path))
