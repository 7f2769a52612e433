"""What all tests share: the list, last, of what could not run here and why."""

from __future__ import annotations

import signal
from collections import Counter

import pytest


def pytest_configure() -> None:
    """Let tests' processes get the signals that they send: a shell has its background jobs ignore the first two."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # `nohup`, which is for this process, and not inherited so
        signal.signal(signal.SIGHUP, lambda *_: None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name every test that was skipped and the reason: a green run shall not hide what it did not try."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        where = report.longrepr
        reason = where[2] if isinstance(where, tuple) else str(where)
        reasons[reason.removeprefix("Skipped: ")] += 1
    if not reasons:
        return
    terminalreporter.section("not run here")
    for reason, number in sorted(reasons.items()):
        terminalreporter.line(f"{number} test{'s' if number > 1 else ''}: {reason}")
