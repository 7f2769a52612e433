"""What `explain` says of one action; the command itself is in `test_inspect`."""

from __future__ import annotations

import json

import pytest

from pipeline.cli.explain import Stale
from pipeline.plan.action import Difference

CHANGED = Difference("spec.steps[0].run", "make", "make all")
LONG = Difference("spec.text", None, ["x" * 1000])


@pytest.mark.parametrize(
    ("stale", "event", "lines"),
    [
        (
            Stale("build/app", 1.0, waits=("build/lib", "build/zlib")),
            "waits",
            ["build/app: waits for build/lib, build/zlib; runs again if their output differs"],
        ),
        (
            Stale("build/app", None, changes=[]),
            "would-run",
            ["build/app: would run: nothing changed, but its result is not in the store any more"],
        ),
        (
            Stale("build/app", None, changes=[CHANGED, LONG]),
            "would-run",
            [
                "build/app: would run, because these changed:",
                '    spec.steps[0].run: "make" → "make all"',
                '    spec.text: null → ["' + "x" * 57 + "…",
            ],
        ),
    ],
)
def test_people_are_told_why(stale: Stale, event: str, lines: list[str]) -> None:
    assert (stale.event, list(stale.lines())) == (event, lines)


def test_what_is_new_here_waits_for_nothing_and_is_compared_with_nothing() -> None:
    stale = Stale("build/app", None)
    (line,) = stale.lines()
    assert line.startswith("build/app: would run: it ")
    assert (stale.event, stale.to_json()["known"], stale.to_json()["changes"]) == ("would-run", False, [])


def test_programs_are_told_all_of_it() -> None:
    told = json.loads(json.dumps(Stale("build/app", 2.5, changes=[CHANGED, LONG]).to_json()))
    assert told == {
        "action": "build/app",
        "for": [],
        "known": True,
        "seconds": 2.5,
        "changes": [
            {"path": "spec.steps[0].run", "before": "make", "after": "make all"},
            {"path": "spec.text", "before": None, "after": ["x" * 1000]},
        ],
    }
    assert Stale("build/app", None, waits=("build/lib",)).to_json()["for"] == ["build/lib"]
