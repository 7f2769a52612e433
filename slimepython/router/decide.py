"""Signals and a policy in, a decision out: pure; imports router.signals only.

What the script is decides whether Light may run it; what is wanted decides whether it should.
"""

from __future__ import annotations

from collections.abc import Sequence

from slimepython.router.signals import SPEED, Decision, Kind, Platform, Policy, Signal, Tier


def decide(signals: Sequence[Signal], policy: Policy) -> Decision:
    """Where a script goes. Light is chosen only for a script without any signal but those about speed.

    A platform without Full does not change that: the decision is Full, and whoever launches says that it is not there.
    `--router light` is how to insist.
    """
    every = tuple(sorted(signals))
    blocking = [each for each in every if each.kind not in SPEED]
    slow = [each for each in every if each.kind in SPEED]
    if blocking:
        first = blocking[0]
        more = f", and {len(blocking) - 1} more" if len(blocking) > 1 else ""
        because = f"{_at(first)}{first.kind} {first.subject}: {first.why}{more}"
        changes = tuple(dict.fromkeys(_cure(each) for each in blocking[:5]))
        if not policy.full_available:
            because += "; Full is not installed for this platform, and Light's answer could not be trusted"
            changes += ("install Full for this platform",)
        return _full(every, policy, because, (*changes, "--router light, if a different answer would do"))
    if not policy.light_available:
        return _full(every, policy, "Light is not installed for this platform", ("slimepython install --tier light",))
    if not policy.full_available:
        return _light(every, policy, "Full is not installed for this platform, and Light answers the same")
    if policy.prefer is Tier.FULL:
        return _full(every, policy, "Full is preferred where both answer the same: it is faster", ("prefer Light",))
    if slow:
        because = f"{_at(slow[0])}{slow[0].kind}: {slow[0].why}, and Light is slower"
        return _full(every, policy, because, ("fewer iterations", "--router adaptive, which measures"))
    return _light(every, policy, "Light is preferred, and nothing in the script is answered differently there")


def _full(signals: tuple[Signal, ...], policy: Policy, because: str, changes: tuple[str, ...]) -> Decision:
    return Decision(Tier.FULL, policy.platform, False, signals, because, changes)


def _light(signals: tuple[Signal, ...], policy: Policy, because: str) -> Decision:
    # A run has no effect until its output is let out: one that fails is thrown away and run on Full.
    speculative = policy.trial or (policy.platform is Platform.WASI and policy.full_available)
    return Decision(Tier.LIGHT, policy.platform, speculative, signals, because, ("prefer Full",))


def _at(signal: Signal) -> str:
    return f"line {signal.line}: " if signal.line else ""


def _cure(signal: Signal) -> str:
    cures = {
        Kind.NO_TABLE: "make the table: python -m difftiers",
        Kind.ORDER_DEP: "sort sets before their order can show",
        Kind.EXC_TEXT_DEP: "show the exception's type instead of its text",
        Kind.DEEP: "loop instead of recursing",
        Kind.SYNTAX: "text that this Python can parse without a warning",
        Kind.EFFECT: "leave effects to Full",
    }
    return cures.get(signal.kind, f"do without {signal.subject}")
