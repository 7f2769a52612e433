"""The live screen: what stays below, what scrolls by above, and what keys do."""

from __future__ import annotations

import io
import os
import pty
import sys
import termios
import threading
import tty
from collections.abc import Iterator

import pytest
from rich.console import Console

from pipeline.run.events import (
    Ended,
    Event,
    Fetching,
    Finished,
    Line,
    Note,
    Planned,
    Published,
    Started,
    StepStarted,
    Working,
)
from pipeline.ui.live import LiveScreen


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in seconds; a test may set it."""
    time = [1000.0]
    monkeypatch.setattr("pipeline.ui.live.time.monotonic", lambda: time[0])
    return time


@pytest.fixture
def screen(now: list[float]) -> LiveScreen:
    return LiveScreen(Console(file=io.StringIO(), width=100))


def tell(screen: LiveScreen, *events: Event) -> str:
    """What scrolls by when these come."""
    with screen.console.capture() as captured:
        for event in events:
            screen(event)
    return captured.get()


def below(screen: LiveScreen) -> list[str]:
    """The lines that stay."""
    with screen.console.capture() as captured:
        screen.console.print(screen.live.get_renderable())
    return [line.rstrip() for line in captured.get().splitlines() if line.strip()]


def test_what_runs_stays_with_its_time_its_step_and_its_last_line(screen: LiveScreen, now: list[float]) -> None:
    assert tell(screen, Started("build/a"), StepStarted("build/a", "make"), Line("build/a", "cc a.c")) == ""
    now[0] += 65
    first, last = below(screen)
    assert first.split() == ["1", "min", "05", "s", "build/a", "make"]
    assert last.strip() == "cc a.c"
    tell(screen, Line("build/a", "cc b.c"), Line("build/a", "  "))
    assert below(screen)[1].strip() == "cc b.c", "an empty line says nothing"


def test_more_of_the_log_is_shown_on_request(screen: LiveScreen) -> None:
    tell(screen, Planned(1), Started("build/a"), *(Line("build/a", f"line {number}") for number in range(20)))
    assert "l: more log" in below(screen)[-1]
    screen.tails = True
    shown = below(screen)
    assert [line.strip() for line in shown[1:-1]] == [f"line {number}" for number in range(12, 20)]
    assert "l: less log" in shown[-1]


def test_a_long_line_is_cut(screen: LiveScreen) -> None:
    tell(screen, Started("build/a"), Line("build/a", "x" * 500))
    assert {len(line) <= 100 for line in below(screen)} == {True}
    assert len(below(screen)) == 2


def test_what_ends_scrolls_by_but_not_what_came_from_the_store(screen: LiveScreen) -> None:
    tell(screen, Planned(5), Started("build/a"))
    said = tell(
        screen,
        Finished("build/a", Ended.BUILT, 61.0),
        Finished("build/b", Ended.CACHED, 0.0),
        Finished("build/c", Ended.FAILED, 2.0, "broken"),
        Finished("build/d", Ended.SKIPPED, 0.0),
        Finished("build/e", Ended.CANCELLED, 0.0),
    )
    assert [line.rstrip() for line in said.splitlines()] == [
        "✓ build/a  1 min 01 s",
        "✗ build/c  2.0 s",
        "- build/d  skipped",
        "- build/e  cancelled",
    ]
    (status,) = below(screen)
    assert status.startswith("2/5 actions, 1 of them from the store · ")


def test_notes_and_what_was_published_scroll_by(screen: LiveScreen) -> None:
    said = tell(
        screen, Note("sandbox docker: [bold] is no markup"), Published("a 1.0", "artifacts/a.tar.zst", 1500, "ab")
    )
    assert said.splitlines() == [
        "sandbox docker: [bold] is no markup",
        "→ a 1.0 published: artifacts/a.tar.zst (1.5 kB)",
    ]


def test_lines_of_what_does_not_run_are_dropped(screen: LiveScreen) -> None:
    assert tell(screen, Line("build/a", "late"), StepStarted("build/a", "late")) == ""
    assert below(screen) == []


def test_how_far_work_is_is_shown_until_it_is_done(screen: LiveScreen, now: list[float]) -> None:
    tell(screen, Working("removing blobs", 12, 90, "blobs"))
    now[0] += 3
    assert below(screen) == ["removing blobs: 12 of 90 blobs · 3.0 s"]
    tell(screen, Working("removing blobs", 90, 90, "blobs"))
    assert below(screen) == []
    tell(screen, Fetching("a.tar", 10, 20))
    assert below(screen) == ["fetching 10 B of 20 B: a.tar"]
    tell(screen, Fetching("a.tar", 20, 20))
    assert below(screen) == []


def test_at_its_end_nothing_is_left_running_on_it(screen: LiveScreen) -> None:
    with screen:
        tell(screen, Started("build/a"))
        assert below(screen) != []
    assert below(screen) == []
    assert not screen.keys.is_alive()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """A terminal that is this process's standard input: its two ends."""
    master, slave = pty.openpty()
    with os.fdopen(slave, "r") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        yield master, slave
    os.close(master)


def test_a_key_shows_more_and_the_terminal_is_left_as_it_was(
    terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    master, slave = terminal
    listens, set_up = threading.Event(), tty.setcbreak

    def setting_up(number: int) -> None:
        set_up(number)  # which drops what was typed before
        listens.set()

    monkeypatch.setattr(tty, "setcbreak", setting_up)
    pressed, read = threading.Event(), os.read

    def reading(number: int, size: int) -> bytes:
        data = read(number, size)
        pressed.set()
        return data

    monkeypatch.setattr(os, "read", reading)
    before = termios.tcgetattr(slave)
    screen = LiveScreen(Console(file=io.StringIO(), width=100))
    with screen:
        assert listens.wait(60)
        os.write(master, b"l")
        assert pressed.wait(60)
        pressed.clear()
        os.write(master, b"x")  # the first has been dealt with when the second is read
        assert pressed.wait(60)
        assert screen.tails
        assert termios.tcgetattr(slave)[3] & (termios.ECHO | termios.ICANON) == 0
    assert not screen.keys.is_alive()
    assert termios.tcgetattr(slave) == before
