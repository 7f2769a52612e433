"""Which types an expression may have, as far as that is certain; imports router.script, router.tables.

`None` means "any that can occur in this script". Being wrong here would misroute, so whatever is not plain stays
unknown.
"""

from __future__ import annotations

from typing import Any, Final

from slimepython.router.flows import Flows
from slimepython.router.reach import constant, reachable
from slimepython.router.script import Scope, Script
from slimepython.router.syntax import _ast
from slimepython.router.tables import Tables
from slimepython.router.vocabulary import BOOL, CONSTRUCTORS, COUNT, DISPLAYS, INTS, STR, TEXT_METHODS


class Kinds(Flows):
    """Answers for one script; what was asked for once is remembered."""

    def __init__(self, script: Script, tables: Tables) -> None:
        super().__init__(script, tables)
        self.compares = any(
            name in script.functions for name in ("__eq__", "__lt__", "__gt__", "__le__", "__ge__", "__ne__")
        )
        self.reachable = reachable(script, tables)

    def of(self, node: Any) -> frozenset[str] | None:
        """The types that the value of an expression may have."""
        kind = node.__class__
        shown = DISPLAYS.get(kind)
        if shown is not None:
            return shown
        method = OF.get(kind)
        return method(self, node) if method else None

    def may_be(self, node: Any, types: frozenset[str]) -> bool:
        """Whether an expression may have one of these types in this script."""
        known = self.of(node)
        return not types.isdisjoint(self.reachable if known is None else known)

    def name(self, name: str, scope: Scope) -> frozenset[str] | None:
        """The types of whatever a name is bound to, anywhere in its scope."""
        found = self.script.resolve(name, scope)
        if found is None:
            return None
        key = (name, id(found))
        if key not in self._names:
            self._names[key] = None
            self._names[key] = self._bound(found.bound[name])
        return self._names[key]

    def _bound(self, bindings: list[tuple[str, Any]]) -> frozenset[str] | None:
        every: frozenset[str] = frozenset()
        for how, node in bindings:
            if how == "augmented":
                continue
            if how == "assign" or how == "for":
                kinds = self.of(node) if how == "assign" else self.items(node)
            elif how == "def":
                kinds = None if node.decorator_list else frozenset(("function",))
            elif how == "class":
                kinds = frozenset(("type",)) if _is_plain(node) else None
            elif how == "parameter":
                kinds = self._receiver(node, bindings)
                if kinds is None:
                    kinds = self._parameter(node, bindings)
            else:
                kinds = {"varargs": frozenset(("tuple",)), "kwargs": frozenset(("dict",))}.get(how)
            if kinds is None:
                return None
            every |= kinds
        for how, node in bindings:
            if how == "augmented":
                kinds = self._arithmetic(node.op.__class__, every, self.of(node.value))
                if kinds is None:
                    return None
                every |= kinds
        return every

    def items(self, node: Any) -> frozenset[str] | None:
        """The types of what iterating over an expression gives."""
        if isinstance(node, (_ast.List, _ast.Tuple, _ast.Set)):
            return self._union(node.elts)
        if isinstance(node, (_ast.ListComp, _ast.GeneratorExp, _ast.SetComp)):
            return self.of(node.elt)
        if isinstance(node, _ast.Dict):
            return self._union(node.keys)
        if isinstance(node, _ast.Call) and isinstance(node.func, _ast.Name):
            builtin = self.builtin(node.func)
            if builtin == "range":
                growing = len(node.args) < 3 and not any(self.may_be(each, INTS - COUNT) for each in node.args)
                return COUNT if growing else INTS - BOOL
            if builtin in ("sorted", "list", "tuple", "reversed", "set", "iter") and len(node.args) == 1:
                return self.items(node.args[0])
            if builtin == "map" and len(node.args) > 1 and isinstance(node.args[0], _ast.Name):
                return CONSTRUCTORS.get(self.builtin(node.args[0]) or "") if node.args[0].id != "hash" else INTS
            if builtin in ("enumerate", "zip"):
                return frozenset(("tuple",))
        kinds = self.of(node)
        return STR if kinds == STR else INTS if kinds == frozenset(("range",)) else None

    def builtin(self, node: Any) -> str | None:
        """The builtin that a name can only be."""
        if isinstance(node, _ast.Name) and self.script.resolve(node.id, node.scope) is None:
            name: str = node.id
            return name
        return None

    def _union(self, nodes: Any) -> frozenset[str] | None:
        every: frozenset[str] = frozenset()
        for each in nodes:
            kinds = None if each is None or isinstance(each, _ast.Starred) else self.of(each)
            if kinds is None:
                return None
            every |= kinds
        return every

    def _constant(self, node: Any) -> frozenset[str] | None:
        return constant(node)

    def _name_node(self, node: Any) -> frozenset[str] | None:
        return self.name(node.id, node.scope)

    def _call(self, node: Any) -> frozenset[str] | None:
        func = node.func
        if isinstance(func, _ast.Name):
            builtin = self.builtin(func)
            if builtin is not None:
                return CONSTRUCTORS.get(builtin)
            found = self.script.classes.get(func.id, [])
            bound = self.script.resolve(func.id, func.scope)
            if (
                len(found) == 1
                and bound is not None
                and len(bound.bound[func.id]) == 1
                and self.is_plain_class(found[0])
            ):
                made = any(getattr(each, "name", "") == "__new__" for each in found[0].body)
                return None if made or found[0].decorator_list else frozenset(("object",))
            return None
        if isinstance(func, _ast.Attribute) and self.of(func.value) == STR:
            if func.attr in TEXT_METHODS:
                return STR
            if func.attr in ("split", "rsplit", "splitlines"):
                return frozenset(("list",))
            if func.attr in ("find", "rfind"):
                return INTS
            if func.attr in ("count", "index", "rindex"):
                return COUNT
            if func.attr.startswith("is") or func.attr in ("startswith", "endswith"):
                return BOOL
        return None

    def _binary(self, node: Any) -> frozenset[str] | None:
        left, right = self.of(node.left), self.of(node.right)
        operator = node.op.__class__
        if (left is None) != (right is None):
            known, other = (right, left) if left is None else (left, right)
            numeric = self._arithmetic(operator, known, other)
            if numeric is not None:
                return numeric
        if left is None or right is None:
            # `%` with a text on the left is formatting, whatever is on the right.
            return STR if operator is _ast.Mod and left == STR else None
        if left == STR and (operator is _ast.Mod or (right == STR and operator is _ast.Add)):
            return STR
        if left == STR and operator is _ast.Mult and right <= INTS:
            return STR
        if left <= INTS and right <= INTS:
            if operator in (_ast.Add, _ast.Mult, _ast.FloorDiv, _ast.Mod) and left <= COUNT and right <= COUNT:
                return COUNT | {"big"}
            if operator in (
                _ast.Add,
                _ast.Sub,
                _ast.Mult,
                _ast.FloorDiv,
                _ast.Mod,
                _ast.BitAnd,
                _ast.BitOr,
                _ast.BitXor,
            ):
                return INTS
            return frozenset(("float",)) if operator is _ast.Div else None
        numbers = INTS | {"float"}
        if left <= numbers and right <= numbers and operator in (_ast.Add, _ast.Sub, _ast.Mult, _ast.Div):
            return numbers
        same = left == right and left in (frozenset(("list",)), frozenset(("tuple",)))
        return left if same and operator is _ast.Add else None

    def _unary(self, node: Any) -> frozenset[str] | None:
        if isinstance(node.op, _ast.Not):
            return BOOL
        kinds = self.of(node.operand)
        if isinstance(node.operand, _ast.Constant) and isinstance(node.op, _ast.USub) and kinds == frozenset(("int",)):
            return frozenset(("negative",))
        return INTS if kinds is not None and kinds <= INTS else kinds if kinds == frozenset(("float",)) else None

    def _compare(self, node: Any) -> frozenset[str] | None:
        plain_operators = (_ast.Is, _ast.IsNot, _ast.In, _ast.NotIn)
        return BOOL if not self.compares or all(isinstance(each, plain_operators) for each in node.ops) else None

    def _choice(self, node: Any) -> frozenset[str] | None:
        return self._union((node.body, node.orelse))

    def _boolean(self, node: Any) -> frozenset[str] | None:
        return self._union(node.values)

    def _named(self, node: Any) -> frozenset[str] | None:
        return self.of(node.value)


def _is_plain(node: Any) -> bool:
    """Whether a class statement makes an ordinary class."""
    return not node.decorator_list and not node.keywords


OF: Final[dict[type, Any]] = {
    _ast.Constant: Kinds._constant,
    _ast.Name: Kinds._name_node,
    _ast.Attribute: Kinds._attribute,
    _ast.Call: Kinds._call,
    _ast.BinOp: Kinds._binary,
    _ast.UnaryOp: Kinds._unary,
    _ast.Compare: Kinds._compare,
    _ast.IfExp: Kinds._choice,
    _ast.BoolOp: Kinds._boolean,
    _ast.NamedExpr: Kinds._named,
}
__all__ = ["BOOL", "COUNT", "INTS", "STR", "Kinds"]
