"""The plain and the JSON screen, and numbers for people."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest

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
from pipeline.ui.screen import JsonScreen, PlainScreen, Screen, duration, how_far, size

STORY: list[Event] = [
    Note("hello"),
    Planned(2),
    Fetching("a.tar", 10, 10),
    Started("build/a"),
    StepStarted("build/a", "make"),
    Line("build/a", "cc a.c"),
    Finished("build/a", Ended.BUILT, 61.0),
    Finished("build/b", Ended.CACHED, 0.0),
    Published("a 1.0", "artifacts/a.tar.zst", 1500, "ab"),
]


def test_plain_lines_tell_what_ran_but_not_what_was_cached() -> None:
    out = io.StringIO()
    with PlainScreen(out) as screen:
        for event in STORY:
            screen(event)
    text = out.getvalue()
    assert "built   build/a 1 min 01 s [1/2]" in text
    assert "artifacts/a.tar.zst (1.5 kB)" in text
    assert "build/b" not in text
    assert "cc a.c" not in text


def test_verbose_shows_the_builds_own_lines() -> None:
    out = io.StringIO()
    with PlainScreen(out, verbose=True) as screen:
        for event in STORY:
            screen(event)
    assert "build/a| cc a.c" in out.getvalue()


def test_json_is_one_object_a_line() -> None:
    out = io.StringIO()
    with JsonScreen(out) as screen:
        for event in STORY:
            screen(event)
    events = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [event["event"] for event in events][:3] == ["note", "planned", "fetching"]
    assert all(event.pop("at") >= 0 for event in events)
    assert events[6] == {"event": "finished", "action": "build/a", "ended": "built", "seconds": 61.0, "detail": ""}


@pytest.fixture
def ten_seconds(monkeypatch: pytest.MonkeyPatch) -> Callable[[Screen], None]:
    """Ten seconds of work, told of a hundred times a second, of which the last ends it."""

    def work(screen: Screen) -> None:
        for now in range(1, 1001):
            monkeypatch.setattr("pipeline.ui.screen.time.monotonic", lambda now=now: now / 100)
            screen(Working("hashing", now * 10**6, 10**9, "bytes"))

    return work


def test_plain_lines_tell_of_work_that_takes_longer(ten_seconds: Callable[[Screen], None]) -> None:
    out = io.StringIO()
    ten_seconds(PlainScreen(out))
    assert [line.partition("] ")[2] for line in out.getvalue().splitlines()] == [
        "hashing: 201.0 MB of 1.00 GB",
        "hashing: 701.0 MB of 1.00 GB",
    ]


def test_short_work_is_not_worth_a_line() -> None:
    out = io.StringIO()
    screen = PlainScreen(out)
    for done in range(1, 1001):
        screen(Working("hashing", done, 1000, "blobs"))
    assert out.getvalue() == ""


def test_programs_are_told_every_second_and_at_the_end(ten_seconds: Callable[[Screen], None]) -> None:
    out = io.StringIO()
    ten_seconds(JsonScreen(out))
    told = [json.loads(line)["done"] for line in out.getvalue().splitlines()]
    assert told == [*(10**6 + second * 10**8 for second in range(10)), 10**9]


def test_bytes_are_for_people_and_other_things_are_counted() -> None:
    assert how_far(Working("hashing", 1500, 10**9, "bytes")) == "hashing: 1.5 kB of 1.00 GB"
    assert how_far(Working("scripts", 1500, 2000, "packages")) == "scripts: 1500 of 2000 packages"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.44, "0.4 s"), (41.4, "41 s"), (59.7, "1 min 00 s"), (185, "3 min 05 s")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (31_400_000, "31.4 MB"), (2e9, "2.00 GB")]
)
def test_sizes(count: float, text: str) -> None:
    assert size(count) == text
