"""Which tier a script that both may run is given this time; pure, imports the router's types and profiles' only.

Light runs it until it is HOT: until it takes longer than the budget there. Then Full is tried, and from the third run
on the faster one has it. A budget of 0 means: always the faster. Measurements are few and noisy, so the slower tier is
tried again as soon as that costs next to nothing beside the time that was spent since.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from slimepython.adaptive.profiles import Profile
from slimepython.router.signals import Decision, Tier

TOLERANCE: Final = 1.05
"""Light keeps a script that Full would not run faster by more than this factor."""
RETRY_SHARE: Final = 0.02
"""Trying the slower tier again may cost this share of the time spent since it was tried last."""


@dataclass(frozen=True)
class Choice:
    """The tier for this run and, in one sentence, why. `hot`: Light is known to exceed the budget."""

    tier: Tier
    why: str
    hot: bool = False
    exploring: bool = False


def choose(decision: Decision, history: Iterable[Profile], budget_seconds: float) -> Choice:
    """Choose for one run. `decision` must come of a policy that prefers Light: what it gives to Full stays with Full.

    `history` has at most one profile a tier, all of the programs there are now. Raises ValueError for a budget that
    is negative or not a number.
    """
    if not budget_seconds >= 0:
        raise ValueError(f"a budget of {budget_seconds} s")
    if decision.tier is Tier.FULL:
        return Choice(Tier.FULL, decision.because)
    known = {profile.tier: profile for profile in history if profile.recent}
    light, full = known.get(Tier.LIGHT), known.get(Tier.FULL)
    if light is None:
        return Choice(Tier.LIGHT, "it never ran on Light here, and may", exploring=True)
    if not light.ok:
        if _is_cheap(light):
            return Choice(Tier.LIGHT, "its trial on Light failed, long ago: it is tried again", exploring=True)
        return Choice(Tier.FULL, "its last trial on Light failed")
    return _compare(light, full, budget_seconds)


def _compare(light: Profile, full: Profile | None, budget: float) -> Choice:
    on_light = median(light.recent)
    if on_light <= budget:
        return Choice(Tier.LIGHT, f"Light takes {_ms(on_light)}, which is within the budget of {_ms(budget)}")
    hot = f"HOT: Light takes {_ms(on_light)}, over the budget of {_ms(budget)}"
    if full is None:
        return Choice(Tier.FULL, f"{hot}; Full has not been tried", hot=True, exploring=True)
    on_full = median(full.recent)
    if on_light <= on_full * TOLERANCE:
        if _is_cheap(full):
            return Choice(Tier.FULL, f"{hot}; Full took {_ms(on_full)}, and is tried again", hot=True, exploring=True)
        return Choice(Tier.LIGHT, f"{hot}, but Full takes {_ms(on_full)}", hot=True)
    if _is_cheap(light):
        return Choice(Tier.LIGHT, f"{hot}, Full {_ms(on_full)}; it is tried on Light again", hot=True, exploring=True)
    return Choice(Tier.FULL, f"{hot}; Full takes {_ms(on_full)}", hot=True)


def _is_cheap(loser: Profile) -> bool:
    """Whether running it there once more is nothing beside what was spent since."""
    return loser.since * RETRY_SHARE >= max(loser.recent[-1], median(loser.recent)) and loser.since > 0


def median(values: tuple[float, ...]) -> float:
    """The middle one. (The module `statistics` would cost a start more than this whole package.)"""
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"
