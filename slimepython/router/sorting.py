"""Sorting compares in another order on Light: finds where that could show; imports router modules."""

from __future__ import annotations

from typing import Any, Final

from slimepython.router.calls import called_name
from slimepython.router.findings import Findings
from slimepython.router.signals import Kind
from slimepython.router.syntax import _ast, words


def check_sorting(findings: Findings) -> None:
    """Sorting compares in another order: that shows when comparing does something, or when the order is not total."""
    if "sort_compares" in findings.tables.facts:
        return
    script = findings.script
    if not any(name in script.names or name in script.attributes for name in SORTING):
        return
    nan = next(iter(script.uses("nan")), None)
    for node in script.of(_ast.Constant):
        if isinstance(node.value, str) and node.value.strip().lower() in ("nan", "+nan", "-nan"):
            nan = node
    why = "sorting compares in another order, and this is more than a comparison"
    for name in ("__lt__", "__gt__"):
        for function in findings.script.functions.get(name, ()):
            if not _is_quiet(function):
                findings.add(function, Kind.UNSUPPORTED, name, why)
    for node in (each.up for each in script.uses("cmp_to_key")):
        if isinstance(node, _ast.Call) and called_name(node) == "cmp_to_key" and node.args:
            given = node.args[0]
            found = findings.script.functions.get(given.id, []) if isinstance(given, _ast.Name) else [given]
            if not found or not all(_is_quiet(each) for each in found):
                findings.add(node, Kind.UNSUPPORTED, "cmp_to_key", why)
    if nan is not None:
        findings.add(nan, Kind.UNSUPPORTED, "nan", "sorting compares in another order, and with NaN that shows")


SORTING: Final = words("sorted sort min max insort heappush heapify nlargest nsmallest merge")
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


def _is_quiet(function: Any) -> bool:
    """Whether a function only computes, as far as can be seen: it calls nothing but simple builtins, and changes
    nothing."""
    if not isinstance(function, (_ast.FunctionDef, _ast.Lambda)):
        return False
    stack: list[Any] = [function.body] if isinstance(function, _ast.Lambda) else list(function.body)
    while stack:
        node = stack.pop()
        if isinstance(node, _ast.Lambda):
            continue  # made, and not called here
        if isinstance(node, LOUD) or (
            isinstance(node, (_ast.Attribute, _ast.Subscript)) and not isinstance(node.ctx, _ast.Load)
        ):
            return False
        if isinstance(node, _ast.Call) and called_name(node) not in QUIET:
            return False
        for field in node._fields:
            value = getattr(node, field, None)
            stack += (
                [each for each in value if isinstance(each, _ast.AST)]
                if isinstance(value, list)
                else ([value] if isinstance(value, _ast.AST) else [])
            )
    return True


QUIET: Final = words("""isinstance len abs int float str tuple lower upper bool type min max ord sorted""")
