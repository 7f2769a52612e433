"""What all tests share: the list, last, of what could not run here and why."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

import hypothesis
import pytest

# How fast this machine is at a moment is no property of the code: pytest-timeout is for what hangs.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")


def pytest_configure() -> None:
    """Let tests' processes get the signals that they send: a shell has its background jobs ignore the first two."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # `nohup`, which is for this process, and not inherited so
        signal.signal(signal.SIGHUP, lambda *_: None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name every test that was skipped and the reason: a green run shall not hide what it did not try.

    The same, and how many passed and failed, is appended to the file that $SLIMEPYTHON_TEST_SUMMARY names.
    """
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        where = report.longrepr
        reason = where[2] if isinstance(where, tuple) else str(where)
        reasons[reason.removeprefix("Skipped: ")] += 1
    not_run = [f"{number} test{'s' if number > 1 else ''}: {reason}" for reason, number in sorted(reasons.items())]
    if not_run:
        terminalreporter.section("not run here")
        for line in not_run:
            terminalreporter.line(line)
    if summary := os.environ.get("SLIMEPYTHON_TEST_SUMMARY"):
        counts = ", ".join(text for text, _ in terminalreporter.build_summary_stats_line()[0])
        with Path(summary).open("a", encoding="utf-8") as file:
            print(
                f"{' '.join(config.args)}: {counts}", *(f"  not run: {line}" for line in not_run), sep="\n", file=file
            )
