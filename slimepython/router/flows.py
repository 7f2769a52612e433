"""Where values come from: what a script's functions are called with and its attributes are set to; imports router
modules."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from slimepython.router.script import Script
from slimepython.router.syntax import _ast
from slimepython.router.tables import Tables
from slimepython.router.vocabulary import (
    ASSIGNS,
    CALLS_BY_NAME,
    INTS,
    LIST,
    LOOSE,
    NUMBERS,
    OVERLOADS,
    PLAIN_ARITHMETIC,
    STR,
)


class Flows:
    """What can be seen of a script as a whole; `of` and `builtin` are its subclass's."""

    def __init__(self, script: Script, tables: Tables) -> None:
        self.script = script
        self.tables = tables
        self._names: dict[tuple[str, int], frozenset[str] | None] = {}
        self.overloads = any(name in OVERLOADS for name in script.functions)
        self.stored: dict[str, list[Any]] = {}
        self._stores()
        self.dynamic = self.makes_classes or any(
            name in script.names or name in script.attributes for name in CALLS_BY_NAME
        )

    def of(self, node: Any) -> frozenset[str] | None:
        """The types that the value of an expression may have."""
        raise NotImplementedError

    def _receiver(self, function: Any, bindings: list[tuple[str, Any]]) -> frozenset[str] | None:
        """The first parameter of a method of a class without builtin bases, which nobody calls through the class."""
        owner = getattr(function, "up", None)
        if not isinstance(owner, _ast.ClassDef) or isinstance(function, _ast.Lambda) or len(bindings) != 1:
            return None
        arguments = [*function.args.posonlyargs, *function.args.args]
        name = next((key for key, value in function_scope(function).items() if value is bindings), None)
        if not arguments or arguments[0].arg != name or function.decorator_list or function.name in self.of_classes:
            return None
        return frozenset(("object",)) if self.is_plain_class(owner) and owner.name not in self.unbound else None

    def _parameter(self, function: Any, bindings: list[tuple[str, Any]]) -> frozenset[str] | None:
        """What a function is ever called with, when it is only ever called by its name, and each call can be seen."""
        if isinstance(function, (_ast.Lambda, _ast.AsyncFunctionDef)) or function.decorator_list:
            return None
        name = function.name
        if len(self.script.functions[name]) != 1 or (name.startswith("__") and name.endswith("__")) or self.dynamic:
            return None
        arguments = function.args
        places = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
        scope = function_scope(function)
        wanted = next((key for key, value in scope.items() if value is bindings), None)
        if wanted is None or len(bindings) != 1 or name in self.tables.attributes:
            return None
        method = isinstance(function.up, _ast.ClassDef)
        every: frozenset[str] = frozenset()
        first = len(places) - len(arguments.defaults)
        if wanted in places and places.index(wanted) >= first:
            default = self.of(arguments.defaults[places.index(wanted) - first])
        elif wanted in places:
            default = frozenset()
        else:
            keywords = {
                each.arg: value for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            }
            default = frozenset() if keywords.get(wanted) is None else self.of(keywords[wanted])
        if default is None:
            return None
        every |= default
        for use in self.script.uses(name):
            if use is None:
                return None
            given = self._given(use, wanted, places, method=method)
            if given is None:
                return None
            every |= given
        return every or None

    def _given(self, use: Any, wanted: str, places: list[str], *, method: bool) -> frozenset[str] | None:
        """What one use of a function gives to a parameter (nothing, if that has a default)."""
        if not isinstance(use.ctx, _ast.Load):
            return None
        call = use.up
        if not isinstance(call, _ast.Call) or call.func is not use:
            return None
        if any(isinstance(each, _ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
            return None
        if method != isinstance(use, _ast.Attribute):
            return None
        for each in call.keywords:
            if each.arg == wanted:
                return self.of(each.value)
        place = places.index(wanted) - method if wanted in places else -1
        # Called through a class the receiver is an argument as well.
        if method and isinstance(use.value, _ast.Name) and use.value.id in self.script.classes:
            return None
        return self.of(call.args[place]) if 0 <= place < len(call.args) else frozenset()

    @cached_property
    def of_classes(self) -> set[str]:
        """Functions that get the class, or nothing: by their name, or made so without a decorator."""
        made = {
            given.id
            for name in ("classmethod", "staticmethod")
            for node in self.script.names.get(name, ())
            if isinstance(node.up, _ast.Call)
            for given in node.up.args
            if isinstance(given, _ast.Name)
        }
        return made | {"__new__", "__init_subclass__", "__class_getitem__"}

    @cached_property
    def unbound(self) -> set[str]:
        """Classes whose methods are taken from the class, and so may be called with anything."""
        return {
            node.value.id
            for node in self.script.of(_ast.Attribute)
            if isinstance(node.value, _ast.Name)
            and node.value.id in self.script.classes
            and (node.attr in self.script.functions or (isinstance(node.up, _ast.Call) and node.up.func is node))
        }

    def is_plain_class(self, node: Any, depth: int = 0) -> bool:
        """Whether a class and all its bases are the script's own, with no metaclass."""
        if depth > 20 or (node.keywords and any(each.arg == "metaclass" for each in node.keywords)):
            return False
        for base in node.bases:
            if not isinstance(base, _ast.Name):
                return False
            if base.id == "object" and base.id not in self.script.classes:
                continue
            if self.script.imported(base.id) in (("abc", "ABC"),):
                continue
            found = self.script.classes.get(base.id, [])
            if len(found) != 1 or not self.is_plain_class(found[0], depth + 1):
                return False
        return True

    def _arithmetic(
        self, operator: type, left: frozenset[str] | None, right: frozenset[str] | None
    ) -> frozenset[str] | None:
        """A number and something unknown give a number or an error, unless a class of the script's says otherwise."""
        if left is None or self.overloads:
            return None
        if operator is _ast.Add and left in (STR, LIST):
            return left  # or an error
        if not left or not left <= NUMBERS or operator not in PLAIN_ARITHMETIC:
            return None
        if right is not None and right <= INTS and left <= INTS and operator is not _ast.Div:
            return INTS
        return NUMBERS | {"other"}

    def _attribute(self, node: Any) -> frozenset[str] | None:
        """The types of whatever the script ever assigns to an attribute of this name, when nothing else can set it."""
        name = node.attr
        key = (name, 0)
        if key in self._names:
            return self._names[key]
        self._names[key] = None
        if name in self.tables.attributes or self.loose:
            return None
        every: frozenset[str] = frozenset()
        for value in self.stored.get(name, [None]):
            if isinstance(value, tuple):
                kinds = self._arithmetic(value[0], every if every else None, self.of(value[1]))
            else:
                kinds = None if value is None else self.of(value)
            if kinds is None:
                return None
            every |= kinds
        self._names[key] = every
        return every

    def _stores(self) -> None:
        """Collect what attributes are set to, and whether they may be set in ways that cannot be seen."""
        script = self.script
        every = (script.names, script.attributes, script.functions, script.classes)
        # A metaclass, or a class made by hand, may put anything into classes.
        self.makes_classes = not all(map(_asks_type, script.names.get("type", ())))
        self.loose = self.makes_classes or not all(LOOSE.isdisjoint(names) for names in every)
        later: list[tuple[str, Any]] = []
        for node in script.stores:
            up = node.up
            if node.__class__ is _ast.Name:
                owner = node.scope.node
                seen = isinstance(up, _ast.Assign) and not owner.decorator_list and self.is_plain_class(owner)
                self.stored.setdefault(node.id, []).append(up.value if seen else None)
            elif isinstance(up, _ast.AugAssign):
                later.append((node.attr, (up.op.__class__, up.value)))
            elif not isinstance(up, _ast.Delete):
                value = getattr(up, "value", None) if isinstance(up, ASSIGNS) else None
                self.stored.setdefault(node.attr, []).append(value)
        for node in script.of(_ast.FunctionDef, _ast.ClassDef, _ast.AsyncFunctionDef):
            if node.scope.kind == "class":
                self.stored.setdefault(node.name, []).append(None)
        for name, value in later:
            self.stored.setdefault(name, []).append(value)


def _asks_type(node: Any) -> bool:
    """`type(x)`, or `type` named where it makes nothing."""
    up = node.up
    if isinstance(up, _ast.Call):
        return up.func is not node or (len(up.args) == 1 and not up.keywords)
    return isinstance(up, (_ast.arg, _ast.Subscript, _ast.AnnAssign, _ast.FunctionDef, _ast.Compare))


def function_scope(function: Any) -> dict[str, list[tuple[str, Any]]]:
    """The names bound in a function."""
    body = function.body[0] if isinstance(function.body, list) else function.body
    scope: Any = body.scope
    while scope.node is not function:
        scope = scope.parent
    found: dict[str, list[tuple[str, Any]]] = scope.bound
    return found
