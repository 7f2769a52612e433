"""Whether code only computes: how often and in which order it runs cannot be seen then; imports router modules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from slimepython.router.findings import Findings
from slimepython.router.syntax import _ast, words

LOUD: Final = (
    _ast.AugAssign,
    _ast.Global,
    _ast.Nonlocal,
    _ast.Yield,
    _ast.YieldFrom,
    _ast.Await,
    _ast.NamedExpr,
    _ast.Raise,
)
BUILTINS: Final = words(
    """isinstance issubclass len abs int float str repr tuple bool type min max ord chr sorted round any all sum divmod
    range zip enumerate hash super frozenset set list dict"""
)
METHODS: Final = words(
    """lower upper strip lstrip rstrip title capitalize casefold swapcase startswith endswith split join replace count
    find zfill ljust rjust center isdigit isalpha isalnum isupper islower isspace get items keys values bit_length"""
)
"""Of texts, numbers and dicts; a script's own functions of these names are looked at as well."""
COMPARING: Final = words("__eq__ __ne__ __lt__ __le__ __gt__ __ge__ __contains__ __hash__")
HOOKS: Final[dict[type, frozenset[str]]] = {
    _ast.Attribute: words("__getattr__ __getattribute__ __get__"),
    _ast.Subscript: words("__getitem__ __missing__ __hash__ __eq__"),
    _ast.Compare: COMPARING,
    _ast.BinOp: words(
        """__add__ __radd__ __sub__ __rsub__ __mul__ __rmul__ __truediv__ __rtruediv__ __floordiv__ __rfloordiv__
        __mod__ __rmod__ __pow__ __rpow__ __and__ __rand__ __or__ __ror__ __xor__ __rxor__ __matmul__ __rmatmul__"""
    ),
    _ast.UnaryOp: words("__neg__ __pos__ __invert__ __bool__ __len__"),
    _ast.BoolOp: words("__bool__ __len__"),
    _ast.IfExp: words("__bool__ __len__"),
    _ast.FormattedValue: words("__format__ __str__ __repr__"),
    _ast.Call: words("__str__ __repr__ __len__ __int__ __float__ __bool__ __abs__ __iter__ __round__ __index__")
    | COMPARING,
}
"""Which special methods each kind of syntax may call."""
PROPERTIES: Final = frozenset(("property", "cached_property"))
RAISED: Final[dict[type, tuple[str, ...]]] = {
    _ast.Subscript: ("KeyError", "IndexError"),
    _ast.Div: ("ZeroDivisionError",),
    _ast.FloorDiv: ("ZeroDivisionError",),
    _ast.Mod: ("ZeroDivisionError",),
    _ast.Call: ("ValueError",),
}
"""What may be raised for some values and not for others."""


def is_quiet(findings: Findings, function: Any, seen: frozenset[int] = frozenset()) -> bool:
    """Whether a function only computes, as far as can be seen; `seen`: functions that are being looked at."""
    if not isinstance(function, (_ast.FunctionDef, _ast.Lambda)):
        return False
    body = [function.body] if isinstance(function, _ast.Lambda) else function.body
    return id(function) in seen or computes(findings, body, seen | {id(function)})


def computes(findings: Findings, nodes: Iterable[Any], seen: frozenset[int] = frozenset()) -> bool:
    """Whether code calls nothing but simple builtins, and changes nothing; and so do the special methods behind it."""
    hooks: set[str] = set()
    for node in inside(nodes):
        if isinstance(node, LOUD) or (
            isinstance(node, (_ast.Attribute, _ast.Subscript)) and not isinstance(node.ctx, _ast.Load)
        ):
            return False
        if isinstance(node, _ast.Call) and not _calls_quietly(findings, node, seen):
            return False
        hooks |= HOOKS.get(node.__class__, frozenset())
    functions = findings.script.functions
    special = [each for name in hooks & functions.keys() for each in functions[name]]
    if "__get__" in hooks:
        special += _properties(findings)
    return all(is_quiet(findings, each, seen) for each in special)


def may_fail(findings: Findings, nodes: Iterable[Any]) -> bool:
    """Whether code may fail for some values, and the script goes on after that."""
    kinds = {node.op.__class__ if isinstance(node, _ast.BinOp) else node.__class__ for node in inside(nodes)}
    return any(findings.is_caught(name) for kind in kinds for name in RAISED.get(kind, ()))


def _calls_quietly(findings: Findings, call: Any, seen: frozenset[int]) -> bool:
    function = call.func
    if isinstance(function, _ast.Name):
        builtin = findings.kinds.builtin(function)
        if builtin is not None:
            return builtin in BUILTINS
        name = function.id
    elif isinstance(function, _ast.Attribute):
        name = function.attr
        if name in METHODS and name not in findings.script.functions:
            return True
    else:
        return False
    found = findings.script.functions.get(name, ())
    return len(found) == 1 and not found[0].decorator_list and is_quiet(findings, found[0], seen)


def _properties(findings: Findings) -> Iterator[Any]:
    """Functions that are run when an attribute is read."""
    for node in (each for name in PROPERTIES for each in findings.script.uses(name)):
        if isinstance(node.up, _ast.FunctionDef):
            yield node.up
        for given in node.up.args if isinstance(node.up, _ast.Call) else ():
            yield from findings.script.functions.get(given.id, ()) if isinstance(given, _ast.Name) else (given,)


def inside(nodes: Iterable[Any]) -> Iterator[Any]:
    """All nodes of some code, but not of the functions that it makes."""
    stack = list(nodes)
    while stack:
        node = stack.pop()
        if isinstance(node, _ast.Lambda):
            continue  # made, and not called here
        yield node
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, list):
                stack += [each for each in value if isinstance(each, _ast.AST)]
            elif isinstance(value, _ast.AST):
                stack.append(value)
