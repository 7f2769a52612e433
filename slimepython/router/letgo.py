"""Finds what a generator does when it is let go before its end: the order of that differs; imports router modules."""

from __future__ import annotations

from typing import Any, Final

from slimepython.router.calls import called_name
from slimepython.router.findings import Findings
from slimepython.router.quiet import inside
from slimepython.router.signals import Kind
from slimepython.router.syntax import _ast, words

FUNCTIONS: Final = (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.Lambda)
TRIES: Final = (_ast.Try, _ast.TryStar)
WITHS: Final = (_ast.With, _ast.AsyncWith)
LOOPS: Final = (_ast.For, _ast.AsyncFor)
ASKED_TO_STOP: Final = frozenset(("GeneratorExit", "BaseException"))
MANAGERS: Final = frozenset(("contextmanager", "asynccontextmanager"))
STACKS: Final = frozenset(("ExitStack", "AsyncExitStack"))
ENTERS: Final = frozenset(("enter_context", "enter_async_context"))
TAKE_ALL: Final = words("list tuple sorted join")
"""What takes all that a generator gives before anything else can fail."""
LEAVES: Final = (_ast.Break, _ast.Return, _ast.Raise, _ast.Yield, _ast.YieldFrom, _ast.Await)


def check_let_go(findings: Findings) -> None:
    """Generators that clean up, and that something may leave before their end."""
    if "let_go" in findings.tables.facts:
        return
    yields: dict[Any, list[Any]] = {}
    for node in findings.script.of(_ast.Yield, _ast.YieldFrom):
        function = _cleaning(node)
        if function is not None:
            yields.setdefault(function, []).append(node)
    guards = findings.guards
    for function, nodes in yields.items():
        if not _is_finished(findings, function):
            guarded = guards is not None and all(guards.suspension(each) for each in nodes)
            why = "it cleans up when nobody goes on with it, and in which order that happens differs"
            (findings.guarded if guarded else findings.add)(function, Kind.IDENTITY, function.name, why)
    if guards is not None and yields:
        for node in findings.script.attributes.get("close", ()):
            if isinstance(node.up, _ast.Call) and node.up.func is node:
                guards.closing(node)


def _cleaning(node: Any) -> Any:
    """The function around a `yield`, if there is something to be done when that is never gone on with."""
    cleans = False
    at = node
    while not isinstance(at, FUNCTIONS):
        up = at.up
        if isinstance(up, TRIES):
            in_body = any(at is each for each in up.body)
            cleans |= bool(up.finalbody) and not any(at is each for each in up.finalbody)
            cleans |= in_body and any(_is_asked_to_stop(each.type) for each in up.handlers)
        elif isinstance(up, WITHS):
            cleans |= any(at is each for each in up.body)
        at = up
    return at if cleans else None


def _is_asked_to_stop(kind: Any) -> bool:
    kinds = kind.elts if isinstance(kind, _ast.Tuple) else [kind]
    return any(not isinstance(each, _ast.Name) or each.id in ASKED_TO_STOP for each in kinds)


def _is_finished(findings: Findings, function: Any) -> bool:
    """Whether each use of a generator function certainly goes on to its end."""
    script = findings.script
    uses = [each for each in script.uses(function.name) if isinstance(each.ctx, _ast.Load)]
    if len(script.functions.get(function.name, ())) != 1 or function.name[:2] == "__":
        return False
    if not function.decorator_list:
        return all(_takes_all(findings, each) for each in uses)
    managed = len(function.decorator_list) == 1 and _name(function.decorator_list[0]) in MANAGERS
    return managed and all(_is_managed(findings, each) for each in uses)


def _takes_all(findings: Findings, use: Any) -> bool:
    call = use.up
    if not isinstance(call, _ast.Call) or call.func is not use:
        return False
    up = call.up
    if isinstance(up, _ast.Starred):
        return True
    if isinstance(up, _ast.Call):
        return up.args == [call] and called_name(up) in TAKE_ALL
    if findings.caught:
        return False  # what is done with an item may fail, and the script go on
    if isinstance(up, _ast.comprehension):
        return up.iter is call and not isinstance(up.up, _ast.GeneratorExp)
    return isinstance(up, LOOPS) and up.iter is call and not any(_may_leave(each) for each in inside(up.body))


def _may_leave(node: Any) -> bool:
    return isinstance(node, LEAVES) or (isinstance(node, _ast.Call) and called_name(node) == "exit")


def _is_managed(findings: Findings, use: Any) -> bool:
    """Whether a `with` enters it, and so leaves it."""
    call = use.up
    if not isinstance(call, _ast.Call) or call.func is not use:
        return False
    up = call.up
    if isinstance(up, _ast.Call) and called_name(up) in ENTERS:
        stacks = [each for name in STACKS for each in findings.script.uses(name)]
        return not findings.script.uses("pop_all") and all(isinstance(each.up.up, _ast.withitem) for each in stacks)
    decorates = isinstance(up, FUNCTIONS) and any(each is call for each in getattr(up, "decorator_list", ()))
    return decorates or isinstance(up, _ast.withitem)


def _name(node: Any) -> str:
    name: str = getattr(node, "id", "") or getattr(node, "attr", "")
    return name
