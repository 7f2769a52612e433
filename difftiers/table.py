"""Turns compared items into the table that the router reads; no I/O.

A table lists what was seen to be equal. For each construct it keeps *shapes*: for which types of receiver and arguments
something differs, and what (the value, or the text of which exception). Types are written as single letters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from difftiers.learned import Learned, learn, module_names
from difftiers.modules import RECEIVERS as RECEIVERS_OF_MODULES
from difftiers.run import Result
from difftiers.shapes import VALUE, Compared, Difference, compare
from difftiers.statements import Chunk
from difftiers.values import RECEIVERS, TYPE_OF

SCHEMA = 1
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
TYPES = tuple(sorted({*TYPE_OF.values(), *RECEIVERS, "other"}))
LETTER = dict(zip(TYPES, LETTERS, strict=False))
READ = -1
"""In place of a number of arguments: the attribute is read and not called."""
ANY = "*"

SYNTAX = ("operator ", "format ", "percent ")
"""Listed even if they answered nothing but the same errors."""

Shape = list[Any]
"""`[kind, receiver's letters or ANY, number of arguments or READ or ANY, [letters of each argument]]`."""


def shapes(differences: Iterable[Difference], *, read: bool) -> list[Shape]:
    """Differences as shapes; those of a kind, receiver and number of arguments become one."""
    found: dict[tuple[str, str, Any, str], list[set[str]]] = {}
    for each in differences:
        receiver = LETTER.get(each.receiver or "", ANY)
        if each.types == (ANY,):
            found[(each.kind, receiver, ANY, "")] = []
            continue
        count = READ if read else len(each.types)
        # Without a receiver the first operand is what the others depend on.
        first = LETTER[each.types[0]] if receiver == ANY and len(each.types) == 2 else ""
        places = found.setdefault((each.kind, receiver, count, first), [set() for _ in each.types])
        for place, kind in zip(places, each.types, strict=True):
            place.add(LETTER[kind])
    # First operands whose second ones differ alike are one shape again.
    joined: dict[tuple[str, str, Any, tuple[str, ...]], list[set[str]]] = {}
    for (kind, receiver, count, first), places in found.items():
        rest = tuple("".join(sorted(place)) for place in places[1:])
        old = joined.setdefault(
            (kind, receiver, count, rest if first else ("", *("".join(sorted(p)) for p in places))), places
        )
        if old is not places:
            old[0] |= places[0]
    # Receivers whose arguments differ alike share a shape: the table stays small.
    merged: dict[tuple[str, Any, tuple[str, ...]], set[str]] = {}
    for (kind, receiver, count, _), places in joined.items():
        key = (kind, count, tuple("".join(sorted(place)) for place in places))
        merged.setdefault(key, set()).add(receiver)
    return sorted(
        [kind, ANY if ANY in receivers else "".join(sorted(receivers)), count, list(places)]
        for (kind, count, places), receivers in merged.items()
    )


def example(compared: Sequence[Compared]) -> list[str] | None:
    """The shortest example of the worst difference: what was run, what Full said, what Light said."""
    every = [each for one in compared for each in one.differences]
    if not every:
        return None
    worst = min(every, key=lambda each: (each.kind != VALUE, len(each.example), each.example))
    return [worst.example[:120], worst.full[:120], worst.light[:120]]


def group(compared: Sequence[Compared], prefix: str) -> dict[str, list[int]]:
    """Construct → the places of its items, for keys that begin with `prefix`."""
    found: dict[str, list[int]] = {}
    for place, one in enumerate(compared):
        if one.key.startswith(prefix):
            found.setdefault(one.key.removeprefix(prefix), []).append(place)
    return found


def constructs(
    items: Sequence[Mapping[str, Any]], compared: Sequence[Compared], prefix: str, examples: dict[str, list[str]]
) -> dict[str, list[Shape]]:
    """Each construct with its shapes (none: equal). One that never answered anything but errors is left out."""
    result: dict[str, list[Shape]] = {}
    for name, places in group(compared, prefix).items():
        mine = [compared[place] for place in places]
        if prefix not in SYNTAX and not any(one.answered or one.differences for one in mine):
            continue
        found: list[Shape] = []
        for place in places:
            found += shapes(compared[place].differences, read=bool(items[place].get("read")))
        result[name] = merge(found)
        shown = example(mine)
        if shown:
            examples[f"{prefix}{name}"] = shown
    return result


def merge(found: Iterable[Shape]) -> list[Shape]:
    """Shapes that are alike but for the receiver become one."""
    merged: dict[str, Shape] = {}
    for kind, receiver, count, places in found:
        key = repr((kind, count, places))
        if key in merged:
            old = merged[key][1]
            merged[key][1] = ANY if ANY in (old, receiver) else "".join(sorted({*old, *receiver}))
        else:
            merged[key] = [kind, receiver, count, places]
    return sorted(merged.values(), key=repr)


def unicode_ranges(full: Mapping[str, str], light: Mapping[str, str]) -> list[list[int]]:
    """The code points for which any function of the Unicode tables answers differently, as closed ranges."""
    differing: set[int] = set()
    for name, text in full.items():
        differing |= runs_apart(json.loads(text), json.loads(light[name]))
    ranges: list[list[int]] = []
    for point in sorted(differing):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return ranges


def runs_apart(one: Sequence[Sequence[Any]], other: Sequence[Sequence[Any]]) -> set[int]:
    """Where two functions given as runs `[start, answer]` differ."""
    starts = sorted({start for start, _ in (*one, *other)})
    answers = [dict(map(tuple, runs)) for runs in (one, other)]
    apart: set[int] = set()
    now: list[Any] = [None, None]
    for place, start in enumerate(starts):
        now = [answers[tier].get(start, now[tier]) for tier in (0, 1)]
        if now[0] != now[1]:
            apart.update(range(start, starts[place + 1] if place + 1 < len(starts) else start + 1))
    return apart


def build(
    pair: Mapping[str, Any],
    step_one: tuple[Sequence[Mapping[str, Any]], Sequence[Result], Sequence[Result]],
    step_two: tuple[Sequence[Mapping[str, Any]], Sequence[Chunk | None], Sequence[Result], Sequence[Result]],
) -> dict[str, Any]:
    """The whole table of one pair of interpreters."""
    items, chunks, full, light = step_two
    compared = [
        compare(item, one, other) for item, one, other in zip(items, full, light, strict=True) if item["do"] == "calls"
    ]
    called = [item for item in items if item["do"] == "calls"]
    learned = Learned()
    learn(chunks, full, light, learned)
    examples: dict[str, list[str]] = {}
    points = [
        {
            item["key"]: result.outcomes[0]
            for item, result in zip(items, results, strict=True)
            if item["do"] == "codepoints"
        }
        for results in (full, light)
    ]
    attributes = constructs(called, compared, "attribute ", examples)
    for group in LANGUAGE:
        for name in learned.seen.get(f"attributes of {group}", ()):
            attributes.setdefault(name, [])
    blamed_nodes = {name.removeprefix("node ") for name in learned.blamed if name.startswith("node ")}
    return {
        "schema": SCHEMA,
        **pair,
        "types": {name: LETTER[name] for name in TYPES},
        "builtins": constructs(called, compared, "builtin ", examples),
        "attributes": attributes,
        "operators": constructs(called, compared, "operator ", examples),
        "formats": constructs(called, compared, "format ", examples),
        "percents": constructs(called, compared, "percent ", examples),
        "nodes": sorted(learned.seen.get("nodes", set()) - blamed_nodes),
        "dunders": sorted(learned.seen.get("dunders", set())),
        "keywords": sorted(learned.seen.get("keywords", set())),
        "facts": sorted(name for name in learned.about if "." not in name and name not in learned.blamed),
        "unicode": unicode_ranges(*points),
        "modules": modules(step_one, called, compared, learned, examples),
        "examples": {**examples, **learned.blamed},
    }


def modules(
    step_one: tuple[Sequence[Mapping[str, Any]], Sequence[Result], Sequence[Result]],
    items: Sequence[Mapping[str, Any]],
    compared: Sequence[Compared],
    learned: Learned,
    examples: dict[str, list[str]],
) -> dict[str, Any]:
    """Each module: the names to be relied on with their shapes, and the attributes of what it gives."""
    found: dict[str, Any] = {}
    for item, full, light in zip(*step_one, strict=True):
        if not item["key"].startswith("module "):
            continue
        module = item["module"]
        known = module_names(full, light)
        if module not in RECEIVERS_OF_MODULES or known["importable"] != "both":
            found[module] = {
                "importable": known["importable"],
                "missing": known["missing"],
                "differs": known["differs"],
            }
            continue
        names = constructs(items, compared, f"name {module} ", examples)
        members = constructs(items, compared, f"member {module} ", examples)
        credited = learned.seen.get(f"attributes of {module}", set()) | set(known["constants"])
        blamed = {name.removeprefix(f"{module}.") for name in learned.blamed if name.startswith(f"{module}.")}
        listed = {
            name: names.get(name, [])
            for name in known["both"]
            if (name in credited or name in names) and name not in blamed
        }
        every = {*full.kinds, *light.kinds, *members}
        good = {
            name: members.get(name, [])
            for name in every
            if (name in credited or name in members) and name not in blamed
        }
        found[module] = {
            "importable": "both",
            "names": listed,
            "members": good,
            "others": sorted(name for name in every - set(good) if not name.startswith("__")),
            "missing": known["missing"],
            "differs": sorted({*known["differs"], *blamed} & {*known["both"], *known["differs"]}),
            "float": module in FLOATING,
        }
    return found


LANGUAGE = ("statements", "expressions", "classes", "exceptions", "scopes", "attributes", "iteration", "keywords")
"""Groups of statements about the language itself: the attributes in them belong to no module."""
FLOATING = frozenset(
    [
        "math",
        "cmath",
        "random",
        "statistics",
        "time",
        "datetime",
        "decimal",
        "fractions",
        "json",
        "struct",
        "array",
        "numbers",
        "operator",
        "colorsys",
        "copy",
        "ast",
        "calendar",
    ]
)
"""Modules that can make a float out of what is none."""
