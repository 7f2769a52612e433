"""Which exceptions a script may show the text of; imports router modules."""

from __future__ import annotations

import builtins
from typing import Any, Final

from slimepython.router.findings import EVERYTHING, Findings
from slimepython.router.signals import Kind
from slimepython.router.syntax import _ast
from slimepython.router.unbound import may_be_unbound

QUIET_ATTRIBUTES: Final = frozenset(("__class__", "value", "code", "errno", "exceptions", "key", "name"))
CHAINED: Final = frozenset(("__context__", "__cause__", "__traceback__"))
SAMPLED_ENOUGH: Final = frozenset(("dataclasses", "enum", "abc", "graphlib"))
"""Modules whose few errors were all compared."""
BROAD: Final = frozenset(("RecursionError", "RuntimeError", "Exception", "BaseException"))


def find_shown(findings: Findings) -> None:
    """Fill `findings.shown`: what is caught by a name that is then used for more than its type."""
    script = findings.script
    for node in script.of(_ast.ExceptHandler):
        findings.caught |= types(findings, node.type)
        if node.name and any(_shows(use) for use in uses(node)):
            shown = types(findings, node.type)
            findings.shown |= shown
            for each in sorted(shown):
                if "." in each and each.partition(".")[0] not in SAMPLED_ENOUGH:
                    why = "the texts of this module's errors were only sampled"
                    findings.add(node, Kind.EXC_TEXT_DEP, each, why)
    for name in CHAINED:
        for node in script.attributes.get(name, ()):
            if isinstance(node.ctx, _ast.Load) and not (name == "__traceback__" and _is_none_test(node)):
                findings.shown.add(EVERYTHING)
    for name in ("__exit__", "__aexit__"):
        for node in script.functions.get(name, ()):
            _exit(findings, node)
    if script.uses("suppress"):
        findings.caught.add(EVERYTHING)
    if any(each.arg == "return_exceptions" for each in script.of(_ast.keyword)):
        findings.shown.add(EVERYTHING)


def uses(handler: Any) -> list[Any]:
    """Where a handler's name is read: in its body, by the tree and not by the text."""
    found: list[Any] = []
    stack = list(handler.body)
    while stack:
        node = stack.pop()
        if isinstance(node, _ast.Name) and node.id == handler.name and isinstance(node.ctx, _ast.Load):
            found.append(node)
        for field in node._fields:
            value = getattr(node, field, None)
            stack += (
                [each for each in value if isinstance(each, _ast.AST)]
                if isinstance(value, list)
                else ([value] if isinstance(value, _ast.AST) else [])
            )
    return found


def _shows(node: Any) -> bool:
    """Whether a use of an exception is for more than its type or what the script itself put into it."""
    up = node.up
    if isinstance(up, _ast.Raise):
        return False
    if isinstance(up, _ast.Attribute):
        return up.attr not in QUIET_ATTRIBUTES and up.attr in (
            "args",
            "msg",
            "message",
            "strerror",
            "reason",
            "with_traceback",
            "add_note",
            "__str__",
            "__repr__",
            "__notes__",
        )
    if isinstance(up, _ast.Call) and isinstance(up.func, _ast.Name) and up.func.id in ("type", "isinstance"):
        return False
    return not isinstance(up, _ast.Compare) or not all(isinstance(op, (_ast.Is, _ast.IsNot)) for op in up.ops)


def types(findings: Findings, node: Any) -> set[str]:
    """The builtin exceptions that a handler's type stands for; none for a class of the script's own."""
    if node is None:
        return {EVERYTHING}
    if isinstance(node, _ast.Tuple):
        return set().union(*(types(findings, each) for each in node.elts))
    if isinstance(node, _ast.Name):
        if findings.kinds.builtin(node):
            raised = getattr(builtins, node.id, None)
            if isinstance(raised, type) and issubclass(raised, BaseException):
                return {EVERYTHING} if raised in (Exception, BaseException) else {node.id}
        elif len(findings.script.classes.get(node.id, ())) == 1:
            return set()
        elif (origin := findings.script.imported(node.id)) is not None:
            return _of_module(*origin)
    if isinstance(node, _ast.Attribute) and (module := findings.script.module_of(node.value)) is not None:
        return _of_module(module, node.attr)
    return {EVERYTHING}


def _of_module(module: str, name: str) -> set[str]:
    """A module's own exception, whose texts are compared with the module."""
    return {f"{module}.{name}"}


def _is_none_test(node: Any) -> bool:
    return isinstance(node.up, _ast.Compare)


def _exit(findings: Findings, node: Any) -> None:
    """`__exit__(self, kind, value, traceback)` may show its value."""
    if not all(_is_false(each.value) for each in _returns(node)):
        findings.caught.add(EVERYTHING)
    names = [each.arg for each in node.args.args]
    if len(names) < 3:
        findings.shown |= {EVERYTHING} if node.args.vararg and _used(node, node.args.vararg.arg) else set()
        return
    for use in _named(node, names[2]):
        up = use.up
        quiet = isinstance(up, _ast.Compare) or (
            isinstance(up, _ast.Call)
            and isinstance(up.func, _ast.Name)
            and up.func.id in ("isinstance", "type", "bool")
        )
        if not quiet and not isinstance(up, (_ast.If, _ast.IfExp, _ast.UnaryOp)):
            findings.shown.add(EVERYTHING)


def _returns(function: Any) -> list[Any]:
    """The `return` statements of a function (and of those in it)."""
    found = []
    stack = list(function.body)
    while stack:
        node = stack.pop()
        if isinstance(node, _ast.Return):
            found.append(node)
        stack += [
            each for field in ("body", "orelse", "finalbody", "handlers", "cases") for each in getattr(node, field, ())
        ]
    return found


def _used(function: Any, name: str) -> bool:
    return bool(_named(function, name))


def _named(function: Any, name: str) -> list[Any]:
    handler = _ast.ExceptHandler(None, name, function.body)
    return uses(handler)


def check_facts(findings: Findings) -> None:
    """Texts that do not belong to any one builtin: of abstract classes, of variables that are not bound yet."""
    script, tables = findings.script, findings.tables
    abstract = script.uses("abstractmethod")
    if abstract and "abc:text" not in tables.facts:
        if findings.is_shown("TypeError"):
            findings.differs(abstract[0], "TypeError", "abstract class")
        elif not findings.thrown_away:
            check_abstract(findings, abstract)
    if "UnboundLocalError" in tables.facts or findings.kind_of("UnboundLocalError") is None:
        return
    for node in script.of(_ast.Name):
        if isinstance(node.ctx, _ast.Load) and may_be_unbound(node):
            findings.differs(node, "UnboundLocalError", f"{node.id}, perhaps unbound")


def _last(node: Any) -> str:
    name: str = node.id if isinstance(node, _ast.Name) else node.attr
    return name


def check_abstract(findings: Findings, abstract: list[Any]) -> None:
    """Classes that have abstract methods themselves must not be called."""
    owners = set()
    for node in abstract:
        at = node
        while at is not None and not isinstance(at, _ast.ClassDef):
            at = at.up
        if at is not None:
            owners.add(at.name)
    for node in findings.script.of(_ast.Call):
        if isinstance(node.func, _ast.Name):
            found = findings.script.classes.get(node.func.id, [])
            if any(_abstract_left(findings, each) for each in found):
                findings.differs(node, "TypeError", "abstract class")


def _abstract_left(findings: Findings, node: Any, depth: int = 0) -> set[str]:
    """Names of abstract methods that a class and its bases leave undefined."""
    left: set[str] = set()
    for base in node.bases:
        for each in findings.script.classes.get(base.id, []) if isinstance(base, _ast.Name) and depth < 10 else []:
            left |= _abstract_left(findings, each, depth + 1)
    for each in node.body:
        if isinstance(each, (_ast.FunctionDef, _ast.AsyncFunctionDef)):
            is_abstract = any(
                isinstance(d, (_ast.Name, _ast.Attribute)) and _last(d) == "abstractmethod" for d in each.decorator_list
            )
            left = left | {each.name} if is_abstract else left - {each.name}
        elif isinstance(each, _ast.Assign):
            left -= {target.id for target in each.targets if isinstance(target, _ast.Name)}
    return left


def catches_recursion(findings: Findings) -> bool:
    """Whether anything in the script may catch a `RecursionError`."""
    return EVERYTHING in findings.caught or bool(findings.caught & BROAD)


def _is_false(node: Any) -> bool:
    return node is None or (isinstance(node, _ast.Constant) and not node.value)


__all__ = ["Kind", "catches_recursion", "check_facts", "find_shown"]
