"""A started bubblewrap: its processes, what they use, their end; may import cgroup, protocol and usage."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil

from pipeline.sandbox.cgroup import Group
from pipeline.sandbox.protocol import SandboxLimits
from pipeline.sandbox.usage import memory_of, processes_in, tree_of

_GONE_SECONDS = 30.0


@dataclass
class Process:
    """A started bubblewrap: the outer process, and the init of the pid namespace by a file descriptor."""

    outer: subprocess.Popen[bytes]
    status: int
    output: int
    limits: SandboxLimits
    memory_folders: tuple[str, ...]
    group: Group | None
    done: int = -1
    init: int | None = None
    init_handle: int | None = None
    report: bytearray = field(default_factory=bytearray)

    def open(self) -> None:
        """Learn who the init is; a bubblewrap that fails early has none."""
        self.done = os.pidfd_open(self.outer.pid)
        self._read_status(until=b"}")
        with suppress(ProcessLookupError):
            self.init = next((item["child-pid"] for item in self.statuses() if "child-pid" in item), None)
            if self.init is not None:
                self.init_handle = os.pidfd_open(self.init)

    def _read_status(self, until: bytes | None = None) -> None:
        while until is None or until not in self.report:
            data = os.read(self.status, 4096)
            if not data:
                return
            self.report += data

    def statuses(self) -> list[dict[str, int]]:
        """The JSON objects that bubblewrap has reported."""
        return [json.loads(line) for line in self.report.splitlines() if line.strip().endswith(b"}")]

    def exit_status(self) -> int | None:
        """The command's exit status, None if bubblewrap never got to know it."""
        self._read_status()
        return next((item["exit-code"] for item in self.statuses() if "exit-code" in item), None)

    def memory(self) -> int | None:
        if self.group is not None:
            return self.group.memory()
        return None if self.init is None else memory_of(self.init, self.limits.memory_bytes, self.memory_folders)

    def processes(self) -> int | None:
        if self.group is not None:
            return self.group.processes()
        return None if self.init is None else processes_in(self.init)

    def terminate(self) -> None:
        # Not the init itself: it would not care, and its end is the end of all the others.
        for process in tree_of(self.init)[1:] if self.init is not None else ():
            with suppress(psutil.Error):
                process.terminate()

    def kill(self) -> None:
        if self.group is not None:
            self.group.kill()
        if self.init_handle is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.init_handle, signal.SIGKILL)
        with suppress(ProcessLookupError):
            self.outer.kill()

    def wait_until_all_gone(self) -> None:
        """An init is gone only after everything else in its pid namespace is."""
        self.outer.wait()
        if self.init_handle is None:
            return
        poller = select.poll()
        poller.register(self.init_handle, select.POLLIN)
        if not poller.poll(int(_GONE_SECONDS * 1000)):
            self.kill()
            poller.poll(int(_GONE_SECONDS * 1000))

    def close(self) -> None:
        """End everything, wait for it, close what is open."""
        self.kill()
        self.wait_until_all_gone()
        for number in (self.status, self.output, self.done, self.init_handle):
            if number is not None and number >= 0:
                os.close(number)


@contextmanager
def started(
    command: Callable[[int], list[str]],
    options: int,
    limits: SandboxLimits,
    memory_folders: tuple[str, ...],
    group: Group | None,
) -> Iterator[Process]:
    """Start `command`, made for the file descriptor that bubblewrap reports to; nothing of it is left afterwards."""
    status, status_end = os.pipe2(os.O_CLOEXEC)
    output, output_end = os.pipe2(os.O_CLOEXEC)
    try:
        outer = subprocess.Popen(
            command(status_end),
            stdin=subprocess.DEVNULL,
            stdout=output_end,
            stderr=output_end,
            env={},
            pass_fds=(options, status_end),
            # Ctrl-C is for the builder, which then stops its sandboxes in good order.
            start_new_session=True,
        )
    except BaseException:
        os.close(status)
        os.close(output)
        raise
    finally:
        os.close(status_end)
        os.close(output_end)
    process = Process(outer, status, output, limits, memory_folders, group)
    try:
        process.open()
        yield process
    finally:
        process.close()
