"""Policies against signals."""

from __future__ import annotations

import pytest

from slimepython.router.decide import decide
from slimepython.router.signals import Kind, Platform, Policy, Signal, Tier

ORDER = Signal(3, 5, Kind.ORDER_DEP, "set order", "sets keep another order on Light")
HOT = Signal(1, 1, Kind.HOT_LOOP, "for", "it runs about 1000000 times")


def test_full_is_preferred_by_default() -> None:
    decision = decide((), Policy())
    assert (decision.tier, decision.speculative) == (Tier.FULL, False)
    assert decision.would_change == ("prefer Light",)


def test_light_when_preferred_and_nothing_differs() -> None:
    decision = decide((), Policy(prefer=Tier.LIGHT))
    assert (decision.tier, decision.platform, decision.speculative) == (Tier.LIGHT, Platform.NATIVE, False)


def test_light_in_wasm_is_tried() -> None:
    assert decide((), Policy(prefer=Tier.LIGHT, platform=Platform.WASI)).speculative
    alone = decide((), Policy(prefer=Tier.LIGHT, platform=Platform.WASI, full_available=False))
    assert (alone.tier, alone.speculative) == (Tier.LIGHT, False)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.HOT_LOOP])
@pytest.mark.parametrize("full_available", [True, False])
@pytest.mark.parametrize("platform", list(Platform))
def test_any_signal_keeps_a_script_on_full(kind: Kind, *, full_available: bool, platform: Platform) -> None:
    policy = Policy(prefer=Tier.LIGHT, platform=platform, full_available=full_available)
    decision = decide((Signal(2, 1, kind, "x", "why"),), policy)
    assert decision.tier is Tier.FULL
    assert f"line 2: {kind} x: why" in decision.because
    assert decision.would_change


def test_slow_scripts_go_to_full_where_it_is() -> None:
    assert decide((HOT,), Policy(prefer=Tier.LIGHT)).tier is Tier.FULL
    assert decide((HOT,), Policy(prefer=Tier.LIGHT, full_available=False)).tier is Tier.LIGHT


def test_without_light_there_is_full() -> None:
    assert decide((), Policy(prefer=Tier.LIGHT, light_available=False)).tier is Tier.FULL


def test_every_signal_is_kept_and_the_first_one_named() -> None:
    decision = decide((ORDER, HOT), Policy(prefer=Tier.LIGHT))
    assert decision.signals == (HOT, ORDER)
    assert "set order" in decision.because
    assert "sort sets before their order can show" in decision.would_change
