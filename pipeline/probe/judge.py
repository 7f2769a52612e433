"""Applies a policy's rules to facts; pure, may import `pipeline.model`, `pipeline.probe.facts`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from typing import Any

from packaging.version import InvalidVersion, Version

from pipeline.errors import PolicyError
from pipeline.model.policy import Expect, Patterns, Policy, Rule, patterns_in
from pipeline.probe.facts import ProbeReason

MISSING = "missing"
_WILD = re.compile(r"[*?[]")


@dataclass(frozen=True)
class Violation:
    """One fact that is not what a rule expects.

    `fact`: its full dotted name; `limit`: what the rule expects, in words; `actual`: what it is, in words;
    `file`: which file of the artifact, or "" when the fact belongs to none; `why`: the rule's reason.
    """

    fact: str
    limit: str
    actual: str
    file: str
    why: str

    def __str__(self) -> str:
        where = f" ({self.file})" if self.file else ""
        return f"{self.fact}{where} is {self.actual}, must be {self.limit}: {self.why}"


@dataclass(frozen=True)
class _Found:
    """A fact under its full name; `present` tells null from missing."""

    name: str
    value: Any
    file: str
    present: bool


def judge(policy: Policy, facts: Mapping[str, Any], target: str, version: str | None) -> tuple[Violation, ...]:
    """All violations, in the order of the rules.

    A rule that gives a reason not to hold for `target` or `version` is left out; without a version, version
    filters are taken as met. What cannot be judged is a violation: a rule that says nothing of this target or
    version, a policy of which nothing holds, a fact that is missing, a `*` that finds no key. Only of an object
    all of whose values shall be empty (`tree.leaks.*`) it is enough that it is there.
    """
    rules = [rule for rule in policy.rules if not rule.excludes(target, version)]
    if not rules:
        return (
            Violation(
                f"policy {policy.name}", "a policy with a rule for it", f"silent of {target}", "", policy.summary
            ),
        )
    return tuple(violation for rule in rules for violation in _judge(rule, facts, target, version))


def to_error(violations: Sequence[Violation], what: str, selector: str = "NAME@TARGET") -> PolicyError:
    """The violations as one error.

    `what` names the artifact, its version and target for people; `selector` names its build on a command line.
    """
    first = violations[0]
    count = "breaks its policy" if len(violations) == 1 else f"breaks its policy in {len(violations)} points"
    lines = "\n".join(f"  {violation}" for violation in violations)
    hint = f"see all facts: python -m pipeline probe {selector} ; then mend the recipe, or the rule on {first.fact}"
    return PolicyError(ProbeReason.VIOLATION, f"{what} {count}:\n{lines}", hint=hint)


def _judge(rule: Rule, facts: Mapping[str, Any], target: str, version: str | None) -> Iterator[Violation]:
    why = " ".join(rule.why.split())
    if rule.silent_key(target, version) is not None:
        yield Violation(rule.fact, "judged", f"by a rule that is silent of {target} {version or ''}".rstrip(), "", why)
        return
    expect = rule.expected(target)
    keys = rule.fact.split(".")
    found = list(_find(facts, keys, (), ""))
    if not found and not (expect.empty and keys[-1] == "*"):
        yield Violation(rule.fact, _limit(expect), MISSING, "", why)
    for fact in found:
        if (actual := _breaks(expect, fact)) is not None:
            yield Violation(fact.name, _limit(expect), actual, fact.file, why)


def _find(node: Any, keys: Sequence[str], done: tuple[str, ...], file: str) -> Iterator[_Found]:
    if isinstance(node, Mapping) and isinstance(path := node.get("path"), str):
        file = path
    if not keys:
        yield _Found(".".join(done), node, file, present=True)
    elif not isinstance(node, Mapping) or (keys[0] != "*" and keys[0] not in node):
        yield _Found(".".join((*done, *keys)), None, file, present=False)
    elif keys[0] == "*":
        for key in sorted(node):
            yield from _find(node[key], keys[1:], (*done, key), key)
    else:
        yield from _find(node[keys[0]], keys[1:], (*done, keys[0]), file)


def _breaks(expect: Expect, found: _Found) -> str | None:
    """What a fact is, in words, if it is not what is expected."""
    if not found.present:
        return MISSING
    return None if _CHECKS[expect.kind](found.value, expect) else _actual(found.value, expect)


def _items(value: Any) -> list[str]:
    if isinstance(value, Mapping | list):
        return [str(item) for item in value]
    return [] if value is None else [str(value)]


def _matched(items: set[str], pattern: str) -> set[str]:
    if not _WILD.search(pattern):
        return items & {pattern}
    like = re.compile(translate(pattern))
    return {item for item in items if like.match(item)}


def _split(items: Sequence[str], patterns: Patterns) -> tuple[list[str], list[str], list[str]]:
    """The items that some pattern matches, the others, and the patterns that match none."""
    unique = set(items)
    found = {pattern: _matched(unique, pattern) for pattern in patterns_in(patterns)}
    matched = set().union(*found.values())
    unused = [pattern for pattern, hits in found.items() if not hits]
    return [item for item in items if item in matched], [item for item in items if item not in matched], unused


def _same(value: Any, wanted: object) -> bool:
    """Equality that tells `true` from 1."""
    return type(value) is type(wanted) and value == wanted


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _at_most(value: Any, expect: Expect) -> bool:
    number = _number(value)
    return number is not None and expect.at_most is not None and number <= expect.at_most


def _at_least(value: Any, expect: Expect) -> bool:
    number = _number(value)
    return number is not None and expect.at_least is not None and number >= expect.at_least


def _version_at_most(value: Any, expect: Expect) -> bool:
    if value is None:
        return True
    try:
        return Version(str(value)) <= Version(expect.version_at_most or "0")
    except InvalidVersion:
        return False


def _offending(value: Any, expect: Expect) -> list[str]:
    """The items of a list that break a rule about its items."""
    if expect.subset_of is not None:
        return _split(_items(value), expect.subset_of)[1]
    if expect.exactly is not None:
        _, others, unused = _split(_items(value), expect.exactly)
        return [*others, *(f"nothing like {pattern}" for pattern in unused)]
    if expect.contains_none is not None:
        return _split(_items(value), expect.contains_none)[0]
    return _split(_items(value), expect.contains_all or ())[2]


def _no_offence(value: Any, expect: Expect) -> bool:
    return not _offending(value, expect)


_CHECKS: Mapping[str, Callable[[Any, Expect], bool]] = {
    "equals": lambda value, expect: _same(value, expect.equals),
    "one_of": lambda value, expect: any(_same(value, wanted) for wanted in expect.one_of or ()),
    "at_most": _at_most,
    "at_least": _at_least,
    "subset_of": lambda value, expect: value is not None and _no_offence(value, expect),
    "exactly": lambda value, expect: value is not None and _no_offence(value, expect),
    "contains_all": _no_offence,
    "contains_none": lambda value, expect: value is not None and _no_offence(value, expect),
    "empty": lambda value, _: not _items(value) or value == "",
    "matches": lambda value, expect: isinstance(value, str) and bool(re.fullmatch(expect.matches or "", value)),
    "version_at_most": _version_at_most,
}


def _limit(expect: Expect) -> str:
    words = {
        "equals": "",
        "one_of": "one of ",
        "at_most": "at most ",
        "at_least": "at least ",
        "subset_of": "within ",
        "exactly": "exactly ",
        "contains_all": "with all of ",
        "contains_none": "without ",
        "empty": "empty",
        "matches": "like ",
        "version_at_most": "no newer than ",
    }[expect.kind]
    if expect.kind == "empty":
        return words
    patterns = expect.subset_of or expect.exactly or expect.contains_none
    limit = list(patterns_in(patterns)) if patterns else expect.limit
    return words + _short(list(limit) if isinstance(limit, tuple) else limit)


def _actual(value: Any, expect: Expect) -> str:
    """The offending part of a value: a list is shown with what is wrong in it only."""
    offending = _offending(value, expect)
    if expect.contains_all is not None:
        return f"without {_short(offending)}"
    if offending and isinstance(value, Mapping):
        return _short({item: value.get(item) for item in offending})
    return _short(offending or value)


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 600 else text[:600] + " …"
