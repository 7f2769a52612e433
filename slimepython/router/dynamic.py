"""Code and attribute names that are computed; imports router modules.

A text that can only be one of a few constants is read like the script itself. What cannot be known beforehand is a
signal.
"""

from __future__ import annotations

from typing import Any, Final

from slimepython.router.calls import PROGRAMS, note_name
from slimepython.router.findings import Findings
from slimepython.router.signals import Kind
from slimepython.router.syntax import _ast

ATTRIBUTE_HOOKS: Final = frozenset(("__getattr__", "__getattribute__", "__setattr__", "__delattr__"))
BY_NAME: Final = frozenset(("getattr", "setattr", "delattr", "hasattr"))


def texts(findings: Findings, node: Any, depth: int = 0) -> list[str] | None:
    """The constant texts that an expression can be, or None when it can be others."""
    if isinstance(node, _ast.Constant):
        return [node.value] if isinstance(node.value, str) else None
    if isinstance(node, _ast.IfExp):
        return _joined(findings, [node.body, node.orelse], depth)
    if isinstance(node, _ast.Name) and depth < 4:
        scope = findings.script.resolve(node.id, node.scope)
        if scope is None:
            return None
        found: list[str] = []
        for how, value in scope.bound[node.id]:
            more = (
                texts(findings, value, depth + 1)
                if how == "assign"
                else items(findings, value, depth + 1)
                if how == "for"
                else None
            )
            if more is None and how == "other" and isinstance(value, (_ast.Tuple, _ast.List)):
                more = _unpacked(findings, node.id, value, depth)
            if more is None:
                return None
            found += more
        return found
    return None


def items(findings: Findings, node: Any, depth: int) -> list[str] | None:
    """The texts that iterating over an expression gives."""
    if isinstance(node, (_ast.List, _ast.Tuple)):
        return _joined(findings, node.elts, depth)
    if isinstance(node, _ast.Dict):
        return _joined(findings, node.keys, depth)
    if isinstance(node, _ast.Constant) and isinstance(node.value, str):
        return list(node.value)
    if (
        isinstance(node, _ast.Call)
        and isinstance(node.func, _ast.Attribute)
        and node.func.attr == "split"
        and not node.args
    ):
        return (
            node.func.value.value.split()
            if isinstance(node.func.value, _ast.Constant) and isinstance(node.func.value.value, str)
            else None
        )
    if isinstance(node, _ast.Name) and depth < 4 and _is_fixed(findings, node.id):
        scope = findings.script.resolve(node.id, node.scope)
        bindings = scope.bound[node.id] if scope else []
        if len(bindings) == 1 and bindings[0][0] == "assign":
            return items(findings, bindings[0][1], depth + 1)
    return None


def _is_fixed(findings: Findings, name: str) -> bool:
    """Whether a container's name is only ever iterated over, measured or indexed: nobody can have changed it."""
    return all(
        isinstance(node.ctx, _ast.Store)
        or (isinstance(node.up, (_ast.For, _ast.comprehension)) and node.up.iter is node)
        or (isinstance(node.up, _ast.Subscript) and isinstance(node.up.ctx, _ast.Load) and node.up.value is node)
        or (isinstance(node.up, _ast.Call) and findings.kinds.builtin(node.up.func) in ("len", "sorted", "max", "min"))
        for node in findings.script.of(_ast.Name)
        if node.id == name
    )


def _unpacked(findings: Findings, name: str, target: Any, depth: int) -> list[str] | None:
    """A name in `for a, b in [(…), …]`: its place in each of the tuples."""
    loop = target.up
    if not isinstance(loop, (_ast.For, _ast.comprehension)) or loop.target is not target:
        return None
    place = next((at for at, each in enumerate(target.elts) if isinstance(each, _ast.Name) and each.id == name), None)
    source = loop.iter
    if (
        isinstance(source, _ast.Call)
        and isinstance(source.func, _ast.Attribute)
        and source.func.attr == "items"
        and place is not None
    ):
        held = source.func.value
        if isinstance(held, _ast.Dict):
            return _joined(findings, held.keys if place == 0 else held.values, depth)
        return None
    if place is None or not isinstance(source, (_ast.List, _ast.Tuple)):
        return None
    rows = source.elts
    if not all(isinstance(row, (_ast.List, _ast.Tuple)) and len(row.elts) > place for row in rows):
        return None
    return _joined(findings, [row.elts[place] for row in rows], depth)


def _joined(findings: Findings, nodes: list[Any], depth: int) -> list[str] | None:
    found: list[str] = []
    for each in nodes:
        more = texts(findings, each, depth) if each is not None else None
        if more is None:
            return None
        found += more
    return found


def programs(findings: Findings) -> list[tuple[Any, str]]:
    """Texts that `eval`, `exec` and `compile` are given; a computed one is a signal."""
    found: list[tuple[Any, str]] = []
    for node in findings.script.of(_ast.Name):
        if node.id not in PROGRAMS or findings.kinds.builtin(node) is None:
            continue
        call = node.up
        if not isinstance(call, _ast.Call) or call.func is not node or not call.args or call.keywords:
            findings.add(node, Kind.DYNAMIC_CODE, node.id, "it runs code that cannot be read beforehand")
            continue
        source = call.args[0]
        if node.id != "compile" and _is_compiled(findings, source):
            continue
        known = texts(findings, source)
        if known is None:
            findings.add(node, Kind.DYNAMIC_CODE, node.id, "it runs code that cannot be read beforehand")
        else:
            found += [(node, each.strip() if node.id != "exec" else each) for each in known]
    return found


def _is_compiled(findings: Findings, node: Any) -> bool:
    """Whether an expression can only be what `compile` gave: that was read where it was compiled."""
    if isinstance(node, _ast.Call):
        return findings.kinds.builtin(node.func) == "compile"
    if isinstance(node, _ast.Name):
        scope = findings.script.resolve(node.id, node.scope)
        return scope is not None and all(
            how == "assign" and _is_compiled(findings, value) for how, value in scope.bound[node.id]
        )
    return False


def check_computed_attribute(findings: Findings, node: Any) -> None:
    """`getattr(x, name)` and its kin: the name must be one that could have been written with a dot."""
    call = node.up
    if not isinstance(call, _ast.Call) or call.func is not node or len(call.args) < 2 or call.keywords:
        findings.add(node, Kind.DYNAMIC_CODE, node.id, "it takes attributes by a computed name")
        return
    name = call.args[1]
    known = texts(findings, name)
    if known is not None:
        for each in known:
            check_written(findings, node, call.args[0], each)
        return
    if _is_passed_on(findings, name) or _has_safe_prefix(findings, name):
        return
    if findings.kinds.of(call.args[0]) == frozenset(("object",)) and not _spells_dunders(findings):
        # What the script's own objects have, the script gave them: except for special names, and those it cannot spell.
        return
    why = "it takes an attribute by a computed name"
    starred = any(isinstance(each, _ast.Starred) for each in call.args)
    (Findings.add if starred else note_name)(findings, node, Kind.DYNAMIC_CODE, node.id, why)


def check_written(findings: Findings, node: Any, receiver: Any, name: str) -> None:
    """An attribute by a constant name: as if it had been written with a dot."""
    from slimepython.router.attributes import check_attribute

    attribute = _ast.Attribute(receiver, name, _ast.Load() if node.id != "setattr" else _ast.Store())
    attribute.lineno, attribute.col_offset = node.lineno, node.col_offset
    attribute.up = node.up
    attribute.scope = node.scope
    check_attribute(findings, attribute)


def _is_passed_on(findings: Findings, node: Any) -> bool:
    """The name that `__getattr__` and its kin were given: it was written, and judged, elsewhere."""
    if not isinstance(node, _ast.Name):
        return False
    scope = findings.script.resolve(node.id, node.scope)
    if scope is None or scope.kind != "function" or getattr(scope.node, "name", "") not in ATTRIBUTE_HOOKS:
        return False
    return [how for how, _ in scope.bound[node.id]] == ["parameter"]


def _has_safe_prefix(findings: Findings, node: Any) -> bool:
    """`f"visit_{…}"`: nothing but the script's own objects has names that begin so."""
    prefix = None
    if isinstance(node, _ast.JoinedStr) and node.values and isinstance(node.values[0], _ast.Constant):
        prefix = node.values[0].value
    elif isinstance(node, _ast.BinOp) and isinstance(node.op, _ast.Add) and isinstance(node.left, _ast.Constant):
        prefix = node.left.value
    if not isinstance(prefix, str) or len(prefix) < 2 or prefix.startswith("__"):
        return False
    tables = findings.tables
    every = [tables.attributes.names()]
    for found in findings.script.imports.values():
        for target in found:
            module = tables.modules.get(target.partition(":")[0])
            if module is not None:
                every += [module.names.names(), module.members.names(), module.others]
    return not any(name.startswith(prefix) for names in every for name in names)


def _spells_dunders(findings: Findings) -> bool:
    """Whether a text in the script could be, or become, a special name."""
    return any(
        isinstance(node.value, str)
        and (
            "__" in node.value.replace("__main__", "")
            or node.value.strip("_") == "" != node.value
            or node.value[-1:] == "_"
        )
        and not (isinstance(node.up, _ast.Call) and _is_setter(node.up))
        for node in findings.script.of(_ast.Constant)
    )


def _is_setter(call: Any) -> bool:
    """`object.__setattr__(self, "_name", …)`: a written name."""
    return isinstance(call.func, _ast.Attribute) and call.func.attr == "__setattr__"
