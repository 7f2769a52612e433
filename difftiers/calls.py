"""Items that call builtins, methods and operators with many arguments; may import `difftiers.values`.

An item's `arguments` are source texts; how they are laid out is known here alone, so that `shapes` can say which
types a
differing outcome came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from difftiers.helpers import HELPERS
from difftiers.values import LITERALS, PAIRED, RECEIVERS, TRIPLED, TYPE_OF, VALUES

Item = dict[str, Any]
SETUP = ["async def coroutine(): return 1"]

ARGUMENTS: list[list[str]] = [
    [],
    *([value] for value in VALUES),
    *([left, right] for left in PAIRED for right in PAIRED),
    *([a, b, c] for a in TRIPLED for b in TRIPLED for c in TRIPLED),
]

BUILTIN_CALLS = [
    "abs",
    "aiter",
    "all",
    "anext",
    "any",
    "ascii",
    "bin",
    "bool",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "complex",
    "delattr",
    "dict",
    "divmod",
    "enumerate",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "hasattr",
    "hex",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "ord",
    "pow",
    "property",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "zip",
]

NOT_CALLED = frozenset(
    [
        "__sizeof__",
        "__reduce__",
        "__reduce_ex__",
        "__dir__",
        "__subclasshook__",
        "__init_subclass__",
        "__getstate__",
        "__setstate__",
        "__del__",
        "__round__",
        "__pow__",
        "__rpow__",
        "__lshift__",
        "__rlshift__",
        "__subclasses__",
        "__class__",
        "__doc__",
    ]
)
"""Judged by a rule of the router, not by calling: they show sizes and layouts, or run for ever."""

BINARY = {
    "Add": "+",
    "Sub": "-",
    "Mult": "*",
    "Div": "/",
    "FloorDiv": "//",
    "Mod": "%",
    "Pow": "**",
    "LShift": "<<",
    "RShift": ">>",
    "BitAnd": "&",
    "BitOr": "|",
    "BitXor": "^",
    "MatMult": "@",
    "Eq": "==",
    "NotEq": "!=",
    "Lt": "<",
    "LtE": "<=",
    "Gt": ">",
    "GtE": ">=",
    "In": "in",
    "NotIn": "not in",
}
UNARY = {"USub": "-", "UAdd": "+", "Invert": "~", "Not": "not "}
IN_PLACE = ("Add", "Sub", "Mult", "Div", "FloorDiv", "Mod", "BitOr", "BitAnd", "BitXor")
HUGE = frozenset(("10**20", "-2**63", "1e300", "float('inf')"))
"""Left out as the right side of `**`, `<<` and repetition, where the honest answer is larger than any memory."""


FITTING: dict[str, list[list[str]]] = {
    "complex": [[real, imag] for real in ("1j", "2", "True", "'1'") for imag in ("1j", "2", "-0.0")],
    "isinstance": [[value, kind] for value in VALUES for kind in ("int", "Plain", "str")],
    "issubclass": [[value, kind] for value in ("int", "Plain", "bool", "1") for kind in ("int", "Plain", "1")],
    "setattr": [[value, "'a'", "1"] for value in VALUES],
    "delattr": [[value, "'x'"] for value in VALUES],
    "getattr": [[value, name] for value in VALUES for name in ("'x'", "'real'")],
    "hasattr": [[value, name] for value in VALUES for name in ("'x'", "'real'")],
    "super": [["int", "1"], ["Plain", "Plain(1)"], ["List", "List([1])"]],
    "type": [["'T'", "()", "{}"], ["'a'", "()", "{'a':1,'b':2}"]],
}
"""Arguments that make sense, for builtins that few others do."""


def builtin_items() -> Iterator[Item]:
    """Each builtin function and constructor."""
    for name in BUILTIN_CALLS:
        arguments = ARGUMENTS + FITTING.get(name, [])
        yield {"key": f"builtin {name}", "do": "calls", "call": f"{name}(*a)", "arguments": arguments}


def exception_items(names: Sequence[str]) -> Iterator[Item]:
    """Each builtin exception class."""
    for name in names:
        yield {"key": f"builtin {name}", "do": "calls", "call": f"{name}(*a)", "arguments": ARGUMENTS}


def attribute_items() -> Iterator[Item]:
    """Which attributes the receivers have: asked first, since the answers make the other items."""
    for kind, receivers in RECEIVERS.items():
        for receiver in receivers:
            yield {"key": f"dir {kind}", "do": "attributes", "of": receiver, "setup": SETUP}


def method_items(names: Mapping[str, Sequence[str]]) -> Iterator[Item]:
    """Each attribute of each type of receiver, read and called. `names`: type → attributes that any tier has."""
    for kind, attributes in names.items():
        receivers = RECEIVERS[kind]
        for name in attributes:
            if name in NOT_CALLED:
                continue
            base = {"key": f"attribute {name}", "receiver": kind, "do": "calls", "receivers": list(receivers)}
            yield {**base, "call": f"called(r.{name})", "arguments": [[]], "setup": [*SETUP, READ], "read": True}
            dunder = name.startswith("__")
            arguments = [each for each in ARGUMENTS if len(each) < 2 or (not dunder and kind != "type")]
            if dunder and kind in ("type", "object", "dict", "list"):
                arguments = [each for each in ARGUMENTS if len(each) < 3]
            yield {**base, "call": f"r.{name}(*a)", "arguments": arguments, "setup": SETUP, "keep": True}


READ = "def called(x): return 'callable' if callable(x) and not isinstance(x, type) else x"


def operator_items() -> Iterator[Item]:
    """Each operator on each pair of values."""
    for node, sign in BINARY.items():
        pairs = [[left, right] for left in VALUES for right in VALUES if not heavy(node, left, right)]
        yield {"key": f"operator {node}", "do": "calls", "call": f"a[0] {sign} a[1]", "arguments": pairs}
    for node, sign in UNARY.items():
        yield {"key": f"operator {node}", "do": "calls", "call": f"{sign}a[0]", "arguments": [[v] for v in VALUES]}
    for node, sign in BINARY.items():
        pairs = [[left, right] for left in LITERALS for right in LITERALS if not heavy(node, left, right)]
        yield folded(node, f"({{}}) {sign} ({{}})", pairs)
    for node, sign in UNARY.items():
        yield folded(node, f"{sign}({{}})", [[value] for value in LITERALS])
    pairs = [[left, right] for left in VALUES for right in VALUES]
    yield {"key": "operator Subscript", "do": "calls", "call": "a[0][a[1]]", "arguments": pairs}
    yield {
        "key": "operator Call",
        "do": "calls",
        "call": "a[0](a[1])",
        "arguments": [[f, v] for f in VALUES if TYPE_OF[f] not in ("type", "builtin", "function") for v in ("1",)],
    }
    for key, call in STATEMENTS.items():
        yield {
            "key": f"operator {key}",
            "do": "calls",
            "call": call,
            "setup": [HELPERS],
            "arguments": [[value] for value in VALUES],
        }
    for key, call in STORES.items():
        yield {"key": f"operator {key}", "do": "calls", "call": call, "setup": [HELPERS], "arguments": pairs}
    for node in IN_PLACE:
        changed = [
            [left, right] for left in (*VALUES, "Acc()") for right in (*VALUES, "Acc()") if not heavy(node, left, right)
        ]
        call = f"changed({BINARY[node]!r}, a[0], a[1])"
        yield {"key": f"operator Aug{node}", "do": "calls", "call": call, "setup": [HELPERS], "arguments": changed}


def folded(node: str, call: str, arguments: list[list[str]]) -> Item:
    """An operator between literals, which a compiler may compute."""
    return {"key": f"operator Folded{node}", "do": "calls", "call": call, "arguments": arguments, "spelled": True}


def heavy(node: str, left: str, right: str) -> bool:
    """Whether the honest answer would not fit."""
    if node in ("Pow", "LShift"):
        return right in HUGE or (left in HUGE and right in ("255",))
    return node == "Mult" and (left in HUGE or right in HUGE) and TYPE_OF[left] != TYPE_OF[right]


STATEMENTS = {
    "For": "iterate(a[0])",
    "Unpack": "unpack(a[0])",
    "UnpackStar": "starred(a[0])",
    "Starred": "spread(a[0])",
    "CallStar": "call_star(a[0])",
    "CallKeywords": "call_keywords(a[0])",
    "With": "with_it(a[0])",
    "Raise": "raises(a[0])",
    "ExceptHandler": "catches(a[0])",
    "YieldFrom": "delegate(a[0])",
    "ClassBase": "base(a[0])",
    "If": "truth(a[0])",
    "DictMerge": "merge(a[0])",
    "FormattedValue": "show(a[0])",
    "Match": "match(a[0])",
    "Missing": "a[0].missing",
}
STORES = {
    "StoreSubscript": "store(a[0], a[1])",
    "DeleteSubscript": "delete(a[0], a[1])",
    "Dict": "keyed(a[0], a[1])",
    "Set": "collect(a[0], a[1])",
    "StoreAttribute": "attribute(a[0], a[1])",
}
