"""All that is wrong with definitions, as one error."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.load.problems import MEND, BadDefinitions, LoadReason, Problem, meant

LATE = Problem(Path("recipes/b/recipe.yaml"), 2, 1, LoadReason.MISSING_KEY, "`name` is missing")
FIRST = Problem(Path("recipes/a/recipe.yaml"), 9, 3, LoadReason.UNKNOWN_KEY, "there is no `nmae`")
SECOND = Problem(Path("recipes/a/recipe.yaml"), 10, 12, LoadReason.BAD_VALUE, "not a name")


def test_problems_are_told_once_each_in_the_order_of_their_places() -> None:
    """Lines and columns by number, not as texts; the reason is the first one's."""
    error = BadDefinitions([LATE, SECOND, FIRST, LATE])
    assert error.reason is LoadReason.UNKNOWN_KEY
    assert error.problems == (FIRST, SECOND, LATE)
    assert error.message.splitlines() == [
        "recipes/a/recipe.yaml:9:3: there is no `nmae` [unknown-key]",
        "recipes/a/recipe.yaml:10:12: not a name [bad-value]",
        "recipes/b/recipe.yaml:2:1: `name` is missing [missing-key]",
    ]


def test_what_mends_them_is_said_once_each() -> None:
    locks = [replace(problem, hint="nox -s lock") for problem in (FIRST, SECOND)]
    assert BadDefinitions([*locks, LATE]).hint == f"nox -s lock; {MEND}"


@pytest.mark.parametrize(
    ("text", "known", "said"),
    [
        ("zlb", ["zlib", "xz"], "; did you mean 'zlib'?"),
        ("openssl", ["zlib", "xz"], "; there are: xz, zlib"),
        ("zlib", [], "; there are: none"),
    ],
)
def test_what_was_meant(text: str, known: list[str], said: str) -> None:
    assert meant(text, known) == said
