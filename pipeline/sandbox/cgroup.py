"""Control groups of version 2, where this machine lets the builder make some; may import psutil and errors.

The kernel itself holds a group's limits: all memory of its processes with what they write to memory file systems, and
the number of its tasks. Its interface is the kernel's admin-guide/cgroup-v2; what "delegated" means is in
systemd's CGROUP_DELEGATION: in such a group, and below it, one may do as one likes.
"""

from __future__ import annotations

import errno
import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import psutil

from pipeline.errors import SandboxError
from pipeline.sandbox.errors import SandboxReason

_PREFIX = "slimepython-"
_REST = f"{_PREFIX}rest"
_NEEDED = frozenset({"memory", "pids"})
_GONE_SECONDS = 30.0
_DELEGATED = ("user.delegate", "trusted.delegate")


@dataclass(frozen=True)
class Place:
    """The group in which those of sandboxes are made, or why there is none (`path` is None)."""

    path: Path | None
    why: str = ""


@dataclass(frozen=True)
class Group:
    """One sandbox's group. `members` is written to by a process that enters it: 0 means itself."""

    path: Path
    max_processes: int

    @property
    def members(self) -> Path:
        return self.path / "cgroup.procs"

    def memory(self) -> int | None:
        """Bytes that it takes now. File cache is the kernel's to take back, and is not counted."""
        stat = _numbers(self.path / "memory.stat")
        used = _number(self.path / "memory.current")
        return None if used is None else max(0, used - stat.get("inactive_file", 0) - stat.get("active_file", 0))

    def processes(self) -> int | None:
        """How many tasks it has; its limit if one more was refused, even if there are fewer by now."""
        return self.max_processes if self.broken() == "processes" else _number(self.path / "pids.current")

    def broken(self) -> Literal["memory", "processes"] | None:
        """The limit by which the kernel has ended something in it, or refused to start something."""
        if _numbers(self.path / "memory.events").get("oom_kill"):
            return "memory"
        return "processes" if _numbers(self.path / "pids.events").get("max") else None

    def peak(self) -> int | None:
        """The most memory that it ever had, file cache included; None before Linux 5.19."""
        return _number(self.path / "memory.peak")

    def kill(self) -> None:
        """End all that is in it."""
        with suppress(OSError):  # before Linux 5.14 there is no such file: the pid namespace ends with its init
            (self.path / "cgroup.kill").write_text("1", "ascii")


@contextmanager
def group(place: Path, memory_bytes: int, processes: int) -> Iterator[Group]:
    """A group with these limits, which is gone afterwards with all that was in it. Raises SandboxError."""
    made = Group(place / f"{_PREFIX}{os.getpid()}-{secrets.token_hex(4)}", processes)
    try:
        with _explained(made):
            _set_up(made, memory_bytes)
        yield made
    finally:
        with _explained(made):
            _remove(made)


@contextmanager
def _explained(made: Group) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SandboxError(
            SandboxReason.SETUP_FAILED,
            f"the control group {made.path} cannot be used: {error.strerror}",
            hint="somebody else may have changed those above it: type the same command again",
        ) from error


def _set_up(made: Group, memory_bytes: int) -> None:
    made.path.mkdir()
    (made.path / "memory.max").write_text(str(memory_bytes), "ascii")
    with suppress(FileNotFoundError):  # a kernel that does not count swap
        (made.path / "memory.swap.max").write_text("0", "ascii")
    (made.path / "memory.oom.group").write_text("1", "ascii")
    (made.path / "pids.max").write_text(str(made.max_processes), "ascii")


def _remove(made: Group) -> None:
    made.kill()
    end = time.monotonic() + _GONE_SECONDS
    while True:
        try:
            made.path.rmdir()
            return
        except FileNotFoundError:
            return
        except OSError as error:
            if error.errno != errno.EBUSY or time.monotonic() > end:
                raise
            time.sleep(0.005)  # what was killed takes a moment to be gone


@lru_cache(maxsize=1)
def find_place() -> Place:
    """Where groups can be made with limits on memory and processes, found by making one and entering it."""
    mounts = [item.mountpoint for item in psutil.disk_partitions(all=True) if item.fstype == "cgroup2"]
    if not mounts:
        return Place(None, "cgroup v2 is not mounted")
    own = _own_group(Path(mounts[0]))
    if own is None:
        return Place(None, f"this process's group is not below {mounts[0]}")
    if not _controllers(own / "cgroup.controllers") >= _NEEDED:
        return Place(None, f"{own} has no controllers of memory and pids")
    why = f"neither {own} nor a group above it may be written to by uid {os.geteuid()}"
    for folder in (own, *own.parents):
        if os.access(folder, os.W_OK) and os.access(folder / "cgroup.procs", os.W_OK):
            if folder == own and not _hand_on(own):
                why = f"{own} is not delegated to the builder"
            elif _controllers(folder / "cgroup.subtree_control") >= _NEEDED:
                _remove_stale(folder)
                why = _try(folder)
                if not why:
                    return Place(folder)
        if folder == Path(mounts[0]):
            break
    return Place(None, why)


def _own_group(mount: Path) -> Path | None:
    for line in Path("/proc/self/cgroup").read_text("utf-8").splitlines():
        if line.startswith("0::/") and "/.." not in line:
            return mount / line[4:] if line[4:] else mount
    return None


def _controllers(file: Path) -> frozenset[str]:
    try:
        return frozenset(file.read_text("ascii").split())
    except OSError:
        return frozenset()


def _hand_on(own: Path) -> bool:
    """Let groups below this process's own have limits; whether they can.

    A group with processes of its own may not (but for the root), so that of a delegated group they move below.
    """
    if _controllers(own / "cgroup.subtree_control") >= _NEEDED:
        return True
    for attempt in ("as it is", "with its processes moved"):
        if attempt != "as it is":
            if not _is_delegated(own):
                return False
            _move_all(own, own / _REST)
        with suppress(OSError):
            (own / "cgroup.subtree_control").write_text("+memory +pids", "ascii")
            return True
    return False


def _is_delegated(own: Path) -> bool:
    for name in _DELEGATED:
        with suppress(OSError):
            if os.getxattr(own, name) == b"1":
                return True
    # The root of a group namespace is a container's own; only the machine's root has no type.
    return Path("/proc/self/cgroup").read_text("utf-8").endswith("0::/\n") and (own / "cgroup.type").exists()


def _move_all(own: Path, rest: Path) -> None:
    with suppress(OSError):
        rest.mkdir(exist_ok=True)
        for pid in (own / "cgroup.procs").read_text("ascii").split():
            with suppress(ProcessLookupError):
                (rest / "cgroup.procs").write_text(pid, "ascii")


def _remove_stale(folder: Path) -> None:
    """Remove the empty groups of builders that were killed."""
    for path in folder.glob(f"{_PREFIX}*-*"):
        pid = path.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            with suppress(OSError):
                path.rmdir()


def _try(folder: Path) -> str:
    """Why a process cannot enter a group made there; empty if it can."""
    try:
        with group(folder, 64 << 20, 16) as made:
            done = subprocess.run(
                ["/bin/sh", "-c", 'echo 0 > "$1"', "sh", str(made.members)],
                capture_output=True,
                text=True,
                check=False,
                env={},
            )
    except (SandboxError, OSError) as error:
        return str(error)
    return done.stderr.strip() or (f"exit status {done.returncode}" if done.returncode else "")


def _number(file: Path) -> int | None:
    try:
        return int(file.read_text("ascii"))
    except (OSError, ValueError):
        return None


def _numbers(file: Path) -> dict[str, int]:
    try:
        lines = file.read_text("ascii").splitlines()
    except OSError:
        return {}
    return {name: int(number) for name, _, number in (line.partition(" ") for line in lines) if number.isdigit()}
