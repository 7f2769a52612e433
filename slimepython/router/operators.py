"""Judges syntax by the operators and protocols behind it; imports router
modules."""

from __future__ import annotations

from typing import Any, Final

from slimepython.router.findings import Findings
from slimepython.router.formats import check_format_text, check_formatted, check_percent, check_spec, first
from slimepython.router.signals import Kind
from slimepython.router.syntax import _ast, words


def judge(findings: Findings, node: Any, name: str, *arguments: Any) -> None:
    """One operator on these operands."""
    guard = _guard(findings, node, name)
    findings.judge(node, name, findings.tables.operators.get(name), arguments=arguments, guard=guard)


def _guard(findings: Findings, node: Any, name: str) -> Any:
    """How a trial may look at an operator's operands."""
    guards = findings.guards
    if guards is None:
        return None
    if isinstance(node, (_ast.BinOp, _ast.Compare, _ast.AugAssign)):
        return lambda shapes: guards.pair(node, shapes)
    if name in ("StoreSubscript", "Subscript") and isinstance(node, _ast.Subscript):
        return lambda shapes: guards.value(
            node.slice, [shape.arguments[1:2] and shape.arguments[1] for shape in shapes]
        )
    if isinstance(node, _ast.UnaryOp):
        return lambda shapes: guards.value(node.operand, [first(shape) for shape in shapes])
    return None


def _binary(findings: Findings, node: Any) -> None:
    name = node.op.__class__.__name__
    if name == "Mod" and isinstance(node.left, _ast.Constant) and isinstance(node.left.value, str):
        check_percent(findings, node)
    elif not (name == "Pow" and _is_positive(node.right)):  # what differs is about negative and fractional powers
        judge(findings, node, name, node.left, node.right)
    _folded(findings, node, name, node.left, node.right)


def _folded(findings: Findings, node: Any, name: str, *operands: Any) -> None:
    """An operator between literals: what a compiler computes is not always what the interpreter would."""
    if not all(_is_literal(each) for each in operands):
        return
    # Whatever a trial makes of it, it is no operator between literals any more.
    guards = findings.guards
    guard = None if guards is None or not isinstance(node, _ast.BinOp) else lambda _: guards.pair(node, ())
    shapes = findings.tables.operators.get(f"Folded{name}")
    findings.judge(node, f"Folded{name}", shapes, arguments=operands, guard=guard)


def _is_positive(node: Any) -> bool:
    return isinstance(node, _ast.Constant) and isinstance(node.value, int) and node.value > 0


def _is_literal(node: Any) -> bool:
    if isinstance(node, _ast.BinOp):
        return _is_literal(node.left) and _is_literal(node.right)
    if isinstance(node, _ast.UnaryOp):
        return _is_literal(node.operand)
    if isinstance(node, _ast.Tuple):
        return all(_is_literal(each) for each in node.elts)
    return isinstance(node, _ast.Constant)


def _augmented(findings: Findings, node: Any) -> None:
    name = node.op.__class__.__name__
    judge(findings, node, name, node.target, node.value)
    if f"Aug{name}" in findings.tables.operators:
        judge(findings, node, f"Aug{name}", node.target, node.value)
    elif findings.kinds.may_be(node.target, MUTABLE):
        findings.unlisted(node, f"Aug{name}", "this operator was not compared in place")


MUTABLE: Final = frozenset(("list", "dict", "set", "bytearray", "derived", "inplace", "other"))


def _unary(findings: Findings, node: Any) -> None:
    name = node.op.__class__.__name__
    judge(findings, node, name, node.operand)
    _folded(findings, node, name, node.operand)


def _compare(findings: Findings, node: Any) -> None:
    left = node.left
    for operator, right in zip(node.ops, node.comparators, strict=True):
        name = operator.__class__.__name__
        if name in ("Is", "IsNot"):
            if not (_has_identity(findings, left) or _has_identity(findings, right)):
                guarded = findings.guards is not None and findings.guards.identity(node)
                note = findings.guarded if guarded else findings.add
                note(node, Kind.IDENTITY, "is", "which equal numbers and texts are one object differs")
        else:
            judge(findings, node, name, left, right)
        left = right


def _has_identity(findings: Findings, node: Any) -> bool:
    """Whether an operand is certainly something that exists once, or an object that the script made."""
    if isinstance(node, _ast.Constant):
        return (
            (node.value in (None, True, False, ...) and not isinstance(node.value, (int, float)))
            or node.value is True
            or (node.value is False)
        )
    if isinstance(node, _ast.Name):
        if findings.kinds.builtin(node) in ("NotImplemented", "Ellipsis", *TYPES):
            return True
        bound = findings.script.resolve(node.id, node.scope)
        if bound is not None and all(how in ("def", "class") for how, _ in bound.bound[node.id]):
            return True
    if (
        isinstance(node, _ast.Call)
        and isinstance(node.func, _ast.Name)
        and node.func.id == "type"
        and len(node.args) == 1
    ):
        return True
    if isinstance(node, _ast.Attribute) and isinstance(node.value, _ast.Name):
        # A member of an enumeration, or a class in a class.
        found = findings.script.classes.get(node.value.id, [])
        if len(found) == 1 and any(_is_enum(findings, base) for base in found[0].bases):
            return True
    if isinstance(node, _ast.Attribute) and node.attr == "__class__":
        return True
    if isinstance(node, _ast.Name) and (sentinel := _sentinel(findings, node)):
        return sentinel
    kinds = findings.kinds.of(node)
    return kinds is not None and kinds <= {
        "object",
        "function",
        "type",
        "list",
        "dict",
        "NoneType",
        "bool",
        "generator",
        "set",
    }


TYPES: Final = words("int str float list dict tuple set bool type object bytes")


def _sentinel(findings: Findings, node: Any) -> bool:
    """A name that is only ever `object()`, or a member of a module such as `dataclasses.MISSING`."""
    bound = findings.script.resolve(node.id, node.scope)
    if bound is None:
        return False
    return all(
        how == "assign"
        and isinstance(value, _ast.Call)
        and isinstance(value.func, _ast.Name)
        and findings.kinds.builtin(value.func) == "object"
        for how, value in bound.bound[node.id]
    )


def _is_enum(findings: Findings, base: Any) -> bool:
    if isinstance(base, _ast.Name):
        return (findings.script.imported(base.id) or ("", ""))[0] == "enum"
    return isinstance(base, _ast.Attribute) and findings.script.module_of(base.value) == "enum"


def _subscript(findings: Findings, node: Any) -> None:
    if in_annotation(node):
        return
    name = {_ast.Load: "Subscript", _ast.Store: "StoreSubscript", _ast.Del: "DeleteSubscript"}[node.ctx.__class__]
    if isinstance(node.slice, _ast.Slice):
        return  # bounds of slices are judged as what they are: their errors read alike
    judge(findings, node, name, node.value, node.slice)


def in_annotation(node: Any) -> bool:
    """Whether a node stands in an annotation."""
    while node is not None and not isinstance(node, _ast.stmt):
        up = node.up
        if isinstance(up, _ast.arg) or (isinstance(up, _ast.AnnAssign) and up.annotation is node):
            return True
        if isinstance(up, (_ast.FunctionDef, _ast.AsyncFunctionDef)) and up.returns is node:
            return True
        node = up
    return False


def _iterate(findings: Findings, node: Any) -> None:
    judge(findings, node.iter, "For", node.iter)
    if isinstance(node.target, (_ast.Tuple, _ast.List)):
        findings.judge(node.target, "Unpack", findings.tables.operators.get("Unpack"), arguments=None)


def _assign(findings: Findings, node: Any) -> None:
    for target in node.targets:
        if isinstance(target, (_ast.Tuple, _ast.List)):
            name = "UnpackStar" if any(isinstance(each, _ast.Starred) for each in target.elts) else "Unpack"
            judge(findings, target, name, node.value)


def _with(findings: Findings, node: Any) -> None:
    judge(findings, node.context_expr, "With", node.context_expr)


def _raise(findings: Findings, node: Any) -> None:
    exc = node.exc
    if exc is None or (isinstance(exc, _ast.Call) and isinstance(exc.func, _ast.Name)) or isinstance(exc, _ast.Name):
        return  # names are judged for what they are
    judge(findings, node, "Raise", exc)


def _call(findings: Findings, node: Any) -> None:
    for each in node.args:
        if isinstance(each, _ast.Starred):
            judge(findings, each, "CallStar", each.value)
    for each in node.keywords:
        if each.arg is None:
            judge(findings, each.value, "CallKeywords", each.value)
    func = node.func
    if (
        isinstance(func, _ast.Attribute)
        and func.attr in ("format", "format_map")
        and isinstance(func.value, _ast.Constant)
    ) and isinstance(func.value.value, str):
        check_format_text(findings, node, func.value.value)
    if isinstance(func, _ast.Name) and findings.kinds.builtin(func) == "format" and len(node.args) == 2:
        spec = node.args[1]
        text = spec.value if isinstance(spec, _ast.Constant) and isinstance(spec.value, str) else None
        check_spec(findings, node, text, node.args[0])


def _dict(findings: Findings, node: Any) -> None:
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            judge(findings, value, "DictMerge", value)
        else:
            judge(findings, key, "Dict", key, value)


def _set(findings: Findings, node: Any) -> None:
    for each in node.elts:
        judge(findings, each, "Set", each, each)


def _generic(name: str, field: str) -> Any:
    def check(findings: Findings, node: Any) -> None:
        value = getattr(node, field)
        if value is not None:
            judge(findings, value, name, value)

    return check


CHECKS: Final[dict[type, Any]] = {
    _ast.BinOp: _binary,
    _ast.AugAssign: _augmented,
    _ast.UnaryOp: _unary,
    _ast.Compare: _compare,
    _ast.Subscript: _subscript,
    _ast.For: _iterate,
    _ast.comprehension: _iterate,
    _ast.Assign: _assign,
    _ast.withitem: _with,
    _ast.Raise: _raise,
    _ast.Call: _call,
    _ast.Dict: _dict,
    _ast.Set: _set,
    _ast.FormattedValue: check_formatted,
    _ast.YieldFrom: _generic("YieldFrom", "value"),
    _ast.If: _generic("If", "test"),
    _ast.While: _generic("If", "test"),
    _ast.Match: _generic("Match", "subject"),
}
