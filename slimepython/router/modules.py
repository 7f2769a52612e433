"""Judges imports and what they give by name; imports router modules."""

from __future__ import annotations

from typing import Any, Final

from slimepython.router.calls import guard_call, use
from slimepython.router.findings import Findings
from slimepython.router.signals import Kind
from slimepython.router.syntax import _ast, words
from slimepython.router.tables import ModuleTable


def check_from_import(findings: Findings, node: Any) -> None:
    """A name that was imported from a module."""
    origin = findings.script.imported(node.id)
    if origin is None:
        found = findings.script.imports.get(node.id)
        if found and node.id in findings.script.rebound:
            findings.unlisted(node, node.id, "it is bound both by an import and otherwise")
        elif found and not isinstance(node.up, _ast.Attribute):
            findings.unlisted(node, node.id, "a module is used as a value")
        return
    check_member(findings, node, *origin)


def check_member(findings: Findings, node: Any, module: str, name: str) -> None:
    """A use of a module's name."""
    known = findings.tables.modules.get(module)
    if known is None or name not in known.names:
        return  # signalled where it is imported, or by `check_attribute`
    arguments, more = use(node)
    denied = DENIED.get(f"{module}.{name}")
    if denied is not None:
        findings.add(node, denied[0], f"{module}.{name}", denied[1])
    if findings.shown and module not in QUIET_MODULES and name[:1].islower():
        called = isinstance(node.up, _ast.Call) and node.up.func is node
        guarded = findings.guards is not None and called and findings.guards.call(node.up)
        why = "the texts of this module's errors were only sampled"
        (findings.guarded if guarded else findings.add)(node, Kind.EXC_TEXT_DEP, f"{module}.{name}", why)
    guard = guard_call(findings, node, method=False)
    findings.judge(node, f"{module} {name}", known.names.get(name), arguments=arguments, more=more, guard=guard)
    if module == "operator" and name.strip("_") in OPERATORS:
        # What the sign does, with all the types that the sign was tried with.
        shapes = findings.tables.operators.get(OPERATORS[name.strip("_")])
        given = None if name.strip("_") == "contains" else arguments
        findings.judge(node, f"operator {name}", shapes, arguments=given, guard=guard)
    if isinstance(node.up, _ast.Call) and node.up.func is node:
        for each in node.up.keywords:
            if each.arg and f"{name} {each.arg}" not in findings.tables.keywords and name not in OPEN_KEYWORDS:
                findings.unlisted(each.value, f"{module}.{name}({each.arg}=)", "it was not compared with this keyword")


DENIED: Final = {
    **dict.fromkeys(
        ("sys.stdin", "sys.stderr", "shlex.shlex"), (Kind.EFFECT, "what is read or said there cannot be taken back")
    ),
    **dict.fromkeys(
        (
            "sys.orig_argv",
            "sys.meta_path",
            "sys.path_hooks",
            "sys.warnoptions",
            "warnings.filters",
            "inspect.modulesbyfile",
        ),
        (Kind.IDENTITY, "it shows how the interpreter was started, or what it has loaded"),
    ),
    **dict.fromkeys(
        [f"weakref.{name}" for name in ("ref", "proxy", "finalize", "WeakMethod")]
        + [f"weakref.Weak{name}" for name in ("Set", "KeyDictionary", "ValueDictionary")],
        (Kind.IDENTITY, "when an object goes differs"),
    ),
    "asyncio.wait": (Kind.ORDER_DEP, "it gives sets, whose order differs"),
}
"""What modules have that was equal when it was compared, but depends on where and how a script is run."""
QUIET_MODULES: Final = words(
    """abc dataclasses enum functools contextlib typing types collections collections.abc itertools string textwrap
    copy keyword heapq bisect sys graphlib"""
)
"""Their errors are those of the builtins beneath, or raised by the same Python code on both tiers."""
_SIGNS: Final = """add Add sub Sub mul Mult truediv Div floordiv FloorDiv mod Mod pow Pow lshift LShift rshift RShift
    and BitAnd or BitOr xor BitXor matmul MatMult eq Eq ne NotEq lt Lt le LtE gt Gt ge GtE contains In concat Add
    neg USub pos UAdd inv Invert invert Invert not Not truth If getitem Subscript setitem StoreSubscript
    delitem DeleteSubscript iadd AugAdd isub AugSub imul AugMult itruediv AugDiv ifloordiv AugFloorDiv imod AugMod
    ior AugBitOr iand AugBitAnd ixor AugBitXor iconcat AugAdd"""
OPERATORS: Final = dict(zip(_SIGNS.split()[::2], _SIGNS.split()[1::2], strict=True))
"""Functions of `operator`, without underscores around them, and the operators that they are."""
FRAMELESS: Final = frozenset(["abc", "itertools", "sys", "keyword", "operator"])
"""Modules without Python code of their own that could stand in a traceback."""
OPEN_KEYWORDS: Final = words(
    """partial Counter OrderedDict SimpleNamespace partialmethod replace namedtuple defaultdict"""
)
"""These take keywords of any name."""


def check_import(findings: Findings, node: Any) -> None:  # noqa: C901 (one case after another)
    """`import m` and `from m import n`: both must be listed."""
    modules = [alias.name for alias in node.names] if isinstance(node, _ast.Import) else [node.module]
    for module in modules:
        if not findings.thrown_away and module not in FRAMELESS and module != "__future__":
            why = "an error that goes through its code shows where that is, and nothing may catch it"
            findings.add(node, Kind.UNCAUGHT, str(module), why)
    if isinstance(node, _ast.Import):
        for alias in node.names:
            if alias.name not in findings.tables.modules:
                refuse_module(findings, node, alias.name)
        return
    if node.level or node.module is None:
        findings.add(node, Kind.EFFECT, "relative import", "it reads another file")
        return
    if node.module == "__future__":
        if any(alias.name != "annotations" for alias in node.names):
            findings.unlisted(node, "__future__")
        return
    known = findings.tables.modules.get(node.module)
    if known is None:
        refuse_module(findings, node, node.module)
        return
    for alias in node.names:
        if f"{node.module}.{alias.name}" in findings.script.submodules:
            findings.unlisted(node, f"{node.module}.{alias.name}", "a module is used as a value")
        elif alias.name not in known.names:
            refuse_member(findings, node, node.module, known, alias.name)


def refuse_module(findings: Findings, node: Any, module: str) -> None:
    """A module that is not on the list."""
    if module in findings.tables.known_modules:
        findings.unlisted(node, module, "what this module does was not compared, or Light does not have it")
    else:
        findings.add(
            node, Kind.EFFECT, module, "it is not in the standard library that was compared: it is read from a file"
        )


def refuse_member(findings: Findings, node: Any, module: str, known: ModuleTable, name: str) -> None:
    """A module's name that is not on the list."""
    del known
    differs = f"{module}.{name}" in findings.tables.examples
    kind = Kind.UNSUPPORTED if differs else Kind.UNLISTED
    if module in ("sys", "os", "time", "gc", "platform") and not differs:
        kind = Kind.IDENTITY if module == "sys" else Kind.EFFECT
    findings.add(
        node,
        kind,
        f"{module}.{name}",
        findings._example(f"{module}.{name}") if differs else "it is not listed as equal",
    )
