"""Everything that is run in a comparison, in two steps; may import the modules that make items.

The second step calls what the first one found, so that a name which only one tier has is called too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from difftiers import calls, formats, statements
from difftiers.modules import RECEIVERS, UNCALLED, UNCALLED_METHODS, needs_seed
from difftiers.run import BATTERIES, Result
from difftiers.values import RECEIVERS as VALUES_BY_TYPE

Item = dict[str, Any]
SMALL = (
    "0",
    "1",
    "-1",
    "2.5",
    "'abc'",
    "'a'",
    "b'ab'",
    "[1,2,3]",
    "('a','x')",
    "{'a':1,'b':2}",
    "None",
    "add",
    "len",
    "Plain(1)",
)
PAIRS = ("1", "2.5", "'abc'", "[1,2,3]", "{'a':1,'b':2}", "add")
MODULE_ARGUMENTS = [[], *([v] for v in SMALL), *([a, b] for a in PAIRS for b in PAIRS)]
NOT_IMPORTED = (
    "antigravity",
    "this",
    "idlelib",
    "turtledemo",
    "turtle",
    "test",
    "lib2to3",
    "tkinter",
    "nt",
    "msvcrt",
    "winreg",
)


def importable(modules: Sequence[str]) -> list[str]:
    """Those modules of a manifest's list that a script may import and that do nothing to the terminal when it does."""
    return [
        name
        for name in modules
        if not any(part.startswith("_") for part in name.split(".")) and name.split(".")[0] not in NOT_IMPORTED
    ]


def first(modules: Sequence[str]) -> list[Item]:
    """Which names there are."""
    items = list(calls.attribute_items())
    # Not all that can be imported is in a file of its own: `collections.abc` is not.
    named = dict.fromkeys((*importable(modules), *RECEIVERS))
    items += [{"key": f"module {name}", "do": "module", "module": name} for name in named]
    for name, receivers in RECEIVERS.items():
        setup = [f"import {name}"]
        items += [{"key": f"dir {name}", "do": "attributes", "of": each, "setup": setup} for each in receivers]
    return items


def names_found(items: Sequence[Item], results: Sequence[Sequence[Result]], prefix: str) -> dict[str, list[str]]:
    """What any tier said to the items whose key begins with `prefix`: the rest of the key → names."""
    found: dict[str, set[str]] = {}
    for place, item in enumerate(items):
        if item["key"].startswith(prefix):
            names = found.setdefault(item["key"].removeprefix(prefix), set())
            for tier in results:
                names.update(tier[place].outcomes)
    return {key: sorted(names) for key, names in found.items()}


def second(
    items: Sequence[Item], results: Sequence[Sequence[Result]]
) -> tuple[list[Item], list[statements.Chunk | None]]:
    """Calls and statements; beside each item its chunk when it is statements."""
    names = names_found(items, results, "dir ")
    exceptions = [
        line.split(" ", 1)[0]
        for line in names_found(items, results, "module ")["builtins"]
        if line.split(" ")[1] == "class"
        and line.split(" ")[0].endswith(("Error", "Exception", "Exit", "Iteration", "Group", "Interrupt", "Warning"))
    ]
    made: list[Item] = [
        *calls.builtin_items(),
        *calls.exception_items(sorted(set(exceptions))),
        *calls.operator_items(),
        *formats.items(),
        *calls.method_items({kind: names[kind] for kind in VALUES_BY_TYPE}),
        *module_items(names_found(items, results, "module "), names),
    ]
    chunks: list[statements.Chunk | None] = [None] * len(made)
    for file, imports in (("language.txt", "no"), ("lines.txt", "yes")):
        for chunk, item in statements.items(BATTERIES / file, import_group=imports):
            made.append(item)
            chunks.append(chunk)
    return made, chunks


def module_items(modules: Mapping[str, Sequence[str]], names: Mapping[str, Sequence[str]]) -> Iterator[Item]:
    """Each function and class of the compared modules, and each method of their receivers."""
    for name, receivers in RECEIVERS.items():
        uncalled = UNCALLED.get(name, ())
        setup = [f"import {name}"]
        if "*" in uncalled:
            continue
        for line in modules.get(name, ()):
            member, kind, _ = (line + " ").split(" ", 2)
            if kind not in ("function", "class") or member in uncalled:
                continue
            call = f"({needs_seed(name)}, {name}.{member}(*a))[1]"
            yield {
                "key": f"name {name} {member}",
                "do": "calls",
                "call": call,
                "arguments": MODULE_ARGUMENTS,
                "setup": setup,
            }
        for member in names.get(name, ()):
            if member.startswith("_") or member in UNCALLED_METHODS:
                continue
            base = {"key": f"member {name} {member}", "do": "calls", "receivers": list(receivers), "receiver": name}
            yield {
                **base,
                "call": f"called(r.{member})",
                "arguments": [[]],
                "setup": [*setup, calls.READ],
                "read": True,
            }
            yield {**base, "call": f"r.{member}(*a)", "arguments": MODULE_ARGUMENTS, "setup": setup}
