"""Installs in a process of its own that sends itself a signal (SIGKILL) at the n-th thing it does to the file system.

Python's audit events stand for those: each file opened for writing, each rename, unlink, mkdir, chmod, symlink, utime;
each file's content is one more, half of it being written before the kill, and so is waiting for the disk, which is
left out: nothing here loses power.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from slimepython.install import install as installing
from slimepython.install import unpack as unpacking
from slimepython.install.home import Home
from slimepython.install.members import Member
from slimepython.release.resolve import Wish
from slimepython.release.source import FolderTransport, Source
from tests.unit.slimepython.places import MACHINE

NEVER = 10**9
_EVENTS = frozenset(("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.symlink", "os.utime", "os.link"))


class Counter:
    def __init__(self, limit: int, number: signal.Signals) -> None:
        self.count = 0
        self.limit = limit
        self.number = number

    def audit(self, event: str, args: tuple[object, ...]) -> None:
        writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
        if event in _EVENTS or writes:
            self.step()

    def step(self) -> None:
        self.count += 1
        if self.count == self.limit:
            os.kill(os.getpid(), self.number)


@dataclass
class Installer:
    """A started one: what it says, and at last the number of things it did, comes through `pipe`."""

    pid: int
    pipe: int
    said: bytes = b""

    def hear(self, text: str) -> None:
        """Wait until it has said this."""
        while text.encode() not in self.said:
            more = os.read(self.pipe, 4096)
            assert more, f"it ended without {text!r}: {self.said!r}"
            self.said += more

    def finish(self) -> tuple[int, int]:
        """Wait for its end: minus the signal or the exit status, and how many things it did (0 if it was killed)."""
        with os.fdopen(self.pipe, "rb") as pipe:
            self.said += pipe.read()
        _, status = os.waitpid(self.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        return code, int(self.said.split()[-1]) if code == 0 else 0


def start(
    home: Path, release: Path, wish: Wish, limit: int = NEVER, number: signal.Signals = signal.SIGKILL
) -> Installer:
    """Start installing, up to the `limit`-th thing that is done."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return Installer(pid, reading)
    status = 1
    try:
        count = _install(home, release, wish, Counter(limit, number), writing)
        os.write(writing, f"{count}\n".encode())
        status = 0
    finally:
        os._exit(status)


def _install(home: Path, release: Path, wish: Wish, counter: Counter, told: int) -> int:
    whole = unpacking._write

    def half_written(path: Path, member: Member, tar: unpacking._Tar) -> str:
        if counter.count + 1 == counter.limit:
            path.write_bytes(b"half")
        counter.step()
        return whole(path, member, tar)

    unpacking._write = half_written
    installing.sync_file_system = lambda folder: counter.step()  # type: ignore[attr-defined]
    sys.addaudithook(counter.audit)
    source = Source(str(release), FolderTransport(release))

    def say(message: str) -> None:
        os.write(told, f"{message}\n".encode())

    installing.install(Home(home), source, wish, MACHINE, say=say)
    return counter.count
