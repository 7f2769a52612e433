"""All that is wrong with definitions, as one error."""

from __future__ import annotations

from pathlib import Path

from pipeline.load.problems import LoadReason, Problem, refuse

LATE = Problem(Path("recipes/b/recipe.yaml"), 2, 1, LoadReason.MISSING_KEY, "`name` is missing")
FIRST = Problem(Path("recipes/a/recipe.yaml"), 10, 3, LoadReason.UNKNOWN_KEY, "there is no `nmae`")
SECOND = Problem(Path("recipes/a/recipe.yaml"), 10, 12, LoadReason.BAD_VALUE, "not a name")


def test_problems_are_told_in_the_order_of_their_places() -> None:
    """Lines and columns by number, not as texts; the reason is the first one's."""
    error = refuse([LATE, SECOND, FIRST])
    assert error.reason is LoadReason.UNKNOWN_KEY
    assert error.message.splitlines() == [
        "recipes/a/recipe.yaml:10:3: there is no `nmae` [unknown-key]",
        "recipes/a/recipe.yaml:10:12: not a name [bad-value]",
        "recipes/b/recipe.yaml:2:1: `name` is missing [missing-key]",
    ]


def test_what_to_do_is_always_said() -> None:
    assert "docs/recipes.md" in refuse([FIRST]).hint
    assert refuse([FIRST], hint="nox -s lock").hint == "nox -s lock"
