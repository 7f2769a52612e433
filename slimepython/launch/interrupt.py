"""Ends this process by the signal that asked for it, after what it has made was cleared away; imports nothing else."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

SIGNALS: Final = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP)
"""What is sent to end a process, by a terminal or by others."""


class _Signalled(BaseException):
    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def tidily() -> Iterator[None]:
    """Within, `SIGNALS` unwind the stack before they end the process. For the main thread."""

    def unwind(number: int, frame: FrameType | None) -> NoReturn:
        del frame
        raise _Signalled(number)

    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
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
