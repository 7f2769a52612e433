"""What is started first and what waits, asked of the order alone."""

from __future__ import annotations

import pytest

from pipeline.plan.action import Action, Input, Kind
from pipeline.plan.graph import Graph
from pipeline.run.order import UNUSED_SECONDS, Order, Unused


def _action(name: str, *needs: str, kind: Kind = Kind.BUILD) -> Action:
    return Action(name, kind, {}, tuple(Input(need, f"/{need}") for need in needs))


ACTIONS = (
    _action("first"),
    _action("probe", "first", kind=Kind.PROBE),
    _action("unpack", kind=Kind.ROOTFS),
    _action("long", "unpack"),
    _action("library"),
    _action("second", "library"),
)
WAVES = {"unpack": 1, "long": 1, "library": 2, "second": 2}


@pytest.fixture
def order() -> Order:
    return Order(Graph({action.id: action for action in ACTIONS}, (), (), WAVES))


def test_the_first_goal_then_libraries_then_goals_as_wanted(order: Order) -> None:
    names = sorted((action.id for action in ACTIONS), key=order.rank)
    assert names == ["first", "probe", "unpack", "library", "long", "second"]


def test_others_wait_for_the_first_goal_but_preparations_do_not(order: Order) -> None:
    assert [name for name in WAVES if order.waits(name, ["probe"])] == ["long", "library", "second"]
    assert not any(order.waits(name, ["long"]) for name in WAVES)
    assert not order.waits("probe", ["first"])


def test_an_unused_slot_is_for_libraries(order: Order) -> None:
    assert [name for name in WAVES if order.may_start(name, ["first"], unused=True)] == ["unpack", "library"]
    assert [name for name in WAVES if order.may_start(name, ["first"], unused=False)] == ["unpack"]


def test_a_slot_is_unused_when_it_stays_free() -> None:
    gauge = Unused()
    assert not gauge.note(free=True, now=10.0)
    assert not gauge.note(free=True, now=10.0 + UNUSED_SECONDS / 2)
    assert gauge.note(free=True, now=10.0 + UNUSED_SECONDS)
    assert not gauge.note(free=False, now=11.0 + UNUSED_SECONDS)
    assert not gauge.note(free=True, now=12.0 + UNUSED_SECONDS)


def test_a_slot_that_was_given_away_is_watched_anew() -> None:
    gauge = Unused()
    gauge.note(free=True, now=0.0)
    gauge.used()
    assert not gauge.note(free=True, now=UNUSED_SECONDS)
    assert gauge.note(free=True, now=2 * UNUSED_SECONDS)
