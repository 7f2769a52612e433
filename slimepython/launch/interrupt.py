"""Ends this process by the signal that asked for it, after what it has made was cleared away; imports nothing else."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

_NO_END: Final = ("CHLD", "CONT", "URG", "WINCH", "STOP", "TSTP", "TTIN", "TTOU")
_NOT_CAUGHT: Final = ("KILL", "SEGV", "BUS", "FPE", "ILL", "TRAP", "SYS")
"""It cannot be, or it is a fault, which would only come again."""
SIGNALS: Final = frozenset(signal.valid_signals()) - {getattr(signal, f"SIG{name}") for name in _NO_END + _NOT_CAUGHT}
"""What ends a process that does nothing about it."""


class _Signalled(BaseException):
    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def tidily() -> Iterator[None]:
    """Within, `SIGNALS` unwind the stack before they end the process. For the main thread."""

    def unwind(number: int, frame: FrameType | None) -> NoReturn:
        del frame
        for each in before:  # a second Ctrl-C must not cut the clearing short
            signal.signal(each, signal.SIG_IGN)
        raise _Signalled(number)

    found = {number: signal.getsignal(number) for number in SIGNALS}
    # What is ignored stays so, and None is a handler that was not set from Python.
    before = {number: handler for number, handler in found.items() if handler not in (signal.SIG_IGN, None)}
    for number in before:
        signal.signal(number, unwind)
    try:
        yield
    except _Signalled as signalled:
        signal.signal(signalled.number, signal.SIG_DFL)
        os.kill(os.getpid(), signalled.number)
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
