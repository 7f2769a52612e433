"""Tests of `pipeline.model.policy`."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipeline.model.policy import Expect, Policy, Rule

X86, ARM = "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"
WHY = "because the test says so"


def rule(fact: str = "elf.pie", **more: object) -> dict[str, object]:
    return {"fact": fact, "expect": {"equals": True}, "why": WHY, **more}


def policy(**more: object) -> Policy:
    # Lax about tuples only: what YAML's lists become is the loader's business.
    return Policy.model_validate({"name": "p", "summary": "s", "rules": [rule()], **more}, strict=False)


@pytest.mark.parametrize(
    "expect", [{}, {"equals": 1, "at_most": 2}, {"at_least": None}, {"empty": False}, {"one_of": []}, {"subset_of": []}]
)
def test_exactly_one_expectation(expect: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Expect.model_validate(expect, strict=False)


def test_null_is_a_value_to_equal() -> None:
    expect = Expect.model_validate({"equals": None})
    assert (expect.kind, expect.limit) == ("equals", None)


@pytest.mark.parametrize("expect", [{"matches": "(("}, {"version_at_most": "new"}, {"equals": [1]}, {"equal": 1}])
def test_nonsense_is_refused(expect: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Expect.model_validate(expect)


@pytest.mark.parametrize("fact", ["", ".", "Elf", "elf.", "elf..pie", "elf.*x", "elf pie", "*"])
def test_names_of_facts(fact: str) -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate(rule(fact))


def test_a_reason_is_asked_for() -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate(rule(why="no"))


def test_a_policy_says_something() -> None:
    with pytest.raises(ValidationError):
        policy(rules=[])


def test_a_policys_filter_holds_for_rules_without_one() -> None:
    written = policy(targets=[X86], versions=">=3", rules=[rule(), rule(targets=[ARM]), rule(versions="<2")])
    assert [(r.targets, r.versions) for r in written.resolved({}).rules] == [
        ((X86,), ">=3"),
        ((ARM,), ">=3"),
        ((X86,), "<2"),
    ]


def test_included_rules_come_after_with_their_own_filters() -> None:
    base = policy(name="base", targets=[ARM], rules=[rule("elf.relro")])
    resolved = policy(include=["base", "gone"]).resolved({"base": base})
    assert [(r.fact, r.targets) for r in resolved.rules] == [("elf.pie", None), ("elf.relro", (ARM,))]
    assert resolved.include == ()
