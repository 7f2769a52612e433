"""Whether a function's variable may be read before it is bound; imports router.syntax."""

from __future__ import annotations

from typing import Any, Final

from slimepython.router.syntax import _ast

BLOCKS: Final = (
    _ast.If,
    _ast.For,
    _ast.AsyncFor,
    _ast.While,
    _ast.Try,
    _ast.TryStar,
    _ast.With,
    _ast.AsyncWith,
    _ast.Match,
)


def may_be_unbound(node: Any) -> bool:
    """Whether a function's variable may be read before it is bound: no binding certainly precedes this use."""
    scope = node.scope
    if scope.kind != "function" or node.id not in scope.bound or node.id in scope.outside:
        return False
    bindings = scope.bound[node.id]
    if any(how in ("parameter", "varargs", "kwargs") for how, _ in bindings):
        return False
    around = set()
    at = node
    while at is not None and at is not scope.node:
        around.add(id(at))
        at = at.up
    for how, value in bindings:
        statement = value
        while (
            statement is not None
            and not isinstance(statement, _ast.stmt)
            and not isinstance(statement, _ast.ExceptHandler)
        ):
            statement = statement.up
        if statement is None or getattr(statement, "lineno", 0) > node.lineno:
            continue
        if how == "for" or (
            isinstance(statement, (_ast.For, _ast.AsyncFor, _ast.ExceptHandler, *WITHS)) and id(statement) in around
        ):
            if id(statement) in around:
                return False
            continue
        block = statement.up
        if block is scope.node or id(block) in around or isinstance(block, WITHS):
            return False
        if (
            isinstance(block, (_ast.Try, _ast.If))
            and (block.up is scope.node or id(block.up) in around)
            and how != "for"
        ) and _bound_on_all_paths(block, node.id):
            return False
    return True


WITHS: Final = (_ast.With, _ast.AsyncWith)


def _bound_on_all_paths(block: Any, name: str) -> bool:
    """Whether each branch of an `if` or `try` binds a name, or leaves."""
    if isinstance(block, _ast.If):
        branches = [block.body, block.orelse]
    else:
        branches = [block.body + block.orelse, *(each.body for each in block.handlers)]
    return all(
        branch
        and (_binds(branch, name) or isinstance(branch[-1], (_ast.Return, _ast.Raise, _ast.Continue, _ast.Break)))
        for branch in branches
    )


def _binds(body: list[Any], name: str) -> bool:
    for statement in body:
        if isinstance(statement, (_ast.Assign, _ast.AugAssign, _ast.AnnAssign)):
            targets = statement.targets if isinstance(statement, _ast.Assign) else [statement.target]
            flat = [each for t in targets for each in (t.elts if isinstance(t, (_ast.Tuple, _ast.List)) else [t])]
            if any(isinstance(each, _ast.Name) and each.id == name for each in flat):
                return True
        elif (
            (isinstance(statement, (_ast.If, _ast.Try)) and _bound_on_all_paths(statement, name))
            or (isinstance(statement, (_ast.FunctionDef, _ast.ClassDef)) and statement.name == name)
            or (isinstance(statement, WITHS) and _binds(statement.body, name))
        ):
            return True
        names = statement.names if isinstance(statement, (_ast.Import, _ast.ImportFrom)) else ()
        if any((alias.asname or alias.name) == name for alias in names):
            return True
    return False
