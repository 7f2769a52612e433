"""What the harness makes of runs of the adaptive router: the choice run by run, and its cost."""

from __future__ import annotations

from typing import Any

import pytest

from harness.adaptive import REACH, judge, order, over

ALONE = {"light": 0.5, "full": 0.1}
BUDGET = 0.1


def run(tier: str, cpu: float = 0.1, *, exploring: bool = False) -> dict[str, Any]:
    return {"tier": tier, "cpu": cpu, "seconds": 9.9, "exploring": exploring, "why": ""}


def sequence(letters: str) -> list[dict[str, Any]]:
    """L, F, and in small letters: that tier, to try it."""
    tiers = {"l": "light", "f": "full"}
    return [run(tiers[letter.lower()], ALONE[tiers[letter.lower()]], exploring=letter.islower()) for letter in letters]


@pytest.mark.parametrize(
    ("letters", "problem"),
    [
        ("lfFFFFFF", None),
        ("FFFFFFFF", None),
        ("lfFFlFFF", None),
        ("llFFFFFF", None),
        ("lfFFLFFF", "from tier to tier: L F F F L F F F"),
        ("lfLLLLLL", "on light, which takes 5.00 times as long as full"),
        ("lfLFFFFF", "on light"),
    ],
)
def test_from_the_third_run_on_it_is_on_the_better_tier(letters: str, problem: str | None) -> None:
    found = judge(sequence(letters), ALONE, BUDGET)
    assert bool(found) == (problem is not None)
    assert problem is None or problem in "; ".join(found)


def test_tiers_that_are_as_good_as_each_other_are_both_right() -> None:
    near = {"light": 0.104, "full": 0.1}
    assert judge(sequence("lfLLLLLL"), near, BUDGET) == []
    assert judge(sequence("lfLLLLLL"), {"light": 0.106, "full": 0.1}, BUDGET) != []


def test_light_may_keep_what_it_does_within_the_budget() -> None:
    runs = [run("light", 0.05) for _ in range(8)]
    assert judge(runs, {"light": 0.05, "full": 0.02}, BUDGET) == []
    assert judge(runs, {"light": 0.05, "full": 0.02}, 0.01) != []


def test_the_steady_states_cost_is_its_least_beside_the_better_tiers() -> None:
    """A busy machine makes single runs longer, and a better tier no better."""
    runs = [run("light", 0.5), run("full", 0.2), run("full", 0.19), run("full", 0.102), run("full", 0.3)]
    assert over(runs, ALONE) == pytest.approx(1.02)
    assert over(runs[:3], ALONE) > REACH
    assert order(runs) == "L F F F F"
