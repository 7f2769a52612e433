"""Runs an interpreter as a child that cannot be told from this very process; imports the package's errors only.

The child stays in this process's group, so what the terminal sends (Ctrl-C, Ctrl-Z, a new size) reaches it directly,
and is not sent on a second time: the kernel says of each signal whether a process or the terminal sent it. Everything
else is sent on, real-time signals and timers that this process was started with too, though not the value that
`sigqueue` gives along. When the child stops, this process stops, so that the shell sees a stopped job. What cannot be
passed on is SIGKILL: the child survives it.
"""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from slimepython.launch.failure import cannot_start

FORWARDED: Final = frozenset(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}
_OF_TERMINALS: Final = frozenset(
    getattr(signal, f"SIG{name}") for name in ("INT", "QUIT", "TSTP", "TTIN", "TTOU", "WINCH", "HUP")
)
"""What a terminal sends to all of a group."""
_FROM_KERNEL: Final = 0x80
"""`si_code` of what the terminal sends (SI_KERNEL in <bits/siginfo-consts.h>)."""


@dataclass(frozen=True)
class Ended:
    """How a run ended: with an exit status or, if `signal` is not None, by a signal; after how many seconds."""

    status: int
    signal: int | None
    seconds: float

    @property
    def shell_status(self) -> int:
        """What a shell would show: the status, or 128 and the signal's number."""
        return self.status if self.signal is None else 128 + self.signal


def supervise_child(command: Sequence[str], env: Mapping[str, str]) -> Ended:
    """Run a command to its end, with this process's own streams. Raises `LaunchError` if it cannot be started."""
    with _blocked(FORWARDED | {signal.SIGCHLD}) as outside:
        began = time.perf_counter()
        try:
            pid = os.posix_spawn(
                command[0],
                list(command),
                dict(env),
                setsigmask=outside,
                # Python ignores these two in this process; the child would start with them ignored.
                setsigdef=(signal.SIGPIPE, signal.SIGXFSZ),
            )
        except OSError as error:
            raise cannot_start(command[0], error) from error
        code = _wait(pid)
        seconds = time.perf_counter() - began
    return Ended(max(code, 0), -code if code < 0 else None, seconds)


def end_likewise(ended: Ended) -> int:
    """End this process as the child ended: by the same signal, or else return the exit status to end with."""
    if ended.signal is None:
        return ended.status
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the child has dumped its core, if cores are dumped
    if ended.signal not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(ended.signal, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {ended.signal})
    os.kill(os.getpid(), ended.signal)
    return ended.shell_status  # of a signal that did not end this process


@contextmanager
def _blocked(signals: frozenset[int]) -> Iterator[set[int | signal.Signals]]:
    """Keep signals waiting for `sigwaitinfo`; yields the mask there was before."""
    # A disposition of "ignore" would have the kernel reap the child, and lose its status.
    child = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    outside = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield set(outside)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, outside)
        signal.signal(signal.SIGCHLD, child)


def _wait(pid: int) -> int:
    """Pass signals on until the child has ended; its exit status, or minus the signal's number."""
    while True:
        found, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
        if found and os.WIFSTOPPED(status):
            os.kill(os.getpid(), signal.SIGSTOP)
            continue  # somebody continued this process; SIGCONT is waiting to be passed on
        if found:
            return os.waitstatus_to_exitcode(status)
        info = signal.sigwaitinfo(FORWARDED | {signal.SIGCHLD})
        if info.si_signo != signal.SIGCHLD and not _reached_the_child(info):
            os.kill(pid, info.si_signo)


def _reached_the_child(info: signal.struct_siginfo) -> bool:
    """Whether the kernel sent it to the whole group. Of a lost terminal it tells the session's leader alone."""
    if info.si_code != _FROM_KERNEL or info.si_signo not in _OF_TERMINALS:
        return False
    return info.si_signo != signal.SIGHUP or os.getsid(0) != os.getpid()
