"""The member profile of an archive: what may be in it, as pure rules; imports the package's errors only.

Plain ustar (IEEE Std 1003.1, `pax`, "ustar Interchange Format") and no extension of it: regular files, folders and
relative symlinks that stay inside; owner 0:0 without names; one fixed time; modes 0644 and 0755 only; members sorted
by the bytes of their path, each folder before what is in it, no path twice. A header is accepted only if it is byte
for byte the one that Python's own `tarfile` makes for its member, so nothing can hide in one.
"""

from __future__ import annotations

import tarfile
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from slimepython.errors import InstallError, Reason

MTIME: Final = 1767225600
"""2026-01-01T00:00:00Z: the time of every member of every archive, part of the format."""
BLOCK: Final = 512


class ArchiveReason(Reason):
    """Why an archive is refused."""

    BAD_PATH = "bad-path"
    COLLIDING_PATH = "colliding-path"
    DUPLICATE_MEMBER = "duplicate-member"
    OUT_OF_ORDER = "out-of-order"
    NO_PARENT = "no-parent"
    BAD_LINK = "bad-link"
    HARD_LINK = "hard-link"
    DEVICE = "device"
    SPARSE = "sparse"
    EXTENSION = "extension"
    BAD_MODE = "bad-mode"
    TOO_LARGE = "too-large"
    TOO_MANY_MEMBERS = "too-many-members"
    RATIO = "ratio"
    BAD_HEADER = "bad-header"
    TRUNCATED = "truncated"
    TRAILING_DATA = "trailing-data"
    BAD_FRAME = "bad-frame"
    WINDOW_TOO_LARGE = "window-too-large"


class Kind(StrEnum):
    """What a member is; the values are those of the tree's record."""

    FILE = "file"
    FOLDER = "dir"
    LINK = "link"


_KINDS: Final = {tarfile.REGTYPE: Kind.FILE, tarfile.DIRTYPE: Kind.FOLDER, tarfile.SYMTYPE: Kind.LINK}
_REFUSED: Final = {
    tarfile.LNKTYPE: ArchiveReason.HARD_LINK,
    tarfile.CHRTYPE: ArchiveReason.DEVICE,
    tarfile.BLKTYPE: ArchiveReason.DEVICE,
    tarfile.FIFOTYPE: ArchiveReason.DEVICE,
    tarfile.GNUTYPE_SPARSE: ArchiveReason.SPARSE,
    tarfile.XHDTYPE: ArchiveReason.EXTENSION,
    tarfile.XGLTYPE: ArchiveReason.EXTENSION,
    tarfile.SOLARIS_XHDTYPE: ArchiveReason.EXTENSION,
    tarfile.GNUTYPE_LONGNAME: ArchiveReason.EXTENSION,
    tarfile.GNUTYPE_LONGLINK: ArchiveReason.EXTENSION,
}


@dataclass(frozen=True)
class Member:
    """One entry. `path` is POSIX, relative, and starts with the archive's top folder; `size` is in bytes."""

    path: str
    kind: Kind
    executable: bool = False
    size: int = 0
    link: str = ""


def refused(reason: ArchiveReason, problem: str) -> InstallError:
    """The error for an archive that breaks the profile; the caller raises it."""
    return InstallError(reason, problem, hint="nothing was installed; tell whoever published this archive")


def read_header(block: bytes) -> Member:
    """The member that a 512-byte header describes. Raises `InstallError` for all but the one header it may have."""
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
    except (tarfile.HeaderError, ValueError) as error:
        raise refused(ArchiveReason.BAD_HEADER, f"a tar header is damaged: {error}") from error
    kind = _KINDS.get(info.type)
    if kind is None:
        reason = _REFUSED.get(info.type, ArchiveReason.BAD_HEADER)
        raise refused(reason, f"{info.name!r} is of tar type {info.type!r}, which is not allowed")
    check_path(info.name)
    if kind is Kind.LINK:
        check_link(info.name, info.linkname)
    if info.mode not in (0o644, 0o755):
        raise refused(ArchiveReason.BAD_MODE, f"{info.name!r} has mode {info.mode:o}, not 644 or 755")
    member = Member(info.name, kind, kind is Kind.FILE and info.mode == 0o755, info.size, info.linkname)
    if (kind is not Kind.FILE and info.size) or _header(member) != block:
        raise refused(ArchiveReason.BAD_HEADER, f"the header of {info.name!r} is not the only one allowed for it")
    return member


def _header(member: Member) -> bytes:
    info = tarfile.TarInfo(member.path)
    info.type = next(code for code, kind in _KINDS.items() if kind is member.kind)
    info.mode = 0o755 if member.kind is Kind.FOLDER or member.executable else 0o644
    info.mtime = MTIME
    info.size = member.size
    info.linkname = member.link
    try:
        return info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict")
    except ValueError as error:
        raise refused(ArchiveReason.BAD_HEADER, f"{member.path!r} does not fit a ustar header: {error}") from error


def check_path(path: str) -> None:
    """Refuse a member path that is absolute, leaves its folder, or is written in more than one way."""
    if any(part in ("", ".", "..") for part in path.split("/")):
        raise refused(ArchiveReason.BAD_PATH, f"{path!r} is not a plain relative path")
    if _is_odd(path) or unicodedata.normalize("NFC", path) != path:
        raise refused(ArchiveReason.BAD_PATH, f"{path!r} has a backslash, a control character or another Unicode form")


def check_link(path: str, link: str) -> None:
    """Refuse a symlink whose text could lead outside the top folder.

    `..` may stand only at the start. A link's own folder is a real one, since no member lies under a link; so leading
    `..`s are counted exactly, and what follows may pass only through links that stay inside by this same rule.
    """
    parts = link.split("/")
    ups = next((index for index, part in enumerate(parts) if part != ".."), len(parts))
    if any(part in ("", ".", "..") for part in parts[ups:]) or ups > path.count("/") - 1:
        raise refused(ArchiveReason.BAD_LINK, f"symlink {path!r} leads outside its archive: {link!r}")
    if _is_odd(link):
        raise refused(ArchiveReason.BAD_LINK, f"symlink {path!r} has a backslash or a control character")


def _is_odd(text: str) -> bool:
    return "\\" in text or any(ord(char) < 0x20 or ord(char) == 0x7F for char in text)


class Sequence:
    """The rules between members: one top folder (`top`, once it is known), order, no path twice."""

    def __init__(self) -> None:
        self.top = ""
        self._last = b""
        self._folders: set[str] = set()
        self._seen: dict[str, str] = {}

    def accept(self, member: Member) -> None:
        """Check the next member against those before it. Raises `InstallError`."""
        path, encoded = member.path, member.path.encode()
        key = unicodedata.normalize("NFC", path.casefold())
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
