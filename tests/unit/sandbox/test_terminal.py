"""Signals that end what runs on this terminal; the terminal itself: `integration/pipeline/test_shell_signals.py`."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pipeline.sandbox.terminal import ENDING, ending_signals, lent_terminal


@contextmanager
def handled(number: int, how: signal.Handlers) -> Iterator[None]:
    before = signal.signal(number, how)
    try:
        yield
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize("number", ENDING, ids=lambda number: number.name)
def test_a_signal_gives_its_number_and_is_handled_as_before_afterwards(number: signal.Signals) -> None:
    with handled(number, signal.SIG_DFL):
        with ending_signals(None) as asked:
            signal.raise_signal(number)
            assert os.read(asked, 10) == bytes([number])
        assert signal.getsignal(number) is signal.SIG_DFL


def test_what_was_ignored_stays_so() -> None:
    with handled(signal.SIGHUP, signal.SIG_IGN), ending_signals(None) as asked:
        signal.raise_signal(signal.SIGHUP)
        with pytest.raises(BlockingIOError):
            os.read(asked, 10)


def test_one_that_came_before_counts() -> None:
    cancel = threading.Event()
    cancel.set()
    with ending_signals(cancel) as asked:
        assert os.read(asked, 10) == bytes([signal.SIGTERM])


def test_what_is_no_terminal_cannot_be_lent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "isatty", lambda number: False)
    with lent_terminal() as is_terminal:
        assert not is_terminal
