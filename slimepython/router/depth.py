"""Finds recursion that may go too deep, and random numbers without a seed; imports router modules."""

from __future__ import annotations

from typing import Any, Final

from slimepython.router.exceptions import catches_recursion
from slimepython.router.findings import Findings
from slimepython.router.signals import Kind
from slimepython.router.syntax import _ast

SMALL: Final = 300
"""Deepest recursion that both tiers certainly allow, with room for the frames around it."""


def check_depth(findings: Findings) -> None:
    """Functions that may call themselves: how deep they may go differs, and so does what happens then."""
    functions = findings.script.functions
    if not functions or (findings.thrown_away and not catches_recursion(findings)):
        # A run that went too deep on Light is thrown away; Full allows no less.
        return
    if "RecursionError" in findings.caught:
        # Whoever catches it expects it, in whatever way it comes about.
        for node in findings.script.names.get("RecursionError", ())[:1]:
            findings.add(node, Kind.DEEP, "RecursionError", "how deep recursion may go differs")
    calls: dict[str, set[str]] = {name: set() for name in functions}
    sites: dict[str, list[Any]] = {name: [] for name in functions}
    for node in findings.script.of(_ast.Call):
        name = (
            node.func.id
            if isinstance(node.func, _ast.Name)
            else node.func.attr
            if isinstance(node.func, _ast.Attribute)
            else None
        )
        if name is None or name not in functions:
            continue
        if isinstance(node.func, _ast.Attribute) and _is_super(node.func.value):
            continue
        around = node.scope
        while around is not None and around.kind != "function":
            around = around.parent
        owner = getattr(around.node, "name", "") if around is not None else ""
        if owner in calls:
            calls[owner].add(name)
        sites[name].append(node)
    recursive = {name for name in functions if _reaches(calls, name)}
    if not recursive:
        return
    for name in sorted(recursive):
        findings.add(functions[name][0], Kind.DEEP, name, "it may call itself, and how deep that may go differs")


def _is_super(node: Any) -> bool:
    return isinstance(node, _ast.Call) and isinstance(node.func, _ast.Name) and node.func.id == "super"


def _reaches(calls: dict[str, set[str]], name: str) -> bool:
    seen: set[str] = set()
    work = list(calls[name])
    while work:
        at = work.pop()
        if at == name:
            return True
        if at not in seen:
            seen.add(at)
            work += calls.get(at, ())
    return False


def check_seed(findings: Findings) -> None:
    """Random numbers must have been seeded by the script itself, with a constant, before anything else is asked of
    them."""
    script = findings.script
    if not any(target.partition(":")[0] == "random" for found in script.imports.values() for target in found):
        return
    seeded = 0
    for statement in script.module.node.body:
        value = statement.value if isinstance(statement, _ast.Expr) else None
        if isinstance(value, _ast.Call) and _random_name(findings, value.func) == "seed" and _is_constant(value.args):
            seeded = statement.lineno
            break
    for node in script.of(_ast.Name, _ast.Attribute):
        name = _random_name(findings, node)
        if name is None or not isinstance(node.ctx, _ast.Load):
            continue
        called = node.up if isinstance(node.up, _ast.Call) and node.up.func is node else None
        if name == "Random":
            if called is None or not _is_constant(called.args):
                findings.add(node, Kind.EFFECT, "random.Random", "it is not seeded with a constant")
        elif (name != "seed" or called is None or not _is_constant(called.args)) and (
            not seeded or (node.lineno < seeded and node.scope is script.module)
        ):
            findings.add(node, Kind.EFFECT, f"random.{name}", "it is not seeded with a constant before")


def _random_name(findings: Findings, node: Any) -> str | None:
    if isinstance(node, _ast.Attribute) and findings.script.module_of(node.value) == "random":
        return str(node.attr)
    if isinstance(node, _ast.Name):
        origin = findings.script.imported(node.id)
        if origin is not None and origin[0] == "random":
            return origin[1]
    return None


def _is_constant(arguments: list[Any]) -> bool:
    return (
        len(arguments) == 1 and isinstance(arguments[0], _ast.Constant) and isinstance(arguments[0].value, (int, str))
    )
