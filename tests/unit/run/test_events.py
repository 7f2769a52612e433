"""Events as the JSON stream has them."""

from __future__ import annotations

import json
from typing import get_args

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
    to_json,
)

AGREED: list[tuple[Event, dict[str, object]]] = [
    (Note("hello"), {"event": "note", "text": "hello"}),
    (Planned(3), {"event": "planned", "actions": 3}),
    (Fetching("a.tar", 1, 2), {"event": "fetching", "name": "a.tar", "done": 1, "total": 2}),
    (
        Working("hashing", 1, 2, "bytes"),
        {"event": "working", "what": "hashing", "done": 1, "total": 2, "unit": "bytes"},
    ),
    (Started("build/a"), {"event": "started", "action": "build/a", "log": None}),
    (StepStarted("build/a", "make"), {"event": "stepstarted", "action": "build/a", "step": "make"}),
    (Line("build/a", "cc"), {"event": "line", "action": "build/a", "text": "cc"}),
    (
        Finished("build/a", Ended.FAILED, 1.5, "no"),
        {"event": "finished", "action": "build/a", "ended": "failed", "seconds": 1.5, "detail": "no"},
    ),
    (
        Published("a 1.0", "a.tar.zst", 3, "ab"),
        {"event": "published", "artifact": "a 1.0", "path": "a.tar.zst", "size": 3, "sha256": "ab"},
    ),
]


@pytest.mark.parametrize(("event", "agreed"), AGREED, ids=lambda value: type(value).__name__)
def test_programs_rely_on_these_fields(event: Event, agreed: dict[str, object]) -> None:
    assert json.loads(json.dumps(to_json(event))) == agreed


def test_none_is_left_out_above() -> None:
    assert {type(event) for event, _ in AGREED} == set(get_args(Event))
