"""Rules for what no list of names can judge: floats summed, hashes, depth, loops, default texts; imports router modules."""

from __future__ import annotations

import _ast
from typing import Any, Final

from slimepython.router.exceptions import catches_recursion
from slimepython.router.findings import Findings
from slimepython.router.kinds import STR
from slimepython.router.signals import Kind

LONG: Final = 200_000
"""Iterations from which a loop counts as computing for long: about 10 ms on Full and 100 ms on Light."""
SMALL: Final = 300
"""Deepest recursion that both tiers certainly allow, with room for the frames around it."""
SHOWN_BY: Final = frozenset(("print", "str", "repr", "format", "ascii"))


def check_rules(findings: Findings) -> None:
    """All rules of this module."""
    for node in findings.script.nodes:
        rule = RULES.get(node.__class__)
        if rule is not None:
            rule(findings, node)
    check_depth(findings)
    check_seed(findings)
    check_sorting(findings)


def _name(findings: Findings, node: Any) -> None:
    name = findings.kinds.builtin(node)
    if name == "sum":
        _sum(findings, node)
    elif name == "hash":
        if not _in_hash_method(node):
            findings.add(node, Kind.IDENTITY, "hash", "hashes of texts and of what holds them differ")
    elif name == "vars":
        call = node.up
        own = isinstance(call, _ast.Call) and call.func is node and len(call.args) == 1 and _is_own(findings, call.args[0])
        if not own:
            findings.add(node, Kind.IDENTITY, "vars", "of a class or module it shows names that the interpreter chose")


def _sum(findings: Findings, node: Any) -> None:
    """Full adds floats with a correction, Light without."""
    call = node.up
    if "sum" in findings.tables.facts or "float" not in findings.kinds.reachable:
        return
    if isinstance(call, _ast.Call) and call.func is node and call.args:
        kinds = findings.kinds.items(call.args[0])
        if kinds is not None and "float" not in kinds and "complex" not in kinds:
            return
    findings.add(node, Kind.UNSUPPORTED, "sum", "sums of floats differ in their last digits, and these may be floats")


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
        quiet = _is_own(findings, node.value) or (
            isinstance(node.up, _ast.Subscript) and node.up.value is node
        ) or (isinstance(node.up, _ast.Compare)) or (
            isinstance(node.up, _ast.Attribute) and node.up.attr in ("get", "setdefault", "update", "pop") and node.value.__class__ is _ast.Name
        )
        if not quiet:
            findings.add(node, Kind.IDENTITY, "__dict__", "of a class it shows names that the interpreter chose, and in its order")
    elif node.attr in ("keys", "values", "items") and "odict_views" not in findings.tables.facts:
        called = isinstance(node.up, _ast.Call) and node.up.func is node
        if called and _has_ordered(findings) and not _is_consumed(findings, node.up):
            findings.add(node, Kind.UNSUPPORTED, f"OrderedDict.{node.attr}", "Light shows these views by their address")
    elif node.attr in ("__hash__",):
        findings.add(node, Kind.IDENTITY, "__hash__", "hashes of texts and of what holds them differ")
    elif node.attr == "__annotations__":
        findings.unlisted(node, "__annotations__", "when annotations are evaluated was not compared")
    elif node.attr == "__doc__" and not (isinstance(node.value, _ast.Name) and _documented(findings, node.value.id)):
        findings.add(node, Kind.IDENTITY, "__doc__", "texts of documentation differ")


def _has_ordered(findings: Findings) -> bool:
    if not hasattr(findings, "ordered"):
        findings.ordered = any(  # type: ignore[attr-defined]
            isinstance(node, _ast.Attribute) and node.attr == "OrderedDict" or isinstance(node, _ast.alias) and node.name == "OrderedDict"
            for node in findings.script.nodes
        )
    return bool(findings.ordered)  # type: ignore[attr-defined]


CONSUMERS: Final = frozenset("list sorted tuple dict sum max min len set any all zip enumerate map filter reversed iter frozenset".split())


def _is_consumed(findings: Findings, call: Any) -> bool:
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
    return bool(found) and all(how in ("def", "class", "parameter") for how, _ in found) or name in ("self", "cls", "func", "fn", "f")


def _call(findings: Findings, node: Any) -> None:
    name = findings.kinds.builtin(node.func)
    if name in SHOWN_BY:
        for each in node.args:
            _shown(findings, each)
        for each in node.keywords:
            if name == "print" and each.arg == "file":
                _file(findings, each.value)
    elif name == "type" and len(node.args) == 3 and not _is_written(node.args[2]):
        findings.unlisted(node, "type(…)", "a class with a computed namespace")
    elif name == "type" and len(node.args) == 1 and findings.kinds.may_be(node.args[0], frozenset(("iterator",))):
        if _asks_iterators(findings) and not _is_exception(node.args[0]):
            findings.add(node, Kind.IDENTITY, "type", "iterators over texts have another type on Light")


def _is_written(node: Any) -> bool:
    """A namespace whose names can be read: `{"x": …}` or `dict(x=…)`."""
    if isinstance(node, _ast.Dict):
        return all(isinstance(each, _ast.Constant) and not str(each.value).startswith("__") for each in node.keys)
    return isinstance(node, _ast.Call) and _called(node) == "dict" and not node.args and all(each.arg for each in node.keywords)


def _asks_iterators(findings: Findings) -> bool:
    """Whether the script makes iterators by hand, of what may be a text."""
    return any(
        isinstance(node, _ast.Call)
        and _called(node) in ("iter", "__iter__")
        and not (node.args and findings.kinds.of(node.args[0]) not in (None, STR))
        for node in findings.script.nodes
    )


def _is_exception(node: Any) -> bool:
    """A name that a handler binds."""
    if not isinstance(node, _ast.Name):
        return False
    bound = node.scope.bound.get(node.id, [])  # type: ignore[attr-defined]
    return bool(bound) and all(isinstance(each, _ast.ExceptHandler) for _, each in bound)


def _file(findings: Findings, node: Any) -> None:
    if isinstance(node, _ast.Attribute) and node.attr == "stderr":
        findings.add(node, Kind.EFFECT, "stderr", "a script that writes errors cannot be told from one that failed")


def _formatted(findings: Findings, node: Any) -> None:
    _shown(findings, node.value)


def _shown(findings: Findings, node: Any) -> None:
    """Objects without a text of their own show where they are kept."""
    if isinstance(node, (_ast.Lambda, _ast.GeneratorExp)):
        findings.add(node, Kind.IDENTITY, "default text", "it shows where the object is kept")
    elif isinstance(node, _ast.Name):
        found = findings.script.resolve(node.id, node.scope)  # type: ignore[attr-defined]
        if found is not None and all(how == "def" for how, _ in found.bound[node.id]):
            findings.add(node, Kind.IDENTITY, "default text", "a function shows where it is kept")
        elif found is not None and all(how == "assign" and _is_bare(findings, value) for how, value in found.bound[node.id]):
            findings.add(node, Kind.IDENTITY, "default text", "an object without `__repr__` shows where it is kept")
    elif isinstance(node, _ast.Call) and _is_bare(findings, node):
        findings.add(node, Kind.IDENTITY, "default text", "an object without `__repr__` shows where it is kept")


def _is_bare(findings: Findings, node: Any) -> bool:
    """An instance of a class of the script's own that has no text."""
    if not isinstance(node, _ast.Call) or not isinstance(node.func, _ast.Name):
        return False
    if findings.kinds.builtin(node.func) in ("object", "iter", "map", "filter", "zip", "reversed", "enumerate"):
        return True
    found = findings.script.classes.get(node.func.id, [])
    if len(found) != 1 or found[0].decorator_list or not findings.kinds.is_plain_class(found[0]):
        return False
    return not _has_text(findings, found[0])


def _has_text(findings: Findings, node: Any) -> bool:
    texts = ("__repr__", "__str__", "__format__", "__getattribute__", "__new__")
    names = {each.name for each in node.body if isinstance(each, _ast.FunctionDef)}
    names |= {t.id for each in node.body if isinstance(each, _ast.Assign) for t in each.targets if isinstance(t, _ast.Name)}
    if names & set(texts):
        return True
    return any(
        _has_text(findings, each)
        for base in node.bases
        if isinstance(base, _ast.Name)
        for each in findings.script.classes.get(base.id, [])
    )


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


DICT_HOOKS: Final = frozenset("__getitem__ keys __iter__ items values __len__ get __contains__".split())


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


def check_sorting(findings: Findings) -> None:
    """Sorting compares in another order: that shows when comparing does something, or when the order is not total."""
    if "sort_compares" in findings.tables.facts:
        return
    sorts = nan = None
    for node in findings.script.nodes:
        if isinstance(node, (_ast.Name, _ast.Attribute)):
            name = node.id if isinstance(node, _ast.Name) else node.attr
            if name in ("sorted", "sort", "min", "max", "insort", "heappush", "heapify", "nlargest", "nsmallest", "merge"):
                sorts = sorts or node
            elif name == "nan":
                nan = node
        elif isinstance(node, _ast.Constant) and isinstance(node.value, str) and node.value.strip().lower() in ("nan", "+nan", "-nan"):
            nan = node
    if sorts is None:
        return
    why = "sorting compares in another order, and this is more than a comparison"
    for name in ("__lt__", "__gt__"):
        for function in findings.script.functions.get(name, ()):
            if not _is_quiet(function):
                findings.add(function, Kind.UNSUPPORTED, name, why)
    for node in findings.script.nodes:
        if isinstance(node, _ast.Call) and _called(node) == "cmp_to_key" and node.args:
            given = node.args[0]
            found = findings.script.functions.get(given.id, []) if isinstance(given, _ast.Name) else [given]
            if not found or not all(_is_quiet(each) for each in found):
                findings.add(node, Kind.UNSUPPORTED, "cmp_to_key", why)
    if nan is not None:
        findings.add(nan, Kind.UNSUPPORTED, "nan", "sorting compares in another order, and with NaN that shows")


def _called(node: Any) -> str:
    func = node.func
    name: str = func.id if isinstance(func, _ast.Name) else func.attr if isinstance(func, _ast.Attribute) else ""
    return name


LOUD: Final = (_ast.AugAssign, _ast.Global, _ast.Nonlocal, _ast.Yield, _ast.YieldFrom, _ast.Await, _ast.NamedExpr, _ast.Raise)


def _is_quiet(function: Any) -> bool:
    """Whether a function only computes, as far as can be seen: it calls nothing but simple builtins, and changes nothing."""
    if not isinstance(function, (_ast.FunctionDef, _ast.Lambda)):
        return False
    stack: list[Any] = [function.body] if isinstance(function, _ast.Lambda) else list(function.body)
    while stack:
        node = stack.pop()
        if isinstance(node, LOUD) or (isinstance(node, (_ast.Attribute, _ast.Subscript)) and not isinstance(node.ctx, _ast.Load)):
            return False
        if isinstance(node, _ast.Call) and _called(node) not in QUIET:
            return False
        for field in node._fields:
            value = getattr(node, field, None)
            stack += [each for each in value if isinstance(each, _ast.AST)] if isinstance(value, list) else (
                [value] if isinstance(value, _ast.AST) else []
            )
    return True


QUIET: Final = frozenset("isinstance len abs int float str tuple lower upper bool type min max ord sorted".split())


def check_depth(findings: Findings) -> None:
    """Functions that may call themselves: how deep they may go differs, and so does what happens then."""
    functions = findings.script.functions
    calls: dict[str, set[str]] = {name: set() for name in functions}
    sites: dict[str, list[Any]] = {name: [] for name in functions}
    for node in findings.script.nodes:
        if not isinstance(node, _ast.Call):
            continue
        name = node.func.id if isinstance(node.func, _ast.Name) else node.func.attr if isinstance(node.func, _ast.Attribute) else None
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
    if findings.thrown_away and not catches_recursion(findings):
        # A run that went too deep on Light is thrown away; Full allows no less.
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
    """Random numbers must have been seeded by the script itself, with a constant, before anything else is asked of them."""
    script = findings.script
    if not any(target.partition(":")[0] == "random" for found in script.imports.values() for target in found):
        return
    seeded = 0
    for statement in script.module.node.body:
        value = statement.value if isinstance(statement, _ast.Expr) else None
        if isinstance(value, _ast.Call) and _random_name(findings, value.func) == "seed" and _is_constant(value.args):
            seeded = statement.lineno
            break
    for node in script.nodes:
        name = _random_name(findings, node) if isinstance(node, (_ast.Name, _ast.Attribute)) else None
        if name is None or not isinstance(node.ctx, _ast.Load):
            continue
        called = node.up if isinstance(node.up, _ast.Call) and node.up.func is node else None
        if name == "Random":
            if called is None or not _is_constant(called.args):
                findings.add(node, Kind.EFFECT, "random.Random", "it is not seeded with a constant")
        elif name != "seed" or called is None or not _is_constant(called.args):
            if not seeded or (node.lineno < seeded and node.scope is script.module):
                findings.add(node, Kind.EFFECT, f"random.{name}", "it is not seeded with a constant before")


def _random_name(findings: Findings, node: Any) -> str | None:
    if isinstance(node, _ast.Attribute) and findings.script.module_of(node.value) == "random":
        return node.attr
    if isinstance(node, _ast.Name):
        origin = findings.script.imported(node.id)
        if origin is not None and origin[0] == "random":
            return origin[1]
    return None


def _is_constant(arguments: list[Any]) -> bool:
    return len(arguments) == 1 and isinstance(arguments[0], _ast.Constant) and isinstance(arguments[0].value, (int, str))


RULES: Final[dict[type, Any]] = {
    _ast.Name: _name,
    _ast.Attribute: _attribute,
    _ast.Call: _call,
    _ast.FormattedValue: _formatted,
    _ast.For: _loop,
    _ast.ClassDef: _class,
}
