"""Watching a running sandbox: its output, its limits, its end; may import the sandbox's protocol, log and usage."""

from __future__ import annotations

import os
import select
import threading
import time
from dataclasses import dataclass
from typing import Protocol

from pipeline.sandbox.log import LogWriter
from pipeline.sandbox.protocol import Ended, Outcome, SandboxLimits, is_signal
from pipeline.sandbox.usage import DiskMeter

GRACE_SECONDS = 5.0
"""How long a command may take to end after SIGTERM, before SIGKILL."""

_TICK = 0.25
_MEMORY_PERIOD = 0.5
_MEMORY_PERIOD_FAR = 2.0
_MEMORY_GROWTH = 4 << 30
"""Bytes a second: nothing that was far from its limit gets there sooner. To look costs milliseconds, since all
processes of the machine are gone through, and a build of many minutes is mostly far from it."""
_MANY = 100
"""So many new processes since the last tick can be thousands before one has gone through them: memory waits."""
_DRAIN_SECONDS = 5.0
_AT_ONCE = ("memory", "processes")
"""What gets no grace: in it, it would take still more."""
_CHUNK = 1 << 16


class Running(Protocol):
    """A started sandbox, as the watch needs it."""

    output: int
    """A file descriptor with its standard output and error."""
    done: int
    """A file descriptor that becomes readable when its command has ended."""

    def memory(self) -> int | None:
        """Bytes it takes now, None if that is not known."""

    def processes(self) -> int | None:
        """How many processes it has now, None if that is not known; asked often."""

    def terminate(self) -> None:
        """Ask all of it to end."""

    def kill(self) -> None:
        """End all of it."""


@dataclass(frozen=True)
class Watched:
    """What was seen: why the watch ended the command (None: it ended itself), seconds and the peak of memory."""

    stopped: Ended | None
    seconds: float
    peak_memory_bytes: int | None


@dataclass
class _Gauge:
    """What is compared with the limits."""

    limits: SandboxLimits
    log: LogWriter
    disk: DiskMeter
    cancel: threading.Event | None
    running: Running
    started: float
    peak: int | None = None
    memory_due: float = 0.0
    processes: int = 0

    def over(self) -> Ended | None:
        now = time.monotonic()
        if self.cancel is not None and self.cancel.is_set():
            return "interrupted"
        if now - self.started > self.limits.seconds:
            return "timeout"
        if self.log.is_full:
            return "log"
        before, self.processes = self.processes, self.running.processes() or 0
        if self.processes >= self.limits.processes:
            return "processes"
        if now >= self.memory_due and self.processes - before < _MANY:
            used = self.running.memory()
            left = self.limits.memory_bytes - (used or 0)
            self.memory_due = now + min(max(_MEMORY_PERIOD, left / _MEMORY_GROWTH), _MEMORY_PERIOD_FAR)
            if used is not None:
                self.peak = max(self.peak or 0, used)
                if left < 0:
                    return "memory"
        return "disk" if self.disk.is_over() else None


def watch(
    running: Running, limits: SandboxLimits, log: LogWriter, disk: DiskMeter, cancel: threading.Event | None
) -> Watched:
    """Pass output to the log until the command has ended, by itself or because of a limit or `cancel`."""
    started = time.monotonic()
    gauge = _Gauge(limits, log, disk, cancel, running, started)
    stopped: Ended | None = None
    kill_at = float("inf")
    poller = select.poll()
    poller.register(running.output, select.POLLIN)
    poller.register(running.done, select.POLLIN)
    while True:
        ready = {number for number, _ in poller.poll(int(_TICK * 1000))}
        if running.output in ready and not _pump(running.output, log):
            poller.unregister(running.output)  # closed its output, and may well run on
        if running.done in ready:
            break
        if stopped is None:
            stopped = gauge.over()
            if stopped in _AT_ONCE:
                running.kill()
            elif stopped is not None:
                running.terminate()
                kill_at = time.monotonic() + GRACE_SECONDS
        elif time.monotonic() > kill_at:
            running.kill()
            kill_at = float("inf")
    return Watched(stopped, time.monotonic() - started, gauge.peak)


def drain(output: int, log: LogWriter) -> None:
    """Take in what is still in the pipe once all processes are gone."""
    end = time.monotonic() + _DRAIN_SECONDS
    poller = select.poll()
    poller.register(output, select.POLLIN)
    while time.monotonic() < end and poller.poll(100):
        if not _pump(output, log):
            return


def conclude(watched: Watched, status: int | None, limits: SandboxLimits, log: LogWriter, disk: DiskMeter) -> Outcome:
    """The outcome, once all processes are gone and all output is taken in.

    What ended by itself between two looks is judged by the same limits as what was stopped.
    """
    log.close()
    ended = watched.stopped
    if ended is None and log.is_full:
        ended = "log"
    if ended is None and disk.used() > disk.limit:
        ended = "disk"
    if ended is None:
        ended = "signal" if status is None or is_signal(status) else "exited"
    return Outcome(
        status=status if ended in ("exited", "signal") else None,
        ended=ended,
        seconds=watched.seconds,
        peak_memory_bytes=watched.peak_memory_bytes,
        log=log.path,
        limits=limits,
    )


def _pump(output: int, log: LogWriter) -> bool:
    data = os.read(output, _CHUNK)
    log.feed(data)
    return bool(data)
