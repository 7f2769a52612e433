"""The choice between two tiers: what decides, that it learns within three runs, and that it stays near the better."""

from __future__ import annotations

import random
import statistics
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slimepython.adaptive.choose import TOLERANCE, choose, median
from slimepython.adaptive.profiles import RECENT, Profile
from slimepython.router.signals import Decision, Platform, Tier

BOTH = Decision(Tier.LIGHT, Platform.NATIVE, False, (), "both may", ())
ONLY_FULL = Decision(Tier.FULL, Platform.NATIVE, False, (), "it shows set order", ())
SECONDS = st.floats(0.001, 100)


def ran(tier: Tier, *seconds: float, ok: bool = True, since: float = 0.0) -> Profile:
    return Profile(tier, len(seconds), seconds, ok, since)


def test_what_the_router_gives_to_full_stays_there() -> None:
    choice = choose(ONLY_FULL, [ran(Tier.LIGHT, 0.001), ran(Tier.FULL, 9.0)], 100)
    assert (choice.tier, choice.why) == (Tier.FULL, "it shows set order")


def test_the_first_run_is_on_light() -> None:
    choice = choose(BOTH, [], 0.1)
    assert (choice.tier, choice.exploring, choice.hot) == (Tier.LIGHT, True, False)


def test_within_the_budget_it_stays_on_light_however_fast_full_is() -> None:
    assert choose(BOTH, [ran(Tier.LIGHT, 0.09), ran(Tier.FULL, 0.01)], 0.1).tier is Tier.LIGHT


def test_over_the_budget_full_is_tried_and_then_the_faster_one_has_it() -> None:
    tried = choose(BOTH, [ran(Tier.LIGHT, 0.5)], 0.1)
    assert (tried.tier, tried.hot, tried.exploring) == (Tier.FULL, True, True)
    faster = choose(BOTH, [ran(Tier.LIGHT, 0.5), ran(Tier.FULL, 0.1)], 0.1)
    assert (faster.tier, faster.hot, faster.exploring) == (Tier.FULL, True, False)
    slower = choose(BOTH, [ran(Tier.LIGHT, 0.5), ran(Tier.FULL, 0.8)], 0.1)
    assert (slower.tier, slower.hot) == (Tier.LIGHT, True)


def test_one_slow_run_among_many_does_not_make_it_hot() -> None:
    assert not choose(BOTH, [ran(Tier.LIGHT, 0.05, 0.05, 4.0, 0.05)], 0.1).hot


def test_a_failed_trial_is_not_repeated_until_that_costs_next_to_nothing() -> None:
    failed = ran(Tier.LIGHT, 2.0, ok=False, since=10)
    assert choose(BOTH, [failed, ran(Tier.FULL, 0.1)], 0).tier is Tier.FULL
    assert choose(BOTH, [replace(failed, since=150), ran(Tier.FULL, 0.1)], 0).tier is Tier.LIGHT


@pytest.mark.parametrize("budget", [-0.1, float("nan")])
def test_a_budget_is_a_duration(budget: float) -> None:
    with pytest.raises(ValueError):
        choose(BOTH, [], budget)


@given(
    st.lists(SECONDS, max_size=RECENT),
    st.lists(SECONDS, max_size=RECENT),
    st.sampled_from(["kept", "thrown"]),
    SECONDS,
    SECONDS,
)
def test_it_always_explains_itself_and_full_is_never_refused(
    light: list[float], full: list[float], outcome: str, since: float, budget: float
) -> None:
    history = [ran(Tier.LIGHT, *light, ok=outcome == "kept", since=since), ran(Tier.FULL, *full)]
    assert choose(BOTH, history, budget).why
    assert choose(replace(BOTH, tier=Tier.FULL), history, budget).tier is Tier.FULL


class Machine:
    """Runs a script again and again as the runtime does, with given costs."""

    def __init__(self, costs: dict[Tier, float], noise: float = 0.0, seed: int = 0) -> None:
        self.costs = costs
        self.noise = noise
        self.random = random.Random(seed)
        self.recent: dict[Tier, list[float]] = {}
        self.since: dict[Tier, float] = {}

    def run(self, budget: float) -> tuple[Tier, float]:
        history = [
            Profile(tier, len(seconds), tuple(seconds[-RECENT:]), True, self.since[tier])
            for tier, seconds in self.recent.items()
        ]
        tier = choose(BOTH, history, budget).tier
        seconds = self.costs[tier] * (1 + self.random.random() * self.noise)
        self.recent.setdefault(tier, []).append(seconds)
        self.since = {other: self.since.get(other, 0) + seconds for other in Tier}
        self.since[tier] = 0
        return tier, seconds


@given(SECONDS, SECONDS)
def test_it_finds_the_better_tier_in_three_runs(light: float, full: float) -> None:
    machine = Machine({Tier.LIGHT: light, Tier.FULL: full})
    runs = [machine.run(0.0) for _ in range(3)]
    assert runs[2][1] <= min(light, full) * TOLERANCE


@settings(deadline=None, max_examples=30)
@given(SECONDS, SECONDS)
def test_in_the_long_run_it_costs_at_most_a_twentieth_more_than_the_better_tier(light: float, full: float) -> None:
    machine = Machine({Tier.LIGHT: light, Tier.FULL: full})
    for _ in range(3):
        machine.run(0.0)
    spent = [machine.run(0.0)[1] for _ in range(600)]
    assert sum(spent) / len(spent) <= min(light, full) * TOLERANCE


@settings(deadline=None, max_examples=30)
@given(st.floats(1.3, 8), st.integers(0, 20))
def test_noise_may_mislead_it_but_not_for_long(factor: float, seed: int) -> None:
    machine = Machine({Tier.LIGHT: 1.0, Tier.FULL: 1.0 / factor}, noise=0.25, seed=seed)
    runs = [machine.run(0.1) for _ in range(300)]
    assert sum(tier is Tier.FULL for tier, _ in runs[150:]) >= 140


def test_after_a_change_of_the_binary_it_explores_again() -> None:
    # The store leaves out rows of other binaries: what is left is a history without that tier.
    assert choose(BOTH, [ran(Tier.FULL, 0.1)], 0.1).tier is Tier.LIGHT
    assert choose(BOTH, [ran(Tier.LIGHT, 0.4)], 0.1).tier is Tier.FULL


@given(st.lists(SECONDS, min_size=1, max_size=9))
def test_the_median_is_that_of_the_standard_library(values: list[float]) -> None:
    assert median(tuple(values)) == pytest.approx(statistics.median(values))
