"""Which types can occur in a script at all; imports router modules."""

from __future__ import annotations

import builtins
from typing import Any

from slimepython.router.script import Script
from slimepython.router.syntax import _ast
from slimepython.router.tables import Tables
from slimepython.router.vocabulary import (
    INPLACE,
    MADE_BY_NAME,
    MADE_BY_OPERATOR,
    NO_TEXTS,
    PLAIN_BASES,
    RARE,
    SLICED,
    TAME,
)

UNTAMED = frozenset(
    (
        "bytes",
        "bytearray",
        "memoryview",
        "complex",
        "view",
        "big",
        "negative_big",
        "set",
        "frozenset",
    )
)
"""What a module may give of which that is not known."""


LITERALS = {
    kind: frozenset((kind.__name__ if kind is not type(...) else "ellipsis",))
    for kind in (str, bytes, int, float, complex, bool, type(None), type(...))
}
ZERO = frozenset(("zero",))
BIG = frozenset(("big",))


def reachable(script: Script, tables: Tables) -> frozenset[str]:
    """Every type but those that only certain constructs make, none of which is in this script."""
    found: set[str] = set()
    names = MADE_BY_NAME.keys() & (script.names.keys() | script.attributes.keys())
    nodes = script.by_kind.keys()
    for node in script.of(_ast.Constant):
        found |= constant(node)
    for operator in {node.op.__class__ for node in script.of(_ast.BinOp, _ast.AugAssign)}:
        found |= MADE_BY_OPERATOR.get(operator, frozenset())
    for node in script.of(_ast.ClassDef):
        if any(_may_be_builtin(script, base) for base in node.bases):
            found.add("derived")
            if any(_may_be_text(script, base) for base in node.bases):
                found.add("strlike")
    for name in names:
        found |= MADE_BY_NAME[name]
    if not names & {"keys", "items", "set", "frozenset"}:
        found.discard("set")
    if nodes & {_ast.Set, _ast.SetComp}:
        found.add("set")
    if _ast.AsyncFunctionDef in nodes:
        found.add("coroutine")
    if not INPLACE.isdisjoint(script.functions):
        found.add("inplace")
    if _ast.Slice in nodes and any(name in script.functions for name in SLICED):
        found.add("slice")
    return tables.types - (RARE - found - _from_modules(script, tables))


def _from_modules(script: Script, tables: Tables) -> frozenset[str]:
    """What the imported modules may give."""
    found: frozenset[str] = frozenset()
    for targets in script.imports.values():
        for target in targets:
            name = target.partition(":")[0]
            module = tables.modules.get(name)
            if module is None or module.makes_floats:
                found |= {"float"}
            if module is None or name not in TAME:
                found |= UNTAMED
    return found


def constant(node: Any) -> frozenset[str]:
    """The type of a literal."""
    value = node.value
    kind = value.__class__
    return ZERO if kind is int and value == 0 else BIG if kind is int and value >= 1 << 62 else LITERALS[kind]


def _may_be_text(script: Script, base: Any) -> bool:
    """Whether a class with this base may be a text of its own."""
    name = base.id if isinstance(base, _ast.Name) else base.attr if isinstance(base, _ast.Attribute) else ""
    return name not in NO_TEXTS and name not in script.classes


def _may_be_builtin(script: Script, base: Any) -> bool:
    """Whether a class with this base may be a text, number or container of its own."""
    if isinstance(base, _ast.Subscript):
        base = base.value
    if isinstance(base, _ast.Attribute):
        module = script.module_of(base.value)
        return (module, base.attr) not in PLAIN_BASES
    if not isinstance(base, _ast.Name):
        return True
    if base.id in script.classes or script.imported(base.id) in PLAIN_BASES:
        return False
    raised = getattr(builtins, base.id, None)
    return not (base.id in ("object", "type") or (isinstance(raised, type) and issubclass(raised, BaseException)))
