"""Rules for what no list of names can judge: floats summed, hashes, depth, loops, default texts; imports router
modules."""

from __future__ import annotations

from typing import Any, Final

from slimepython.router.calls import called_name, note_name
from slimepython.router.depth import check_depth, check_seed
from slimepython.router.findings import Findings
from slimepython.router.kinds import STR
from slimepython.router.letgo import check_let_go
from slimepython.router.signals import Kind
from slimepython.router.sorting import check_hashing, check_sorting
from slimepython.router.syntax import _ast, words
from slimepython.router.texts import check_formatted, check_shown

LONG: Final = 200_000
"""Iterations from which a loop counts as computing for long: about 10 ms on Full and 100 ms on Light."""
SHOWN_BY: Final = frozenset(("print", "str", "repr", "format", "ascii"))


def check_whole(findings: Findings) -> None:
    """Rules about the script as a whole."""
    check_depth(findings)
    check_seed(findings)
    check_sorting(findings)
    check_hashing(findings)


def check_rules(findings: Findings) -> None:
    """Rules about single constructs, and about what generators do."""
    for name in ("sum", "hash", "vars"):
        for node in findings.script.names.get(name, ()):
            _name(findings, node)
    for name in ("__dict__", "keys", "values", "items", "__hash__", "__annotations__", "__doc__"):
        for node in findings.script.attributes.get(name, ()):
            _attribute(findings, node)
    for kind, rule in RULES.items():
        for node in findings.script.of(kind):
            rule(findings, node)
    check_let_go(findings)


def _name(findings: Findings, node: Any) -> None:
    name = findings.kinds.builtin(node)
    if name == "sum":
        _sum(findings, node)
    elif name == "hash":
        if not _in_hash_method(node):
            findings.add(node, Kind.IDENTITY, "hash", "hashes of texts and of what holds them differ")
    elif name == "vars":
        call = node.up
        own = (
            isinstance(call, _ast.Call)
            and call.func is node
            and len(call.args) == 1
            and _is_own(findings, call.args[0])
        )
        if not own:
            why = "of a class or module it shows names that the interpreter chose"
            note_name(findings, node, Kind.IDENTITY, "vars", why)


def _sum(findings: Findings, node: Any) -> None:
    """Full adds floats with a correction, Light without."""
    call = node.up
    if "sum" in findings.tables.facts or "float" not in findings.kinds.reachable:
        return
    if isinstance(call, _ast.Call) and call.func is node and call.args:
        kinds = findings.kinds.items(call.args[0])
        if kinds is not None and "float" not in kinds and "complex" not in kinds:
            return
    why = "sums of floats differ in their last digits, and these may be floats"
    note_name(findings, node, Kind.UNSUPPORTED, "sum", why)


def _in_hash_method(node: Any) -> bool:
    while node is not None and not isinstance(node, (_ast.FunctionDef, _ast.Lambda)):
        if isinstance(node, _ast.stmt) and not isinstance(node, _ast.Return):
            return False
        node = node.up
    return getattr(node, "name", "") == "__hash__"


def _is_own(findings: Findings, node: Any) -> bool:
    return findings.kinds.of(node) == frozenset(("object",))


def _attribute(findings: Findings, node: Any) -> None:
    if node.attr == "__dict__":
        quiet = (
            _is_own(findings, node.value)
            or (isinstance(node.up, _ast.Subscript) and node.up.value is node)
            or (isinstance(node.up, _ast.Compare))
            or (
                isinstance(node.up, _ast.Attribute)
                and node.up.attr in ("get", "setdefault", "update", "pop")
                and node.value.__class__ is _ast.Name
            )
        )
        if not quiet:
            findings.add(
                node,
                Kind.IDENTITY,
                "__dict__",
                "of a class it shows names that the interpreter chose, and in its order",
            )
    elif node.attr in ("keys", "values", "items") and "odict_views" not in findings.tables.facts:
        called = isinstance(node.up, _ast.Call) and node.up.func is node
        if called and _has_ordered(findings) and not is_consumed(findings, node.up):
            findings.add(node, Kind.UNSUPPORTED, f"OrderedDict.{node.attr}", "Light shows these views by their address")
    elif node.attr in ("__hash__",):
        findings.add(node, Kind.IDENTITY, "__hash__", "hashes of texts and of what holds them differ")
    elif node.attr == "__annotations__":
        findings.unlisted(node, "__annotations__", "when annotations are evaluated was not compared")
    elif node.attr == "__doc__" and not (isinstance(node.value, _ast.Name) and _documented(findings, node.value.id)):
        findings.add(node, Kind.IDENTITY, "__doc__", "texts of documentation differ")


def _has_ordered(findings: Findings) -> bool:
    return bool(findings.script.uses("OrderedDict")) or "OrderedDict" in findings.script.imports


CONSUMERS: Final = words(
    """list sorted tuple dict sum max min len set any all zip enumerate map filter reversed iter frozenset"""
)


def is_consumed(findings: Findings, call: Any) -> bool:
    """Whether a view is only iterated over."""
    up = call.up if isinstance(call, _ast.Call) else None
    if isinstance(up, (_ast.For, _ast.comprehension)):
        return bool(up.iter is call)
    if isinstance(up, _ast.Compare):
        return all(isinstance(op, (_ast.In, _ast.NotIn)) for op in up.ops)
    if isinstance(up, (_ast.Starred, _ast.YieldFrom)):
        return True
    return isinstance(up, _ast.Call) and findings.kinds.builtin(up.func) in CONSUMERS


def _documented(findings: Findings, name: str) -> bool:
    """Whether a name can only be a function or class of the script's own."""
    script = findings.script
    found = script.module.bound.get(name, [])
    return (bool(found) and all(how in ("def", "class", "parameter") for how, _ in found)) or name in (
        "self",
        "cls",
        "func",
        "fn",
        "f",
    )


def _call(findings: Findings, node: Any) -> None:
    name = findings.kinds.builtin(node.func)
    if name in SHOWN_BY:
        for each in node.args:
            check_shown(findings, each)
        for each in node.keywords:
            if name == "print" and each.arg == "file":
                _file(findings, each.value)
    elif name == "type" and len(node.args) == 3 and not _is_written(node.args[2]):
        note_name(findings, node.func, Kind.UNLISTED, "type(…)", "a class with a computed namespace")
    elif name == "type" and len(node.args) == 1 and findings.kinds.may_be(node.args[0], frozenset(("iterator",))):
        asks = _asks_iterators(findings) and not _is_exception(node.args[0])
        if asks:
            findings.add(node, Kind.IDENTITY, "type", "iterators over texts have another type on Light")


def _is_written(node: Any) -> bool:
    """A namespace whose names can be read: `{"x": …}` or `dict(x=…)`."""
    if isinstance(node, _ast.Dict):
        return all(isinstance(each, _ast.Constant) and not str(each.value).startswith("__") for each in node.keys)
    return (
        isinstance(node, _ast.Call)
        and called_name(node) == "dict"
        and not node.args
        and all(each.arg for each in node.keywords)
    )


def _asks_iterators(findings: Findings) -> bool:
    """Whether the script makes iterators by hand, of what may be a text."""
    return any(
        called_name(node) in ("iter", "__iter__")
        and not (node.args and findings.kinds.of(node.args[0]) not in (None, STR))
        for node in findings.script.of(_ast.Call)
    )


def _is_exception(node: Any) -> bool:
    """A name that a handler binds."""
    if not isinstance(node, _ast.Name):
        return False
    bound = node.scope.bound.get(node.id, [])
    return bool(bound) and all(isinstance(each, _ast.ExceptHandler) for _, each in bound)


def _file(findings: Findings, node: Any) -> None:
    if isinstance(node, _ast.Attribute) and node.attr == "stderr":
        findings.add(node, Kind.EFFECT, "stderr", "a script that writes errors cannot be told from one that failed")


def _loop(findings: Findings, node: Any) -> None:
    """Nested loops over constant ranges that run for long."""
    count = 1
    at = node
    while at is not None:
        if isinstance(at, _ast.For):
            count *= _length(at.iter)
        elif isinstance(at, (_ast.FunctionDef, _ast.Lambda)):
            break
        at = at.up
    if count >= LONG:
        findings.add(node, Kind.HOT_LOOP, "for", f"it runs about {count} times")


def _length(node: Any) -> int:
    if isinstance(node, _ast.Call) and isinstance(node.func, _ast.Name) and node.func.id == "range":
        values = [_number(each) for each in node.args]
        if values and None not in values:
            try:
                return max(1, len(range(*values)))  # type: ignore[arg-type]
            except (TypeError, ValueError, OverflowError):
                return 1
    return 1


def _number(node: Any) -> int | None:
    if isinstance(node, _ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, _ast.BinOp) and isinstance(node.op, _ast.Pow):
        left, right = _number(node.left), _number(node.right)
        if left is not None and right is not None and 0 <= right <= 12 and abs(left) <= 100:
            return int(left**right)
    return None


def _leave(findings: Findings, node: Any) -> None:
    """What leaves a `finally`: compiling that warns since Python 3.14, and not in a process that is of an older one."""
    at = node
    while not isinstance(at, (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.Lambda, _ast.Module)):
        up = at.up
        if isinstance(up, LOOPS) and not isinstance(node, _ast.Return) and any(at is each for each in up.body):
            return
        if isinstance(up, (_ast.Try, _ast.TryStar)) and any(at is each for each in up.finalbody):
            findings.add(node, Kind.SYNTAX, "warning", "compiling it warns: it leaves a `finally`")
            return
        at = up


LOOPS: Final = (_ast.For, _ast.AsyncFor, _ast.While)
DICT_HOOKS: Final = words("__getitem__ keys __iter__ items values __len__ get __contains__")


def _class(findings: Findings, node: Any) -> None:
    for each in node.keywords:
        if each.arg is None:
            findings.unlisted(each.value, "class keywords", "they are computed")
    own = {each.name for each in node.body if isinstance(each, _ast.FunctionDef)}
    if own & DICT_HOOKS and "dict_subclass" not in findings.tables.facts:
        for base in node.bases:
            name = base.id if isinstance(base, _ast.Name) else base.attr if isinstance(base, _ast.Attribute) else ""
            if name in ("dict", "OrderedDict", "defaultdict", "Counter"):
                why = "which of its methods are called when it is copied or spread differs"
                findings.add(node, Kind.UNSUPPORTED, f"{node.name}({name})", why)


RULES: Final[dict[type, Any]] = {
    _ast.Call: _call,
    _ast.FormattedValue: check_formatted,
    _ast.For: _loop,
    _ast.ClassDef: _class,
    **dict.fromkeys((_ast.Return, _ast.Break, _ast.Continue), _leave),
}
