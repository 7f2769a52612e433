"""How a callee is used: with which arguments and keywords; imports router.findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from slimepython.router.findings import Findings
from slimepython.router.syntax import _ast
from slimepython.router.tables import Shape


def use(node: Any) -> tuple[list[Any] | None, int]:
    """With which arguments a callee is called (None: not known), and with how many keywords."""
    call = node.up
    if isinstance(call, _ast.Call) and call.func is node:
        starred = any(isinstance(each, _ast.Starred) for each in call.args) or any(
            each.arg is None for each in call.keywords
        )
        return (None if starred else list(call.args)), len(call.keywords)
    return None, 0


def check_keywords(findings: Findings, call: Any, name: str) -> None:
    """Keyword arguments of something that the script did not define: each was tried, or it is not known."""
    for each in call.keywords:
        if (
            each.arg is not None
            and f"{name} {each.arg}" not in findings.tables.keywords
            and name not in ("dict", "print")
        ):
            findings.unlisted(each.value, f"{name}({each.arg}=)", "it was not compared with this keyword")


def guard_call(findings: Findings, node: Any, *, method: bool) -> Callable[[Sequence[Shape]], bool] | None:
    """How a trial may look at what something is called with."""
    guards = findings.guards
    return None if guards is None else lambda shapes: guards.function(node, shapes, method=method)


def called_name(node: Any) -> str:
    func = node.func
    name: str = func.id if isinstance(func, _ast.Name) else func.attr if isinstance(func, _ast.Attribute) else ""
    return name
