"""Telling the processes that a test's own recipes start: each sleeps for a number of seconds that nobody else does."""

from __future__ import annotations

import json
import secrets
import subprocess
import time
from collections.abc import Callable

import psutil


def unique_seconds() -> str:
    """Hours of sleep, as no other test asks for."""
    return f"9{secrets.randbelow(10**8):08}"


def sleeping(seconds: str) -> list[int]:
    """The processes that `sleep` so long."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        cmdline = process.info["cmdline"] or []
        if cmdline[-1:] == [seconds] and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process.pid)
    return found


def wait_until(done: Callable[[], bool], what: str, seconds: float = 300) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def wait_for_event(process: subprocess.Popen[str], **wanted: str) -> None:
    """Read the JSON stream of a started build up to an event with these fields."""
    assert process.stdout is not None
    seen = []
    for line in process.stdout:
        event = json.loads(line)
        seen.append(event)
        if wanted.items() <= event.items():
            return
    raise AssertionError(f"ended without {wanted}: {seen}")
