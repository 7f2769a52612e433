"""How far the fetching of all inputs is."""

from __future__ import annotations

from pipeline.fetch.pins import Pin, Progress
from pipeline.run.events import Event, Fetching
from pipeline.run.prepare import fetch_progress


def pin(name: str, size: int) -> Pin:
    return Pin(name, name * 64, size, (f"https://example.org/{name}",), "")


def test_each_piece_is_told_once_and_the_whole_by_the_last() -> None:
    told: list[Event] = []
    a, b = pin("a", 10), pin("b", 20)
    tell = fetch_progress([a, b, a], told.append)
    tell(Progress(a, 4, "fetching"))
    tell(Progress(b, 20, "fetching"))
    tell(Progress(b, 20, "done"))
    tell(Progress(a, 10, "fetching"))
    tell(Progress(a, 10, "done"))
    assert told == [Fetching("a", 4, 30), Fetching("b", 24, 30), Fetching("a", 30, 30)]


def test_a_transfer_that_begins_again_is_told() -> None:
    told: list[Event] = []
    a = pin("a", 10)
    tell = fetch_progress([a], told.append)
    for done in (6, 0, 10):
        tell(Progress(a, done, "fetching"))
    assert told == [Fetching("a", 6, 10), Fetching("a", 0, 10), Fetching("a", 10, 10)]
