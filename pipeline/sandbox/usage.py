"""How much memory a process tree and how much disk some folders take; may import psutil and pipeline.store.files."""

from __future__ import annotations

import os
import time
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


def memory_of(pid: int, limit: int) -> int:
    """Bytes of memory that a process tree takes.

    The sum of resident sizes counts shared pages several times, so only a sum over the limit is looked at more
    closely, by proportional sizes, which cost a walk through the page tables.
    """
    found = tree_of(pid)
    total = sum(_resident(process) for process in found)
    return total if total <= limit else sum(_proportional(process) for process in found)


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
