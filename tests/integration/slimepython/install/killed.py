"""Installs in a process of its own that kills itself with SIGKILL at the n-th thing it does to the file system.

Python's audit events stand for those: each file opened for writing, each rename, unlink, mkdir, chmod, symlink, utime;
and each file's content is one more, half of it being written before the kill.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from slimepython.install import unpack as unpacking
from slimepython.install.home import Home
from slimepython.install.install import install
from slimepython.install.members import Member
from slimepython.release.source import FolderTransport, Source
from tests.unit.slimepython.places import FULL, MACHINE

_EVENTS = frozenset(("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.symlink", "os.utime", "os.link"))


class Counter:
    def __init__(self, limit: int) -> None:
        self.count = 0
        self.limit = limit

    def audit(self, event: str, args: tuple[object, ...]) -> None:
        writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
        if event in _EVENTS or writes:
            self.step()

    def step(self) -> None:
        self.count += 1
        if self.count == self.limit:
            os.kill(os.getpid(), signal.SIGKILL)


def start(home: Path, release: Path, limit: int) -> tuple[int, int]:
    """Start installing; the process's id, and a descriptor that the number of things done is read from."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    status = 1
    try:
        os.write(writing, str(_install(home, release, limit)).encode())
        status = 0
    finally:
        os._exit(status)


def finish(pid: int, reading: int) -> tuple[int, int]:
    """Wait for it: minus the signal or the exit status, and how many things it did (0 if it was killed)."""
    with os.fdopen(reading, "rb") as pipe:
        count = pipe.read()
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), int(count or b"0")


def _install(home: Path, release: Path, limit: int) -> int:
    counter = Counter(limit)
    whole = unpacking._write

    def half_written(path: Path, member: Member, tar: unpacking._Tar) -> str:
        if counter.count + 1 == counter.limit:
            path.write_bytes(b"half")
        counter.step()
        return whole(path, member, tar)

    unpacking._write = half_written
    sys.addaudithook(counter.audit)
    install(Home(home), Source(str(release), FolderTransport(release)), FULL, MACHINE)
    return counter.count
