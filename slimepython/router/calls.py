"""How a callee is used: with which arguments and keywords; imports router.findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from slimepython.router.findings import Findings
from slimepython.router.signals import Kind
from slimepython.router.syntax import _ast
from slimepython.router.tables import Shape

PROGRAMS: Final = frozenset(("eval", "exec", "compile"))
"""Builtins that run, or prepare to run, a text."""


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


def note_name(findings: Findings, node: Any, kind: Kind, subject: str, why: str) -> None:
    """A builtin that a trial may use with care, or else a signal."""
    names = findings.script.names
    uses = names.get(node.id, ()) if PROGRAMS.isdisjoint(names) else None
    guarded = findings.guards is not None and findings.guards.name(node, uses)
    (findings.guarded if guarded else findings.add)(node, kind, subject, why)


def called_name(node: Any) -> str:
    func = node.func
    name: str = func.id if isinstance(func, _ast.Name) else func.attr if isinstance(func, _ast.Attribute) else ""
    return name
