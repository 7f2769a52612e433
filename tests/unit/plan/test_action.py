"""Keys: what they depend on, and what they must not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.plan.action import Action, Difference, Input, Kind, differences, key_of, material

json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def _key(**changes: object) -> str:
    spec = changes.pop("spec", {"steps": ["make"]})
    inputs = changes.pop("inputs", {Input("source/a", "/build/src"): "d1", Input("rootfs/t", "/"): "d2"})
    assert isinstance(inputs, dict)
    assert isinstance(spec, dict)
    action = Action("build/a", Kind.BUILD, spec, tuple(inputs), **changes)  # type: ignore[arg-type]
    return key_of(material(action, inputs))


def test_the_golden_key() -> None:
    # Every store is keyed by this: it may change only together with EPOCHS.
    assert _key() == "a064ca4017fcd1f09403a96e36d6b72dad3b5d4d65c91e4d0640604947dba7ff"


def test_limits_and_tools_stay_out_of_the_key() -> None:
    assert _key(limits={"minutes": 1}) == _key(limits={"minutes": 99}) == _key(tools=("rootfs/cargo",))


def test_the_order_of_inputs_does_not_matter_but_their_digests_and_mounts_do() -> None:
    one, two = Input("source/a", "/build/src"), Input("rootfs/t", "/")
    assert _key(inputs={one: "d1", two: "d2"}) == _key(inputs={two: "d2", one: "d1"})
    assert _key(inputs={one: "d1", two: "d2"}) != _key(inputs={one: "d2", two: "d1"})
    assert _key(inputs={one: "d1"}) != _key(inputs={Input("source/a", "/elsewhere"): "d1"})


def test_how_an_input_was_made_does_not_matter() -> None:
    assert _key(inputs={Input("build/x", "/deps"): "d"}) == _key(inputs={Input("build/y", "/deps"): "d"})


@given(json, json)
def test_differences_are_empty_exactly_for_equal_materials(before: object, after: object) -> None:
    found = list(differences(before, after))  # type: ignore[arg-type]
    assert bool(found) == (before != after)


def test_a_difference_names_its_place() -> None:
    before, after = {"spec": {"steps": [{"run": "make"}]}}, {"spec": {"steps": [{"run": "make all"}]}}
    assert list(differences(before, after)) == [Difference("spec.steps[0].run", "make", "make all")]  # type: ignore[arg-type]
