"""The code that stands before the copy of a script which is tried, and the copy itself; imports router.guards."""

from __future__ import annotations

from typing import Any

from slimepython.router.edits import Edit, Guarded
from slimepython.router.guardcode import OPERATORS
from slimepython.router.guardnames import NAMES
from slimepython.router.syntax import _ast


def copy(source: bytes, tree: Any, guarded: Guarded) -> bytes:
    """The copy of a script that is tried."""
    parts = []
    at = 0
    begins = _first_statement(source, tree)
    kept = (*guarded.edits, Edit(begins, -1, 0, False, 0, _prelude(guarded)))
    for edit in sorted(kept):
        parts += [source[at : edit.offset], edit.text]
        at = edit.offset + edit.length
    return b"".join((*parts, source[at:]))


def _prelude(guarded: Guarded) -> bytes:
    refused = [
        [tuple(None if place is None else sorted(place) for place in pair) for pair in pairs]
        for pairs in guarded.refused
    ]
    calls = [
        [(None if a is None else sorted(a), count, [sorted(place) for place in places]) for a, count, places in every]
        for every in guarded.calls
    ]
    readable = "frozenset(" + repr(sorted(guarded.readable)) + ")"
    text = f"{OPERATORS}{NAMES}\nsetup({refused!r}, {calls!r}, {guarded.words!r}, {readable}, {guarded.script!r})\n"
    aliases = "".join(f"; {name} = __sp_{name}__" for name in sorted(guarded.aliases))
    # In a namespace of its own, in which new classes are still the script's.
    return f"exec({text!a}, {{'__name__': '__main__'}}){aliases}\n".encode("ascii")


def _first_statement(source: bytes, tree: Any) -> int:
    """Where a statement may be put before all others but the text of documentation and `__future__`."""
    for place, node in enumerate(tree.body):
        text = place == 0 and isinstance(node, _ast.Expr) and isinstance(node.value, _ast.Constant)
        if text or (isinstance(node, _ast.ImportFrom) and node.module == "__future__"):
            continue
        line = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        return sum(len(each) + 1 for each in source.split(b"\n")[: line - 1])
    return len(source)


def fits(tree: Any) -> bool:
    """Whether a statement can be put before the script's first: it must begin a line."""
    for place, node in enumerate(tree.body):
        text = place == 0 and isinstance(node, _ast.Expr) and isinstance(node.value, _ast.Constant)
        if not (text or (isinstance(node, _ast.ImportFrom) and node.module == "__future__")):
            after = tree.body[place - 1] if place else None
            lines = [node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))]
            return after is None or after.end_lineno < min(lines)
    return False
