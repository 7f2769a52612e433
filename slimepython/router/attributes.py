"""Judges attributes by name, for every type that could have them; imports router modules.

An attribute may belong to any object, so its name is judged for every type that could have it among what the script can
reach: the builtin types and whatever the imported modules give.
"""

from __future__ import annotations

from typing import Any, Final

from slimepython.router.calls import check_keywords, guard_call, use
from slimepython.router.findings import Findings
from slimepython.router.modules import check_member, refuse_member
from slimepython.router.signals import Kind
from slimepython.router.syntax import _ast, words

INTERPRETER: Final = ("f_", "co_", "tb_", "ag_", "cr_", "gi_")
"""How attributes of frames, code, tracebacks and generators begin."""
SAFE_DUNDERS: Final = words(
    """__name__ __qualname__ __class__ __init__ __new__ __setattr__ __getattribute__ __delattr__ __getitem__
    __setitem__ __delitem__ __contains__ __len__ __iter__ __next__ __enter__ __exit__ __call__ __eq__ __lt__ __str__
    __repr__ __format__ __get__ __set__ __set_name__ __init_subclass__ __mro__ __bases__ __base__ __add__
    __wrapped__ __defaults__ __kwdefaults__ __module__ __dict__ __annotations__ __cause__ __members__ __match_args__
    __slots__ __func__ __self__ __missing__ __getattr__ __post_init__ __prepare__ __class_getitem__
    __instancecheck__ __subclasscheck__ __mul__ __sub__ __and__ __or__ __ne__ __le__ __gt__ __ge__ __bool__ __neg__
    __abs__ __int__ __float__ __index__ __hash__ __reversed__ __doc__ __fields__ __dataclass_fields__ __await__
    __aenter__ __aexit__ __aiter__ __anext__ __matmul__ __truediv__ __radd__ __rmul__ __iadd__ __copy__ __deepcopy__
    __args__ __origin__ __notes__ __suppress_context__ __import__ __type_params__ __value__ __parameters__
    __isabstractmethod__ __subclasses__ __total__ __required_keys__ __optional_keys__ __fget__ __delete__ __set__
    __mod__ __floordiv__ __xor__ __invert__ __pos__ __rsub__ __rtruediv__ __divmod__ __rmod__ __rfloordiv__
    __lshift__ __rshift__ __isub__ __imul__ __ior__ __iand__"""
)
"""Attributes with two underscores that a script may read when the table lists them as well."""
RULED_DUNDERS: Final = frozenset(("__dict__", "__hash__", "__doc__", "__annotations__"))
HOOKS_DENIED: Final = {
    "__del__": (Kind.IDENTITY, "when an object is finalised differs"),
    "__sizeof__": (Kind.IDENTITY, "sizes differ"),
    "__reduce__": (Kind.UNLISTED, "pickling was not compared"),
    "__reduce_ex__": (Kind.UNLISTED, "pickling was not compared"),
    "__getstate__": (Kind.UNLISTED, "pickling was not compared"),
    "__setstate__": (Kind.UNLISTED, "pickling was not compared"),
    "__dir__": (Kind.IDENTITY, "`dir` shows names that the interpreter chose"),
    "__buffer__": (Kind.UNLISTED, "buffers were not compared"),
}


def check_attribute(findings: Findings, node: Any) -> None:  # noqa: C901 (one case after another)
    """An attribute, of a module or of an object."""
    script, tables = findings.script, findings.tables
    name = node.attr
    module = script.module_of(node.value)
    if module is not None:
        if f"{module}.{name}" in script.submodules:
            return
        known = tables.modules.get(module)
        if not isinstance(node.ctx, _ast.Load):
            findings.unlisted(node, f"{module}.{name}", "it changes a module")
        elif known is not None and name not in known.names:
            refuse_member(findings, node, module, known, name)
        else:
            check_member(findings, node, module, name)
        return
    if name.startswith("__") and name.endswith("__"):
        check_dunder(findings, node)
        return
    if name.startswith(INTERPRETER) and name not in script.own:
        findings.add(node, Kind.IDENTITY, name, "it looks into frames, code or tracebacks")
        return
    if not isinstance(node.ctx, _ast.Load):
        return
    if is_own_object(findings, node):
        return
    arguments, more = use(node)
    known_attribute = name in tables.attributes
    if known_attribute:
        shapes = tables.attributes.get(name)
        guard = guard_call(findings, node, method=True)
        findings.judge(node, name, shapes, receiver=node.value, arguments=arguments, more=more, guard=guard)
        if isinstance(node.up, _ast.Call) and node.up.func is node and name not in script.functions:
            check_keywords(findings, node.up, name) if name not in ("update", "format") else None
    for target, known in findings.imported:
        if name in known.members:
            guard = guard_call(findings, node, method=False)
            shapes = known.members.get(name)
            findings.judge(node, f"{target} {name}", shapes, arguments=arguments, more=more, guard=guard)
        elif (
            name in known.others
            and not known_attribute
            and name not in script.own
            and not any(name in other.members for _, other in findings.imported)
        ):
            findings.unlisted(node, name, f"what {target} gives has such an attribute, and it was not compared")


def is_own_object(findings: Findings, node: Any) -> bool:
    """Whether the receiver is certainly an instance of a plain class of the script's."""
    return findings.kinds.of(node.value) == frozenset(("object",))


def check_dunder(findings: Findings, node: Any) -> None:
    """A special attribute that is read, called or set."""
    name = node.attr
    if name in HOOKS_DENIED:
        kind, why = HOOKS_DENIED[name]
        findings.add(node, kind, name, why)
    elif not isinstance(node.ctx, _ast.Load):
        if name not in ("__name__", "__qualname__", "__wrapped__", "__cause__", "__class__", "__doc__", "__dict__"):
            if name not in findings.tables.dunders:
                findings.unlisted(node, f"setting {name}")
        elif name == "__class__" and "class_swap" not in findings.tables.facts:
            findings.unlisted(node, "setting __class__")
    elif name in RULED_DUNDERS:
        return
    elif name not in SAFE_DUNDERS:
        findings.unlisted(node, name)
    elif name in findings.tables.attributes:
        arguments, more = use(node)
        if name in ("__init__", "__new__", "__init_subclass__", "__setattr__", "__getattribute__", "__delattr__"):
            return
        if arguments is not None:
            findings.judge(
                node, name, findings.tables.attributes.get(name), receiver=node.value, arguments=arguments, more=more
            )


def check_hook(findings: Findings, node: Any) -> None:
    """A special method that a class defines."""
    name = node.name
    if not (name.startswith("__") and name.endswith("__") and node.scope.kind == "class"):
        return
    if name in HOOKS_DENIED:
        kind, why = HOOKS_DENIED[name]
        findings.add(node, kind, name, why)
    elif name not in findings.tables.dunders:
        findings.unlisted(node, name, "the interpreter calls this method, and that was not compared")
