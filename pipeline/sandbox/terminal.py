"""This terminal, lent to a sandbox, and the signals that end what runs on it; may import the standard library only."""

from __future__ import annotations

import os
import signal
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

HANGUP_SECONDS = 2.0
"""How long a shell may take to end after SIGHUP, which is what it gets when its terminal goes, before SIGKILL."""

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def ending_signals(cancel: threading.Event | None) -> Iterator[int]:
    """A file descriptor that gives the number of each signal that asks this process to end; one may have come before.

    That is what `cancel` says. What the terminal itself sends goes to its foreground, which is the shell in the
    sandbox, and does not come here.
    """
    asked, tell = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)

    def note(number: int, _frame: FrameType | None) -> None:
        with suppress(BlockingIOError):
            os.write(tell, bytes([number]))

    heard = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, note) for number in heard}
    try:
        if cancel is not None and cancel.is_set():
            note(signal.SIGTERM, None)
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(asked)
        os.close(tell)


@contextmanager
def lent_terminal() -> Iterator[bool]:
    """Lend standard input, if it is a terminal (which is told), and have it back as it was, whoever died on it."""
    if not os.isatty(0):
        yield False
        return
    modes, in_front = termios.tcgetattr(0), False
    with suppress(OSError):  # a terminal, but not this process's own
        in_front = os.tcgetpgrp(0) == os.getpgrp()
    try:
        yield True
    finally:
        # Whoever is not in front is stopped for changing a terminal, and in front may be a group that is gone.
        stopping = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        with suppress(OSError, termios.error):  # the terminal itself may be gone
            if in_front:
                os.tcsetpgrp(0, os.getpgrp())
            termios.tcsetattr(0, termios.TCSANOW, modes)
        signal.signal(signal.SIGTTOU, stopping)
