"""The member profile of a published archive: what may be in it, as pure rules; may import `pipeline.errors`.

Plain ustar (POSIX.1-1988, `pax` IEEE Std 1003.1, "ustar Interchange Format") and no extension of it: regular
files, folders and relative symlinks that stay inside; owner 0:0 without names; one fixed time; modes 0644 and
0755 only; members sorted by the bytes of their path, each folder before what is in it. So there is exactly one
archive for a given tree. `slimepython.install` reads archives and accepts no others.
"""

from __future__ import annotations

import tarfile
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from pipeline.errors import PublishError, Reason

MTIME = 1767225600
"""2026-01-01T00:00:00Z: the `SOURCE_DATE_EPOCH` of every build, in seconds."""

BLOCK = 512
MAX_MEMBER = 8 * 1024**3 - 1
"""Bytes of one file: what ustar's eleven octal digits can say."""


class ArchiveReason(Reason):
    """Why an archive cannot be made."""

    BAD_PATH = "bad-path"
    PATH_TOO_LONG = "path-too-long"
    COLLIDING_PATH = "colliding-path"
    DUPLICATE_MEMBER = "duplicate-member"
    OUT_OF_ORDER = "out-of-order"
    NO_PARENT = "no-parent"
    BAD_LINK = "bad-link"
    DEVICE = "device"
    BAD_MODE = "bad-mode"
    TOO_LARGE = "too-large"
    CHANGED_WHILE_READ = "changed-while-read"
    NOT_A_FOLDER = "not-a-folder"
    READ_FAILED = "read-failed"
    WRITE_FAILED = "write-failed"


class Kind(StrEnum):
    """What a member is; the values are for messages."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "symlink"


_TYPES = {Kind.FILE: tarfile.REGTYPE, Kind.FOLDER: tarfile.DIRTYPE, Kind.LINK: tarfile.SYMTYPE}


@dataclass(frozen=True)
class Member:
    """One entry. `path` is POSIX, relative, and starts with the archive's top folder; `size` is in bytes."""

    path: str
    kind: Kind
    executable: bool = False
    size: int = 0
    link: str = ""

    @property
    def mode(self) -> int:
        """The permission bits in the header."""
        return 0o755 if self.kind is Kind.FOLDER or self.executable else 0o644


def refused(reason: Reason, message: str) -> PublishError:
    """The error for a tree that no archive can hold; the caller raises it."""
    return PublishError(reason, message, hint="change what the recipe installs, and build again")


def check_path(path: str) -> None:
    """Refuse a member path that is absolute, leaves its folder, or is written in more than one way."""
    parts = path.split("/")
    if path.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise refused(ArchiveReason.BAD_PATH, f"{path!r} is not a plain relative path")
    if "\\" in path or any(ord(char) < 0x20 or ord(char) == 0x7F for char in path):
        raise refused(ArchiveReason.BAD_PATH, f"{path!r} has a backslash or a control character")
    if unicodedata.normalize("NFC", path) != path:
        raise refused(ArchiveReason.BAD_PATH, f"{path!r} is not in Unicode's normal form C")


def check_link(path: str, link: str) -> None:
    """Refuse a symlink whose text could lead outside the top folder.

    `..` may stand only at the start. The link's own folder is a real one (members never lie under a
    symlink), so leading `..`s are counted exactly; what follows may pass through other links, each of which
    stays inside by the same rule.
    """
    parts = link.split("/")
    ups = next((index for index, part in enumerate(parts) if part != ".."), len(parts))
    depth = path.count("/") - 1
    if any(part in ("", ".", "..") for part in parts[ups:]) or ups > depth:
        raise refused(ArchiveReason.BAD_LINK, f"symlink {path!r} leads outside its archive: {link!r}")
    if "\\" in link or any(ord(char) < 0x20 or ord(char) == 0x7F for char in link):
        raise refused(ArchiveReason.BAD_LINK, f"symlink {path!r} has a backslash or a control character")


def header(member: Member) -> bytes:
    """The one ustar header (512 bytes) of a member; refuses what ustar cannot say."""
    if not 0 <= member.size <= MAX_MEMBER:
        raise refused(ArchiveReason.TOO_LARGE, f"{member.path!r}: {member.size} bytes do not fit a tar header")
    info = tarfile.TarInfo(member.path)
    info.type = _TYPES[member.kind]
    info.mode = member.mode
    info.mtime = MTIME
    info.size = member.size
    info.linkname = member.link
    try:
        return info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict")
    except (ValueError, UnicodeEncodeError) as error:
        raise refused(ArchiveReason.PATH_TOO_LONG, f"{member.path!r} does not fit a ustar header: {error}") from error


class Sequence:
    """The rules between members: one top folder (`top`, once it is known), order, no path twice."""

    def __init__(self) -> None:
        self.top = ""
        self._last = b""
        self._folders: set[str] = set()
        self._seen: dict[str, str] = {}

    def accept(self, member: Member) -> None:
        """Check the next member against those before it. Raises `PublishError`."""
        path = member.path
        key = unicodedata.normalize("NFC", path.casefold())
        encoded = path.encode()
        other = self._seen.get(key)
        if other == path:
            raise refused(ArchiveReason.DUPLICATE_MEMBER, f"{path!r} is in the archive twice")
        if other is not None:
            raise refused(ArchiveReason.COLLIDING_PATH, f"{path!r} and {other!r} differ only in case or form")
        if encoded < self._last:
            raise refused(ArchiveReason.OUT_OF_ORDER, f"{path!r} is not in its place")
        parent = path.rpartition("/")[0]
        if parent not in self._folders and (parent or self.top or member.kind is not Kind.FOLDER):
            raise refused(ArchiveReason.NO_PARENT, f"{path!r} does not lie in a folder of the archive")
        self.top = self.top or path
        self._last = encoded
        self._seen[key] = path
        if member.kind is Kind.FOLDER:
            self._folders.add(path)
