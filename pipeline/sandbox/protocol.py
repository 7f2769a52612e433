"""What is run, what comes of it, and what an engine must offer; may import pipeline.errors and the sandbox's errors.

An engine runs one command in a root file system of its own. Inside, everything is constant: paths, hostname
`sandbox`, uid and gid 1000, umask 022; there is no network but loopback, standard input is empty, the environment
is exactly `Sandbox.environment`, and only mounts of mode `rw`, `/tmp` and `/dev/shm` (both in memory) can be written.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from pipeline.errors import SandboxError
from pipeline.sandbox.errors import SandboxReason

HOSTNAME = "sandbox"
UID = 1000
GID = 1000
GIB = 1 << 30

Ended = Literal["exited", "signal", "timeout", "memory", "processes", "log", "disk", "interrupted"]


@dataclass(frozen=True)
class Mount:
    """A file, folder or FIFO of the host, seen inside at the absolute path `target`."""

    source: Path
    target: str
    mode: Literal["ro", "rw"] = "ro"


@dataclass(frozen=True)
class SandboxLimits:
    """What a run may use: wall-clock seconds, bytes of memory, of log, and on disk in all `rw` mounts together.

    Memory is that of all its processes with what they write to memory folders; `processes` counts threads where the
    kernel holds it. No limit is part of a key.
    """

    seconds: float = 30 * 60
    memory_bytes: int = 8 * GIB
    log_bytes: int = 64 << 20
    disk_bytes: int = 32 * GIB
    processes: int = 4096

    @property
    def tmp_bytes(self) -> int:
        """The size of `/tmp` and of `/dev/shm`, which are in memory."""
        return max(1 << 20, self.memory_bytes // 2)


@dataclass(frozen=True)
class Sandbox:
    """One command and all that it can see.

    `rootfs` is a read-only directory and `rootfs_digest` its tree's digest, by which engines that need an image
    name it. Mount points need not exist in it.
    """

    rootfs: Path
    rootfs_digest: str
    mounts: tuple[Mount, ...]
    command: tuple[str, ...]
    env: Mapping[str, str]
    cwd: str = "/"
    limits: SandboxLimits = field(default_factory=SandboxLimits)
    network: Literal["none", "host"] = "none"

    @property
    def environment(self) -> dict[str, str]:
        """The whole environment inside: `env` over the few variables that every engine sets."""
        base = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "HOSTNAME": HOSTNAME, "PWD": self.cwd}
        return {**base, **self.env}

    @property
    def writable(self) -> tuple[Path, ...]:
        """The host's folders that the command can write to."""
        return tuple(m.source for m in self.mounts if m.mode == "rw" and m.source.is_dir())

    def checked(self) -> Sandbox:
        """This sandbox; raises SandboxError (BAD_MOUNT) if a mount cannot be made as it is written."""
        targets = [mount.target for mount in self.mounts]
        for mount in self.mounts:
            top, *parts = mount.target.split("/")
            wrong = (
                "its target is not an absolute, normal path"
                if top or not parts or not all(part not in ("", ".", "..") for part in parts)
                else "its target is mounted twice"
                if targets.count(mount.target) > 1
                else "its source does not exist, or not for you"
                if not os.access(mount.source, os.F_OK)
                else ""
            )
            if wrong:
                raise SandboxError(
                    SandboxReason.BAD_MOUNT,
                    f"cannot mount {mount.source} at {mount.target}: {wrong}",
                    hint="this is a mistake in the pipeline or a store changed by hand; `python -m pipeline doctor`",
                )
        return self


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    `status` is the command's exit status, 128+n after signal n, None if the engine ended it. `seconds` are wall
    clock; `peak_memory_bytes` is sampled, hence a lower bound. `log` holds standard output and error as UTF-8.
    """

    status: int | None
    ended: Ended
    seconds: float
    peak_memory_bytes: int | None
    log: Path
    limits: SandboxLimits = field(default_factory=SandboxLimits)

    @property
    def ok(self) -> bool:
        """Whether the command ended by itself, with status 0."""
        return self.ended == "exited" and self.status == 0

    def explain(self) -> str:
        """What this outcome means, in one sentence without a full stop."""
        limits = self.limits
        stopped = {
            "timeout": f"stopped after {self.seconds:.0f} s: its limit is {limits.seconds:.0f} s (limits.minutes)",
            "memory": f"stopped: it used more than {limits.memory_bytes / GIB:.2f} GiB of memory (limits.memory_gib)",
            "processes": f"stopped: it had more than {limits.processes} processes at once (limits.processes)",
            "log": f"stopped: it printed more than {limits.log_bytes / (1 << 20):.1f} MiB (limits.log_mib)",
            "disk": f"stopped: it wrote more than {limits.disk_bytes / GIB:.2f} GiB (limits.disk_gib), or the disk is "
            "nearly full",
            "interrupted": f"interrupted after {self.seconds:.0f} s",
        }
        if self.ended in stopped:
            return stopped[self.ended]
        return explain_status(self.status)


_MEANINGS: Mapping[int, str] = {
    126: "a program was found but cannot be executed (wrong architecture, or no execute bit)",
    127: "a program was not found: is its package in the toolchain?",
    128 + signal.SIGABRT: "it aborted itself: an assertion, or a compiler's own crash",
    128 + signal.SIGBUS: "a file it had mapped shrank, or the disk is full",
    128 + signal.SIGILL: "an instruction that this CPU does not have",
    128 + signal.SIGKILL: "killed from outside: mostly the kernel, out of memory",
    128 + signal.SIGSEGV: "it crashed",
    128 + signal.SIGTERM: "somebody asked it to end",
}


def explain_status(status: int | None) -> str:
    """What an exit status means, in words."""
    if status is None:
        return "ended without an exit status"
    if status == 0:
        return "ended well"
    name = ""
    if is_signal(status):
        name = f" ({signal.Signals(status - 128).name})"
    meaning = _MEANINGS.get(status, "")
    return f"exit status {status}{name}" + (f": {meaning}" if meaning else "")


def is_signal(status: int) -> bool:
    """Whether a shell's exit status says that a signal ended the program."""
    return status - 128 in {int(number) for number in signal.Signals}


@dataclass(frozen=True)
class EngineReport:
    """What an engine answered when it was tried; `limits` says how it holds those on memory and processes."""

    engine: str
    ok: bool
    version: str
    answer: str
    hint: str = ""
    limits: str = ""


class Engine(Protocol):
    """A way to run sandboxes. Its methods may be called from several threads at once."""

    @property
    def name(self) -> str:
        """`bubblewrap` or `docker`."""

    def check(self) -> EngineReport:
        """Try it for real, in a root file system with one tiny program; never raises."""

    def run(
        self,
        sandbox: Sandbox,
        *,
        log: Path,
        on_line: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Outcome:
        """Run to the end, or to a limit, or until `cancel` is set; no process is left when it returns or raises.

        Docker may mix lines of standard output and standard error in another order than they were printed; a script
        that minds begins with `exec 2>&1`. `on_line` gets the output's lines, long ones in pieces, without line
        ends, possibly with control characters.

        Raises SandboxError if the sandbox could not be made or the engine went away, never for a failing command.
        """

    def shell(self, sandbox: Sandbox, *, cancel: threading.Event | None = None) -> int:
        """Run the command on this terminal, with no limits; gives its exit status.

        SIGTERM, SIGHUP and SIGINT to this process end it, as if its terminal had gone, and so does a `cancel` that is
        set already: the status is 128 and the signal's number then. Only for the main thread.
        """
