"""Judges names: builtins, unless the script certainly bound them; imports router modules."""

from __future__ import annotations

from typing import Any, Final

from slimepython.router.calls import check_keywords, guard_call, note_name, use
from slimepython.router.findings import Findings
from slimepython.router.modules import check_from_import
from slimepython.router.signals import Kind
from slimepython.router.syntax import _ast, words

ALWAYS: Final = words(
    """print NotImplemented Ellipsis __name__ __debug__ object True False None Exception BaseException __class__"""
)
"""Every battery uses these; they take anything and do the same."""
RULED: Final = frozenset(["hash", "eval", "exec", "compile", "vars"])
"""Builtins that another rule judges in their context."""
DENIED: Final = {
    **dict.fromkeys(("id",), (Kind.IDENTITY, "it shows where an object is kept")),
    **dict.fromkeys(
        ("dir", "globals", "locals", "__builtins__"), (Kind.IDENTITY, "it shows names that the interpreter chose")
    ),
    **dict.fromkeys(
        ("__file__", "__doc__", "__spec__", "__loader__", "__package__", "__path__", "__cached__", "__annotations__"),
        (Kind.IDENTITY, "it shows how the script was loaded"),
    ),
    **dict.fromkeys(("open", "input"), (Kind.EFFECT, "it reaches outside of the process")),
    **dict.fromkeys(("__import__",), (Kind.DYNAMIC_CODE, "it imports what cannot be read beforehand")),
    **dict.fromkeys(
        ("exit", "quit", "help", "breakpoint", "copyright", "credits", "license"),
        (Kind.UNSUPPORTED, "it is for interactive use and depends on `site`"),
    ),
}


def check_name(findings: Findings, node: Any) -> None:
    """A name that is read: a builtin, unless the script certainly bound it."""
    name = node.id
    script = findings.script
    if node.ctx.__class__ is not _ast.Load:
        if (
            name.startswith("__")
            and name.endswith("__")
            and name
            not in (
                "__slots__",
                "__match_args__",
                "__hash__",
                "__all__",
                "__qualname__",
                "__module__",
                *findings.tables.dunders,
            )
        ):
            findings.unlisted(node, name, "the interpreter gives this name a meaning")
        return
    if script.is_local(name, node.scope):
        return
    found = script.resolve(name, node.scope)
    if name in ALWAYS or name in RULED:
        return
    if name in DENIED and (found is None or name.startswith("__")):
        kind, why = DENIED[name]
        note = note_name if name == "dir" and _without_special(node) else Findings.add
        note(findings, node, kind, name, why)
        return
    if found is None or (
        found.kind == "module" and name in findings.tables.builtins and not only_defined(findings, name)
    ):
        check_builtin(findings, node)
    else:
        check_from_import(findings, node)


def _without_special(node: Any) -> bool:
    """`… for n in dir(x) if not n.startswith("_")`: names that the interpreter chose begin with an underscore."""
    call = node.up
    if not isinstance(call, _ast.Call) or call.func is not node or len(call.args) != 1:
        return False
    loop = call.up
    if not isinstance(loop, _ast.comprehension) or loop.iter is not call or not isinstance(loop.target, _ast.Name):
        return False
    first = loop.ifs[0] if loop.ifs else None
    if isinstance(first, _ast.BoolOp) and isinstance(first.op, _ast.And):
        first = first.values[0]
    negated = isinstance(first, _ast.UnaryOp) and isinstance(first.op, _ast.Not)
    test = first.operand if isinstance(first, _ast.UnaryOp) and negated else first
    if not (isinstance(test, _ast.Call) and isinstance(test.func, _ast.Attribute) and test.func.attr == "startswith"):
        return False
    asked = test.func.value
    text = test.args[0].value if len(test.args) == 1 and isinstance(test.args[0], _ast.Constant) else None
    if not (isinstance(asked, _ast.Name) and asked.id == loop.target.id and isinstance(text, str) and text):
        return False
    return text in ("_", "__") if negated else text[0] != "_"


def only_defined(findings: Findings, name: str) -> bool:
    """Whether a module-level name hides a builtin from the script's first statement that could use it on."""
    bindings = findings.script.module.bound[name]
    return all(how in ("def", "class", "import") for how, _ in bindings) and not any(
        node.id == name and node.lineno < bindings[0][1].lineno for node in findings.script.of(_ast.Name)
    )


def check_builtin(findings: Findings, node: Any) -> None:
    """A builtin function, type or exception."""
    shapes = findings.tables.builtins.get(node.id)
    if shapes is None:
        findings.unlisted(node, node.id, "it is no builtin that was compared, and the script does not bind it")
        return
    arguments, more = use(node)
    if is_only_named(node):
        return
    guard = guard_call(findings, node, method=False)
    findings.judge(node, node.id, shapes, arguments=arguments, more=more, guard=guard)
    if isinstance(node.up, _ast.Call) and node.up.func is node:
        check_keywords(findings, node.up, node.id)


def is_only_named(node: Any) -> bool:
    """A type that is not called: in an annotation, an `except`, a base, `isinstance(x, T)`, a `case T()`."""
    up = node.up
    if isinstance(up, _ast.Tuple):
        node, up = up, up.up
    if isinstance(up, (_ast.ExceptHandler, _ast.ClassDef, _ast.arg, _ast.AnnAssign, _ast.MatchClass)):
        return not isinstance(up, _ast.AnnAssign) or up.value is not node
    if isinstance(up, (_ast.Raise, _ast.FunctionDef, _ast.AsyncFunctionDef)):
        return True
    if isinstance(up, _ast.Compare):
        return all(isinstance(op, (_ast.Is, _ast.IsNot)) for op in up.ops)
    called = isinstance(up, _ast.Call) and isinstance(up.func, _ast.Name) and node is not up.func
    return (
        called
        and up.func.id in ("isinstance", "issubclass", "print", "type")
        and not (up.func.id == "type" and len(up.args) > 1)
    )
