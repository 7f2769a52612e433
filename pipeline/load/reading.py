"""The one door to the files of a project: what is no plain file, or leads elsewhere, is refused unread.

May import what is captured, and problems.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pipeline.load.captured import CapturedFile
from pipeline.load.problems import LoadReason

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class Refused(Exception):
    """Why a file is not read, as a reason and in words that go on after its name."""

    def __init__(self, reason: LoadReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def resolved(path: Path, within: Path | None = None) -> Path:
    """The plain file or the folder that a path leads to, links followed.

    Raises `Refused` when there is none, when it is something else (opening a FIFO would wait for ever), or when
    it does not lie in the folder `within` (whose own links are resolved).
    """
    try:
        real = Path(os.path.realpath(path, strict=True))
        kind = stat.S_IFMT(real.stat().st_mode)
    except FileNotFoundError as error:
        raise Refused(LoadReason.MISSING_FILE, "leads to nothing" if path.is_symlink() else "does not exist") from error
    except OSError as error:
        raise Refused(LoadReason.UNREADABLE, f"cannot be read: {error.strerror}") from error
    if within is not None and not real.is_relative_to(within):
        raise Refused(LoadReason.OUTSIDE, f"leads out of the project's {within.name}/, to {real}")
    if kind not in (stat.S_IFREG, stat.S_IFDIR):
        raise Refused(LoadReason.NOT_A_FILE, f"is {_KINDS.get(kind, 'no plain file')}")
    return real


def read_file(path: Path, within: Path | None = None) -> CapturedFile:
    """A plain file as it is now. Raises `Refused` as `resolved` does."""
    real = resolved(path, within)
    if real.is_dir():
        raise Refused(LoadReason.NOT_A_FILE, "is a folder")
    try:
        # Not blocking: what was a plain file a moment ago may be a FIFO now.
        with os.fdopen(os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise Refused(LoadReason.NOT_A_FILE, f"is {_KINDS.get(stat.S_IFMT(mode), 'no plain file')}")
            return CapturedFile.of(file.read(), executable=bool(mode & 0o100))
    except OSError as error:
        raise Refused(LoadReason.UNREADABLE, f"cannot be read: {error.strerror}") from error
