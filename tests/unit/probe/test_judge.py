"""Tests of `pipeline.probe.judge`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.load.project import load_project
from pipeline.model.policy import Policy, Rule, patterns_in
from pipeline.probe.facts import ProbeReason
from pipeline.probe.judge import MISSING, Violation, judge, to_error

X86, ARM = "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"
WHY = "because the test says so"


def policy(*rules: dict[str, Any]) -> Policy:
    data = {"name": "p", "summary": "s", "rules": [{"why": WHY, **rule} for rule in rules]}
    return Policy.model_validate(data, strict=False)


def violations(facts: dict[str, Any], fact: str, **expect: Any) -> tuple[Violation, ...]:
    return judge(policy({"fact": fact, "expect": expect}), facts, X86, "1.0")


@pytest.mark.parametrize(
    ("expect", "good", "bad"),
    [
        ({"equals": True}, True, 1),
        ({"equals": 1}, 1, True),
        ({"equals": None}, None, False),
        ({"equals": "full"}, "full", "partial"),
        ({"one_of": ["pie", "static-pie"]}, "pie", "exec"),
        ({"one_of": [0, None]}, None, 1),
        ({"at_most": 10}, 10, 11),
        ({"at_most": 10}, 2.5, "2"),
        ({"at_least": 0.9}, 0.9, 0.89),
        ({"at_least": 0.5}, 1, True),
        ({"subset_of": ["libc.so.6", "ld-linux*.so.?"]}, ["libc.so.6", "ld-linux-x86-64.so.2"], ["libz.so.1"]),
        ({"subset_of": {"tkinter*": "needs Tk"}}, {"tkinter.font": "No module"}, {"zlib": "No module"}),
        ({"subset_of": ["a"]}, [], None),
        ({"subset_of": {"no sockets": ["AF_*", "bind"]}}, ["AF_UNIX", "bind"], ["AF_UNIX", "listen"]),
        ({"exactly": ["a", "b*"]}, ["a", "bb"], ["a", "bb", "c"]),
        ({"exactly": {"no sockets": ["AF_*", "bind"]}}, ["AF_UNIX", "bind"], ["AF_UNIX"]),
        ({"exactly": ["a"]}, ["a"], None),
        (
            {"exactly": {"no processes": ["no {fork, kill} in os", "x {1 → 2}"]}},
            ["no fork in os", "no kill in os", "x 1 → 2"],
            ["no fork in os", "x 1 → 2"],
        ),
        ({"contains_all": ["a", "b"]}, ["b", "a", "c"], ["a"]),
        ({"contains_all": ["a"]}, {"a": 1}, {}),
        ({"contains_all": ["lib/libpython3.*.a"]}, {"lib/libpython3.14.a": 1}, {"lib/libz.a": 1}),
        ({"contains_none": ["wasi_unstable.*"]}, ["wasi_snapshot_preview1.fd_read"], ["wasi_unstable.fd_read"]),
        ({"contains_none": ["a"]}, [], None),
        ({"empty": True}, [], ["x"]),
        ({"empty": True}, {}, {"a": 1}),
        ({"empty": True}, None, 0),
        ({"empty": True}, "", "x"),
        ({"matches": r"3\.\d+"}, "3.14", "3.14.7"),
        ({"matches": "1"}, "1", 1),
        ({"version_at_most": "2.31"}, "2.9", "2.32"),
        ({"version_at_most": "2.31"}, "2.31", "2.31.1"),
        ({"version_at_most": "2.31"}, None, "newest"),
    ],
)
def test_each_expectation_passes_and_fails(expect: dict[str, Any], good: Any, bad: Any) -> None:
    assert violations({"f": good}, "f", **expect) == ()
    (violation,) = violations({"f": bad}, "f", **expect)
    assert violation.fact == "f"
    assert violation.limit
    assert violation.actual


@pytest.mark.parametrize("facts", [{}, {"elf": {}}, {"elf": None}, {"elf": [1]}, {"elf": "pie"}])
def test_a_missing_fact_is_a_violation(facts: dict[str, Any]) -> None:
    (violation,) = violations(facts, "elf.pie", equals=True)
    assert (violation.fact, violation.actual) == ("elf.pie", MISSING)


def test_a_missing_fact_is_a_violation_even_of_empty() -> None:
    (violation,) = violations({"elf": {}}, "elf.malformed", empty=True)
    assert violation.actual == MISSING


def test_a_star_is_every_key_and_names_the_file() -> None:
    facts = {"elf": {"files": {"bin/a": {"pie": True}, "lib/b.so": {"pie": False}, "c": {}}}}
    found = violations(facts, "elf.files.*.pie", equals=True)
    assert [(v.file, v.actual) for v in found] == [("c", MISSING), ("lib/b.so", "false")]
    assert found[1].fact == "elf.files.lib/b.so.pie"


@pytest.mark.parametrize("expect", [{"equals": True}, {"empty": True}, {"subset_of": ["x86_64"]}])
def test_a_star_over_nothing_is_a_violation(expect: dict[str, Any]) -> None:
    """An artifact without any archive has not shown that its archives are good."""
    nothing: tuple[dict[str, Any], ...] = ({"archives": {}}, {})
    for facts in nothing:
        (violation,) = violations(facts, "archives.*.pic", **expect)
        assert (violation.fact, violation.actual) == ("archives.*.pic", MISSING)


def test_that_nothing_is_listed_is_what_a_list_of_faults_shall_be() -> None:
    assert violations({"tree": {"leaks": {}}}, "tree.leaks.*", empty=True) == ()
    assert violations({"tree": {}}, "tree.leaks.*", empty=True)[0].actual == MISSING
    assert violations({"tree": {"leaks": {}}}, "tree.leaks.*", equals=True)[0].actual == MISSING


def test_the_file_of_an_entry_is_its_path() -> None:
    facts = {"elf": {"path": "bin/python3.14", "glibc": {"max": "2.38"}}}
    (violation,) = violations(facts, "elf.glibc.max", version_at_most="2.31")
    assert violation.file == "bin/python3.14"
    assert (violation.limit, violation.actual) == ('no newer than "2.31"', '"2.38"')


def test_only_the_offending_items_are_shown() -> None:
    (violation,) = violations({"needed": ["libc.so.6", "libz.so.1"]}, "needed", subset_of=["libc.so.6"])
    assert violation.actual == '["libz.so.1"]'
    (violation,) = violations({"m": {"ssl": "gone", "tkinter": "no"}}, "m", subset_of={"tkinter": "needs Tk"})
    assert violation.actual == '{"ssl": "gone"}'
    (violation,) = violations({"m": ["a"]}, "m", contains_all=["a", "b"])
    assert violation.actual == 'without ["b"]'


def test_what_a_reason_excludes_is_not_judged() -> None:
    rules = policy(
        {"fact": "a", "expect": {"equals": 1}, "targets": [ARM], "not_for": {X86: "it has no such thing"}},
        {"fact": "b", "expect": {"equals": 1}, "versions": ">=3.14", "not_for": {"<3.14": "came with 3.14"}},
        {"fact": "c", "expect": {"equals": 1}},
    )
    assert [v.fact for v in judge(rules, {}, X86, "3.13.1")] == ["c"]
    assert [v.fact for v in judge(rules, {}, ARM, "3.14.0")] == ["a", "b", "c"]
    assert [v.fact for v in judge(rules, {}, X86, None)] == ["b", "c"]


@pytest.mark.parametrize(
    "limit", [{"targets": [ARM]}, {"versions": ">=3.14"}, {"expect_for": {ARM: {"equals": 1}}, "expect": None}]
)
def test_a_rule_that_is_silent_of_a_build_is_a_violation(limit: dict[str, Any]) -> None:
    """The loader refuses such a policy; whoever judges without it must not be told that all is well."""
    rules = policy({"fact": "a", "expect": {"equals": 1}, **limit}, {"fact": "b", "expect": {"equals": 1}})
    (violation,) = judge(rules, {"a": 1, "b": 1}, X86, "3.13.1")
    assert (violation.fact, violation.limit) == ("a", "judged")
    assert judge(rules, {"a": 1, "b": 1}, ARM, "3.14.0") == ()


def test_a_policy_of_which_nothing_holds_is_a_violation() -> None:
    rules = policy({"fact": "a", "expect": {"equals": 1}, "not_for": {X86: "it has no such thing"}})
    (violation,) = judge(rules, {"a": 1}, X86, "1.0")
    assert violation.fact == "policy p"
    assert judge(rules, {"a": 1}, ARM, "1.0") == ()


def test_expectations_target_by_target() -> None:
    rules = policy({"fact": "a", "expect_for": {X86: {"equals": 1}, ARM: {"at_least": 2}}})
    assert judge(rules, {"a": 1}, X86, "1.0") == ()
    assert [(v.fact, v.limit) for v in judge(rules, {"a": 1}, ARM, "1.0")] == [("a", "at least 2")]


def test_the_error_names_fact_limit_file_and_what_to_type() -> None:
    facts = {"elf": {"path": "bin/x", "relro": "none", "textrel": True}}
    found = judge(
        policy(
            {"fact": "elf.relro", "expect": {"equals": "full"}},
            {"fact": "elf.textrel", "expect": {"equals": False}},
        ),
        facts,
        X86,
        "1.0",
    )
    error = to_error(found, "cpython 3.14.7 for x86_64", "cpython@x86_64")
    assert error.reason is ProbeReason.VIOLATION
    assert error.exit_code == 9
    for part in ("cpython 3.14.7", "2 points", "elf.relro (bin/x)", '"none"', '"full"', "elf.textrel", WHY):
        assert part in error.message
    assert "python -m pipeline probe cpython@x86_64" in error.hint


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["a", "b", "path"]), inner, max_size=3)
    ),
    max_leaves=12,
)
EXPECTATIONS: list[dict[str, Any]] = [
    {"equals": 1}, {"one_of": ["a"]}, {"at_most": 1}, {"at_least": 1}, {"subset_of": ["a*"]}, {"contains_all": ["a"]},
    {"contains_none": ["a"]}, {"empty": True}, {"matches": "a"}, {"version_at_most": "1"},
]  # fmt: skip


@given(facts=st.dictionaries(st.sampled_from(["a", "b"]), JSON), expect=st.sampled_from(EXPECTATIONS))
def test_any_facts_can_be_judged(facts: dict[str, Any], expect: dict[str, Any]) -> None:
    rules = policy(*({"fact": name, "expect": expect} for name in ("a", "a.b", "a.*", "a.*.b")))
    for violation in judge(rules, facts, X86, "1.0"):
        assert str(violation)


# What cross builds may differ in

ROOT = Path(__file__).parents[3]
CROSS = {"cross-aarch64": ARM, "cross-aarch64-ran": ARM, "cross-wasi": "wasm32-wasip1"}


def listed(rule: Rule, target: str) -> list[str]:
    """The differences that a rule of the project's lists; none of them is a pattern that could hide another."""
    allowed = rule.expected(target).exactly
    found = list(patterns_in(allowed)) if allowed is not None else []
    assert not [item for item in found if set("*?[") & set(item)]
    return found


@pytest.mark.parametrize("name", CROSS)
def test_a_cross_build_differs_in_all_that_is_listed_and_in_nothing_else(name: str) -> None:
    target = CROSS[name]
    own = load_project(ROOT).policies[name]
    differences = {rule.fact.removeprefix("twin."): listed(rule, target) for rule in own.rules}
    assert judge(own, {"twin": differences}, target, "3.14.7") == ()
    for fact, items in differences.items():
        for wrong in ([*items, "also HAVE_ALIGNED_REQUIRED"], items[1:] or ["no tzset in time"]):
            (violation,) = judge(own, {"twin": {**differences, fact: wrong}}, target, "3.14.7")
            assert violation.fact == f"twin.{fact}"


@pytest.mark.parametrize("name", CROSS)
def test_a_cross_build_that_was_not_compared_is_refused(name: str) -> None:
    own = load_project(ROOT).policies[name]
    assert {found.actual for found in judge(own, {}, CROSS[name], "3.14.7")} == {MISSING}
