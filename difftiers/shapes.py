"""Compares what two tiers gave for one item and says for which types of arguments it differs; no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from difftiers.formats import TYPES
from difftiers.run import Result
from difftiers.values import TYPE_OF

VALUE = "="
"""The kind of a difference that is more than an error's; others are an exception whose text differs, or two with a `/`
between them: both tiers raise, but not the same."""


@dataclass(frozen=True)
class Difference:
    """`kind`: VALUE, or the exception whose text differs. `types`: receiver (or None) and arguments."""

    kind: str
    receiver: str | None
    types: tuple[str, ...]
    example: str
    full: str
    light: str


@dataclass(frozen=True)
class Compared:
    """What came of one item: how many calls, how many of them answered (not raised) alike, and what differs."""

    key: str
    calls: int
    answered: int
    kinds: tuple[str, ...]
    differences: tuple[Difference, ...]


def compare(item: Mapping[str, Any], full: Result, light: Result) -> Compared:
    """Line up the outcomes of one item from both tiers."""
    if full.ended != "ok" or light.ended != "ok" or len(full.outcomes) != len(light.outcomes):
        worst = Difference(VALUE, None, ("*",), item["key"], full.ended, light.ended)
        return Compared(item["key"], 0, 0, (), (worst,))
    differences = []
    answered = 0
    arguments = item.get("arguments", [[]])
    receivers = item.get("receivers", ["None"])
    for place, (one, other) in enumerate(zip(full.outcomes, light.outcomes, strict=True)):
        one, other = (each.replace("str_ascii_iterator", "str_iterator") for each in (one, other))
        if one == other:
            answered += one.startswith("=")
            continue
        given = arguments[place % len(arguments)]
        receiver = receivers[place // len(arguments) % len(receivers)]
        differences.append(
            Difference(
                kind_of(one, other),
                item.get("receiver"),
                tuple(TYPE_OF.get(each) or TYPES.get(each, "other") for each in given),
                source_of(item, receiver, given),
                one[:160],
                other[:160],
            )
        )
    kinds = tuple(sorted({*full.kinds, *light.kinds}))
    return Compared(item["key"], len(full.outcomes), answered, kinds, tuple(differences))


def source_of(item: Mapping[str, Any], receiver: str, given: Sequence[str]) -> str:
    """What was run, as it could be written."""
    call: str = item.get("call", item["key"])
    if item.get("spelled"):
        return call.format(*given)
    if "arguments" in item:
        return call.replace("*a", ", ".join(given)).replace("r.", receiver + ".", 1)
    return str(item.get("code", ""))[:200]


def kind_of(full: str, light: str) -> str:
    """The exception class when only its text differs."""
    if full.startswith("!") and light.startswith("!"):
        name, _, rest = full.partition("|")
        other, _, rest_of_other = light.partition("|")
        # What a method left behind in its receiver stands after the text, and what was said on stderr.
        if rest.partition(" ; ")[2] == rest_of_other.partition(" ; ")[2]:
            return name[1:] if name == other else f"{name[1:]}/{other[1:]}"
    for one, lazy in ((full, light), (light, full)):
        # An iterator that fails when it is asked for its first item, where the other tier fails before.
        name = one.partition("|")[0]
        if one.startswith("!") and lazy.startswith("=iterator") and f"[{name}|" in lazy:
            return f"{name[1:]}/{name[1:]}"
    return VALUE
