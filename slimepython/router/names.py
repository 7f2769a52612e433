"""Judges builtins, imports and attributes by name; imports the router's own modules.

An attribute may belong to any object, so its name is judged for every type that could have it among what the script can
reach: the builtin types and whatever the imported modules give.
"""

from __future__ import annotations

import _ast
from typing import Any, Final

from slimepython.router.findings import Findings
from slimepython.router.signals import Kind
from slimepython.router.tables import ModuleTable

ALWAYS: Final = frozenset(
    """print NotImplemented Ellipsis __name__ __debug__ object True False None Exception BaseException __class__""".split()
)
"""Every battery uses these; they take anything and do the same."""
RULED: Final = frozenset("hash eval exec compile vars".split())
"""Builtins that another rule judges in their context."""
DENIED: Final = {
    **dict.fromkeys(("id",), (Kind.IDENTITY, "it shows where an object is kept")),
    **dict.fromkeys(("dir", "globals", "locals", "__builtins__"), (Kind.IDENTITY, "it shows names that the interpreter chose")),
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
INTERPRETER: Final = ("f_", "co_", "tb_", "ag_", "cr_", "gi_")
"""How attributes of frames, code, tracebacks and generators begin."""
SAFE_DUNDERS: Final = frozenset(
    """__name__ __qualname__ __class__ __init__ __new__ __setattr__ __getattribute__ __delattr__ __getitem__ __setitem__ __delitem__
    __contains__ __len__ __iter__ __next__ __enter__ __exit__ __call__ __eq__ __lt__ __str__ __repr__ __format__ __get__ __set__
    __set_name__ __init_subclass__ __mro__ __bases__ __base__ __add__ __wrapped__ __defaults__ __kwdefaults__ __module__ __dict__
    __annotations__ __cause__ __members__ __match_args__ __slots__ __func__ __self__ __missing__ __getattr__ __post_init__
    __prepare__ __class_getitem__ __instancecheck__ __subclasscheck__ __mul__ __sub__ __and__ __or__ __ne__ __le__ __gt__ __ge__
    __bool__ __neg__ __abs__ __int__ __float__ __index__ __hash__ __reversed__ __doc__ __fields__ __dataclass_fields__ __await__
    __aenter__ __aexit__ __aiter__ __anext__ __matmul__ __truediv__ __radd__ __rmul__ __iadd__ __copy__ __deepcopy__ __args__
    __origin__ __notes__ __suppress_context__ __import__ __type_params__ __value__ __parameters__ __isabstractmethod__
    __subclasses__ __total__ __required_keys__ __optional_keys__ __fget__ __delete__ __set__ __mod__ __floordiv__ __xor__ __invert__ __pos__
    __rsub__ __rtruediv__ __divmod__ __rmod__ __rfloordiv__ __lshift__ __rshift__ __isub__ __imul__ __ior__ __iand__""".split()
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


def check_name(findings: Findings, node: Any) -> None:
    """A name that is read: a builtin, unless the script certainly bound it."""
    name = node.id
    script = findings.script
    if isinstance(node.ctx, _ast.Load) is False:
        if name.startswith("__") and name.endswith("__") and name not in ("__slots__", "__match_args__", "__hash__", "__all__", "__qualname__", "__module__",
                                                                           *findings.tables.dunders):
            findings.unlisted(node, name, "the interpreter gives this name a meaning")
        return
    if script.is_local(name, node.scope):
        return
    found = script.resolve(name, node.scope)
    if name in ALWAYS or name in RULED:
        return
    if name in DENIED and (found is None or name.startswith("__")):
        kind, why = DENIED[name]
        findings.add(node, kind, name, why)
        return
    if found is None:
        check_builtin(findings, node)
    elif found.kind == "module" and name in findings.tables.builtins and not only_defined(findings, name):
        check_builtin(findings, node)
    else:
        check_from_import(findings, node)


def only_defined(findings: Findings, name: str) -> bool:
    """Whether a module-level name hides a builtin from the script's first statement that could use it on."""
    bindings = findings.script.module.bound[name]
    return all(how in ("def", "class", "import") for how, _ in bindings) and not any(
        isinstance(node, _ast.Name) and node.id == name and node.lineno < bindings[0][1].lineno
        for node in findings.script.nodes
    )


def use(node: Any) -> tuple[list[Any] | None, int]:
    """With which arguments a callee is called (None: not known), and with how many keywords."""
    call = node.up
    if isinstance(call, _ast.Call) and call.func is node:
        starred = any(isinstance(each, _ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords)
        return (None if starred else list(call.args)), len(call.keywords)
    return None, 0


def check_builtin(findings: Findings, node: Any) -> None:
    """A builtin function, type or exception."""
    shapes = findings.tables.builtins.get(node.id)
    if shapes is None:
        findings.unlisted(node, node.id, "it is no builtin that was compared, and the script does not bind it")
        return
    arguments, more = use(node)
    if is_only_named(node):
        return
    findings.judge(node, node.id, shapes, arguments=arguments, more=more)
    if isinstance(node.up, _ast.Call) and node.up.func is node:
        check_keywords(findings, node.up, node.id)


def is_only_named(node: Any) -> bool:
    """A type that is not called: in an annotation, an `except`, a base, `isinstance(x, T)`, a `case T()`."""
    up = node.up
    if isinstance(up, _ast.Tuple):
        node, up = up, up.up
    if isinstance(up, (_ast.ExceptHandler, _ast.ClassDef, _ast.arg, _ast.AnnAssign, _ast.MatchClass)):
        return not isinstance(up, _ast.AnnAssign) or up.value is not node
    if isinstance(up, _ast.Raise) or isinstance(up, (_ast.FunctionDef, _ast.AsyncFunctionDef)):
        return True
    if isinstance(up, _ast.Compare):
        return all(isinstance(op, (_ast.Is, _ast.IsNot)) for op in up.ops)
    called = isinstance(up, _ast.Call) and isinstance(up.func, _ast.Name) and node is not up.func
    return called and up.func.id in ("isinstance", "issubclass", "print", "type") and not (up.func.id == "type" and len(up.args) > 1)


def check_keywords(findings: Findings, call: Any, name: str) -> None:
    """Keyword arguments of something that the script did not define: each was tried, or it is not known."""
    for each in call.keywords:
        if each.arg is not None and f"{name} {each.arg}" not in findings.tables.keywords and name not in ("dict", "print"):
            findings.unlisted(each.value, f"{name}({each.arg}=)", "it was not compared with this keyword")


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
    if findings.shown and module not in QUIET_MODULES and name[:1].islower():
        findings.add(node, Kind.EXC_TEXT_DEP, f"{module}.{name}", "the texts of this module's errors were only sampled")
    findings.judge(node, f"{module} {name}", known.names.get(name), arguments=arguments, more=more)
    if isinstance(node.up, _ast.Call) and node.up.func is node:
        for each in node.up.keywords:
            if each.arg and f"{name} {each.arg}" not in findings.tables.keywords and name not in OPEN_KEYWORDS:
                findings.unlisted(each.value, f"{module}.{name}({each.arg}=)", "it was not compared with this keyword")


QUIET_MODULES: Final = frozenset(
    """abc dataclasses enum functools contextlib typing types collections collections.abc itertools string textwrap copy keyword
    heapq bisect sys graphlib""".split()
)
"""Their errors are those of the builtins beneath, or raised by the same Python code on both tiers."""
FRAMELESS: Final = frozenset("abc itertools sys keyword operator".split())
"""Modules without Python code of their own that could stand in a traceback."""
OPEN_KEYWORDS: Final = frozenset("partial Counter OrderedDict SimpleNamespace partialmethod replace namedtuple defaultdict".split())
"""These take keywords of any name."""


def check_import(findings: Findings, node: Any) -> None:
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
        findings.add(node, Kind.EFFECT, module, "it is not in the standard library that was compared: it is read from a file")


def refuse_member(findings: Findings, node: Any, module: str, known: ModuleTable, name: str) -> None:
    """A module's name that is not on the list."""
    del known
    differs = f"{module}.{name}" in findings.tables.examples
    kind = Kind.UNSUPPORTED if differs else Kind.UNLISTED
    if module in ("sys", "os", "time", "gc", "platform") and not differs:
        kind = Kind.IDENTITY if module == "sys" else Kind.EFFECT
    findings.add(node, kind, f"{module}.{name}", findings._example(f"{module}.{name}") if differs else "it is not listed as equal")


def check_attribute(findings: Findings, node: Any) -> None:
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
    arguments, more = use(node)
    known_attribute = name in tables.attributes
    if known_attribute and not is_own_object(findings, node):
        shapes = tables.attributes.get(name)
        findings.judge(node, name, shapes, receiver=node.value, arguments=arguments, more=more)
        if isinstance(node.up, _ast.Call) and node.up.func is node and name not in script.functions:
            check_keywords(findings, node.up, name) if name not in ("update", "format") else None
    for target in {found.partition(":")[0] for each in script.imports.values() for found in each}:
        known = tables.modules.get(target)
        if known is None or is_own_object(findings, node):
            continue
        if name in known.members:
            findings.judge(node, f"{target} {name}", known.members.get(name), arguments=arguments, more=more)
        elif name in known.others and not known_attribute and name not in script.own and not any(
            name in other.members for other in imported_tables(findings)
        ):
            findings.unlisted(node, name, f"what {target} gives has such an attribute, and it was not compared")


def imported_tables(findings: Findings) -> list[ModuleTable]:
    """The tables of the modules that a script imports."""
    targets = {target.partition(":")[0] for found in findings.script.imports.values() for target in found}
    return [findings.tables.modules[each] for each in targets if each in findings.tables.modules]


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
        elif name == "__class__":
            findings.tables.facts.__contains__("class_swap") or findings.unlisted(node, "setting __class__")
    elif name in RULED_DUNDERS:
        return
    elif name not in SAFE_DUNDERS:
        findings.unlisted(node, name)
    elif name in findings.tables.attributes:
        arguments, more = use(node)
        if name in ("__init__", "__new__", "__init_subclass__", "__setattr__", "__getattribute__", "__delattr__"):
            return
        if arguments is not None:
            findings.judge(node, name, findings.tables.attributes.get(name), receiver=node.value, arguments=arguments, more=more)


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
