"""One package's files into a folder of its own, checked member by member; may import model, lock.deb and lock.globs.

The names and links inside a package are not trusted: nothing is written through a link, and nothing leaves
the folder.
"""
# Thousands of small files: pathlib objects would double their time.
# ruff: noqa: PTH102, PTH123, PTH211

from __future__ import annotations

import os
import posixpath
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import LockError
from pipeline.lock.deb import open_data
from pipeline.lock.globs import matcher
from pipeline.model.toolchain import LockedPackage
from pipeline.rootfs.reasons import RootfsReason

MERGED = frozenset({"bin", "sbin", "lib", "lib32", "lib64", "libx32", "libo32"})
"""Top folders that are links into usr/ on a merged-/usr system."""

_COPY_CHUNK = 1 << 20


@dataclass(frozen=True)
class Unpacked:
    """What a package brought: paths (relative, merged) of folders, files and links (path → text)."""

    folders: tuple[str, ...]
    files: tuple[str, ...]
    links: dict[str, str]


def unpack_package(deb: Path, package: LockedPackage, exclude: tuple[str, ...], into: Path) -> Unpacked:
    """Unpacks a package's data into the (new) folder `into`.

    Absolute links become relative, modes 0644 or 0755; owners and times are dropped. Raises LockError:
    `BAD_PACKAGE`, and `ESCAPE` or `SPECIAL_FILE` for members that no good package has; FetchError (`DIGEST_MISMATCH`)
    when what was unpacked is not what is pinned.
    """
    into.mkdir(parents=True)
    writer = _Writer(package.name, str(into), matcher(exclude))
    with open_data(deb, package.sha256) as archive:
        for member in archive:
            writer.add(archive, member)
    return Unpacked(tuple(sorted(writer.folders)), tuple(writer.files), writer.links)


@dataclass
class _Writer:
    package: str
    root: str
    excluded: Callable[[str], bool]
    folders: set[str] = field(default_factory=set)
    files: dict[str, None] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def add(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        path = self.merged(member.name)
        if not path or self.excluded(path):
            return
        if path in self.files or path in self.links:
            raise self.refused(RootfsReason.CONFLICT, path, "is in the package twice")
        self.parents(path)
        if member.isdir():
            if path not in self.folders:
                os.mkdir(f"{self.root}/{path}")
                self.folders.add(path)
        elif member.issym():
            self.link(path, member.linkname)
        elif member.islnk():
            self.hardlink(path, self.merged(member.linkname))
        elif member.isreg():
            self.file(path, archive, member)
        else:
            raise self.refused(RootfsReason.SPECIAL_FILE, path, "is a device, FIFO or the like")

    def merged(self, name: str) -> str:
        """The member's path on a merged-/usr system; empty for the top itself."""
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if name.startswith("/") or ".." in parts or "\0" in name or "\\" in name:
            raise self.refused(RootfsReason.ESCAPE, name, "leaves the root")
        if parts and parts[0] in MERGED:
            parts.insert(0, "usr")
        return "/".join(parts)

    def parents(self, path: str) -> None:
        parent = posixpath.dirname(path)
        missing = []
        while parent and parent not in self.folders:
            if parent in self.links or parent in self.files:
                raise self.refused(RootfsReason.ESCAPE, path, f"goes through {parent}, which is no folder")
            missing.append(parent)
            parent = posixpath.dirname(parent)
        for folder in reversed(missing):
            os.mkdir(f"{self.root}/{folder}")
            self.folders.add(folder)

    def file(self, path: str, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        source = archive.extractfile(member)
        assert source is not None  # a regular member always has content
        mode = 0o755 if member.mode & 0o111 else 0o644
        target = os.open(f"{self.root}/{path}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with open(target, "wb", buffering=0) as file:
            os.fchmod(target, mode)  # the umask has had its say
            shutil.copyfileobj(source, file, _COPY_CHUNK)
        self.files[path] = None

    def hardlink(self, path: str, original: str) -> None:
        if original not in self.files:
            raise self.refused(RootfsReason.ESCAPE, path, f"is a hard link to {original}, which it lacks")
        os.link(f"{self.root}/{original}", f"{self.root}/{path}", follow_symlinks=False)
        self.files[path] = None

    def link(self, path: str, text: str) -> None:
        self.links[path] = relative_link(path, text, self.package)
        os.symlink(self.links[path], f"{self.root}/{path}")

    def refused(self, reason: RootfsReason, path: str, what: str) -> LockError:
        return refused(reason, self.package, path, what)


def relative_link(path: str, text: str, package: str) -> str:
    """The link's text made relative to its own folder; raises LockError (`ESCAPE`) if it leaves the root."""
    folder = posixpath.dirname(path)
    if text.startswith("/"):
        parts = [part for part in posixpath.normpath(text).split("/") if part]
        if parts and parts[0] in MERGED:
            parts.insert(0, "usr")
        return posixpath.relpath("/" + "/".join(parts), "/" + folder)
    # Counted by hand: normpath would swallow a `..` that goes above the root.
    depth = len([part for part in folder.split("/") if part])
    for part in text.split("/"):
        depth += -1 if part == ".." else 0 if part in ("", ".") else 1
        if depth < 0:
            raise refused(RootfsReason.ESCAPE, package, path, f"links to {text}, outside the root")
    return text


def refused(reason: RootfsReason, package: str, path: str, what: str) -> LockError:
    """The error for a member that is not unpacked."""
    return LockError(
        reason,
        f"package {package}: {path} {what}",
        hint="keep the path out with `exclude`, or the package with `avoid`, in the toolchain's yaml",
    )
