"""What a process tree takes of this machine, and folders of the disk; may import psutil and pipeline.store.files."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from pipeline.store.files import disk_usage

_RESERVE = 256 << 20
"""A disk with less than this free counts as full: everything else on the machine needs some, too."""


def tree_of(pid: int) -> list[psutil.Process]:
    """A process and all its descendants; none if it is gone. Orphans in a pid namespace stay its init's."""
    try:
        top = psutil.Process(pid)
        return [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def memory_of(pid: int, limit: int, memory_folders: Sequence[str]) -> int:
    """Bytes of memory that a process tree takes, with what is in memory folders of the first process's root.

    The sum of resident sizes counts shared pages several times, so only a sum over the limit is looked at more
    closely, by proportional sizes, which cost a walk through the page tables. A file in a memory folder that is
    mapped, too, counts twice.
    """
    found = tree_of(pid)
    kept = sum(_held_by(f"/proc/{pid}/root", folder) for folder in memory_folders)
    total = kept + sum(_resident(process) for process in found)
    if total > limit:
        total = kept + sum(_proportional(process) for process in found)
    return total


def _held_by(root: str, folder: str) -> int:
    """Bytes in a memory file system."""
    try:
        with _inside(root, folder) as handle:
            found = os.fstatvfs(handle)
    except OSError:
        return 0
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def processes_in(pid: int) -> int | None:
    """How many processes are in the pid namespace whose init `pid` is, by its own /proc; None if there is none.

    To list it costs the less the fewer they are, and little even when they are thousands that want the processors.
    """
    try:
        with _inside(f"/proc/{pid}/root", "/proc") as handle:
            listing = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=handle)
            try:
                return sum(name.isdigit() for name in os.listdir(listing))  # noqa: PTH208 - a descriptor
            finally:
                os.close(listing)
    except OSError:
        return None


@contextmanager
def _inside(root: str, folder: str) -> Iterator[int]:
    """A handle of a folder in another root. Raises OSError, also while that is still this machine's root."""
    flags = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
    top = os.open(root, flags)
    try:
        if os.path.samestat(os.fstat(top), Path("/").stat()):
            raise FileNotFoundError(errno.ENOENT, "there is no other root yet", root)
        handle = os.open(folder.lstrip("/"), flags | os.O_NOFOLLOW, dir_fd=top)
    finally:
        os.close(top)
    try:
        yield handle
    finally:
        os.close(handle)


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _proportional(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.AccessDenied:
        return _resident(process)
    except psutil.Error:
        return 0


class DiskMeter:
    """Watches what some folders take on disk without walking them all the time.

    The file system's free space is asked for at each call. Folders are walked when so much was written to it since
    the beginning that they could be over their limit, and now and then; walking takes a twentieth of the time at most.
    """

    def __init__(self, folders: tuple[Path, ...], limit: int) -> None:
        self._folders = folders
        self.limit = limit
        self._free_at_start = self._free()
        self._used_at_start = self.used()
        self._walked = time.monotonic()
        self._pause = 1.0

    def used(self) -> int:
        """Bytes on disk now."""
        return sum(disk_usage(folder) for folder in self._folders)

    def is_over(self) -> bool:
        """Whether the folders are over their limit, or the disk is nearly full because of them."""
        if not self._folders:
            return False
        free = self._free()
        written = self._free_at_start - free
        now = time.monotonic()
        suspect = self._used_at_start + written > self.limit or free < _RESERVE
        if now - self._walked < self._pause * (1 if suspect else 15):
            return False
        used = self.used()
        self._walked = time.monotonic()
        self._pause = max(1.0, 20 * (self._walked - now))
        return used > self.limit or (free < _RESERVE and used - self._used_at_start > _RESERVE // 4)

    def _free(self) -> int:
        found = [os.statvfs(folder) for folder in self._folders]
        return min((item.f_bavail * item.f_frsize for item in found), default=0)
