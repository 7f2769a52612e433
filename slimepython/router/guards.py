"""Where a trial can find out by itself whether a difference comes true: edits of a script; imports router modules.

What a script's values will be is not always known beforehand, but a run whose outcome can be thrown away may look. So
an operator, a receiver or a computed name that *may* run into a difference is wrapped, in the copy of the script that
is tried, in a function which compares the types there are with those that were seen to differ, and ends the run if
they are: then Full runs the script, as it was written. What the functions do is in `slimepython.router.prelude`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from slimepython.router.edits import Call, Edit, Pair
from slimepython.router.places import Places
from slimepython.router.syntax import _ast
from slimepython.router.tables import Shape

OPERATORS: Final = {
    _ast.Add: "+",
    _ast.Sub: "-",
    _ast.Mult: "*",
    _ast.Div: "/",
    _ast.FloorDiv: "//",
    _ast.Mod: "%",
    _ast.Pow: "**",
    _ast.LShift: "<<",
    _ast.RShift: ">>",
    _ast.BitAnd: "&",
    _ast.BitOr: "|",
    _ast.BitXor: "^",
    _ast.MatMult: "@",
    _ast.Eq: "==",
    _ast.NotEq: "!=",
    _ast.Lt: "<",
    _ast.LtE: "<=",
    _ast.Gt: ">",
    _ast.GtE: ">=",
    _ast.In: "in",
    _ast.NotIn: r"not\s+in",
    _ast.Is: "is",
    _ast.IsNot: r"is\s+not",
}
NAMES: Final = frozenset(("sum", "getattr", "hasattr", "setattr", "delattr", "vars", "type", "dir", "chr"))
"""Builtins that have a guarded twin."""
UNWRAPPED: Final = (_ast.Yield, _ast.YieldFrom, _ast.NamedExpr, _ast.Starred)
"""Expressions that need parentheses of their own as an argument."""
FRAMED: Final = frozenset(("super", "locals", "globals", "vars", "dir", "eval", "exec", "__import__", "type"))
"""Builtins that look at who calls them."""


@dataclass
class Guards(Places):
    """Collects the guards of one script; it cannot be guarded at all unless it is `usable`."""

    edits: list[Edit] = field(default_factory=list)
    refused: dict[tuple[Pair, ...], int] = field(default_factory=dict)
    calls: dict[tuple[Call, ...], int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    done: set[tuple[int, str]] = field(default_factory=set)
    aliases: set[str] = field(default_factory=set)
    computed: bool = False

    def pair(self, node: Any, shapes: Sequence[Shape]) -> bool:
        """Guard an operator on two operands; False: it cannot be."""
        refused = tuple((_place(shape, 0), _place(shape, 1)) for shape in shapes)
        if isinstance(node, _ast.AugAssign):
            return self._augmented(node, refused)
        if any(shape.count not in (2, None) for shape in shapes):
            return False
        found = _operands(node)
        text = f"__sp_{_code(node)}__({self._number(refused)}," if found else ""
        return found is not None and self._operation(node, *found, text)

    def identity(self, node: Any) -> bool:
        """Guard `is`: it must be asked of something that exists once."""
        found = _operands(node)
        return found is not None and self._operation(node, *found, f"__sp_{_code(node)}__(")

    def value(self, node: Any, types: Iterable[frozenset[str] | None]) -> bool:
        """Guard an expression by its own type: a receiver, a key, what is formatted."""
        refused = tuple((each, None) for each in types)
        if isinstance(node, UNWRAPPED) or not self._is_code(node) or any(each is None for each, _ in refused):
            return False
        begin, end = self._span(node)
        if isinstance(node, _ast.Tuple) and self.source[begin : begin + 1] != b"(":
            return False
        self._wrap(node, begin, end, f"__sp_value__({self._number(refused)},")
        return True

    def function(self, node: Any, shapes: Sequence[Shape], *, method: bool) -> bool:
        """Guard what is called (a method by its receiver too) by its arguments."""
        call = node.up
        if not (isinstance(call, _ast.Call) and call.func is node and self._is_code(node)):
            return method and self.value(node.value, [shape.receiver for shape in shapes])
        refused = tuple((shape.receiver if method else None, shape.count, shape.arguments) for shape in shapes)
        begin, end = self._span(node)
        if not method:
            if isinstance(node, _ast.Name) and node.id in FRAMED:
                return False
            text = f"__sp_function__({self.calls.setdefault(refused, len(self.calls))},"
            self._wrap(node, begin, end, text)
            return True
        after = self._span(node.value)[1]
        match = re.compile(rb"[\s)]*(\.\s*" + node.attr.encode() + rb")").fullmatch(self.source[after:end])
        if match is None or isinstance(node.value, UNWRAPPED) or not node.attr.isascii():
            return False
        if self._once(node, "method"):
            number = self.calls.setdefault(refused, len(self.calls))
            self._open(begin, end, f"__sp_method__({number},")
            self._replace(after + match.start(1), len(match.group(1)), f",{self._word(node.attr)})")
        return True

    def call(self, node: Any) -> bool:
        """Guard a call by what it raises: nothing may."""
        function = node.func
        if not self._is_code(node) or any(isinstance(each, _ast.GeneratorExp) for each in node.args):
            return False
        end = self._span(function)[1]
        opening = re.compile(rb"\s*\(").match(self.source, end)
        if opening is None:
            return False
        if self._once(node, "call"):
            self._open(self._span(function)[0], self._span(node)[1], "__sp_call__(")
            self._replace(opening.end() - 1, 1, ",")
        return True

    def name(self, node: Any, uses: Iterable[Any] | None) -> bool:
        """Use the guarded twin of a builtin, which is like it only when it is called.

        `uses`: of its name, anywhere; None: they are not all known.
        """
        if node.id not in NAMES or not self.usable or not is_only_called(node):
            return False
        if self._is_code(node):
            if self._once(node, "name"):
                # Two underscores at the end as well: in a class other names that begin so are changed.
                self._replace(self._span(node)[0], len(node.id), f"__sp_{node.id}__")
        elif uses is not None and all(is_only_called(each) for each in uses):
            # Where it stands is not certain: then the twin takes the name in all of the script.
            self.aliases.add(node.id)
        else:
            return False
        self.computed = self.computed or node.id in ("getattr", "hasattr")
        return True

    def text(self, node: Any) -> bool:
        """Guard a call by the characters of the texts that it gives."""
        if not self._is_code(node):
            return False
        self._wrap(node, *self._span(node), "__sp_text__(")
        return True

    def suspension(self, node: Any) -> bool:
        """Guard a `yield`: its generator must be gone on with."""
        if not self._is_code(node) or isinstance(node.scope.node, _ast.AsyncFunctionDef):
            return False
        begin, end = self._span(node)
        through = isinstance(node, _ast.YieldFrom)
        written = re.compile(rb"yield\s+from\b" if through else rb"yield\b").match(self.source, begin)
        if written is None:
            return False
        if self._once(node, "yield"):
            given = "" if node.value is not None else "None"
            twin = "through" if through else "held"
            # What is given may be a tuple without parentheses.
            self._replace(begin, len(written.group()), f"yield from __sp_{twin}__(({given}")
            self._close(end)
            self._close(end)
        return True

    def closing(self, node: Any) -> None:
        """Have it known that a generator is closed by name."""
        begin, end = self._span(node)
        after = self._span(node.value)[1]
        written = re.compile(rb"[\s)]*(\.\s*close)").fullmatch(self.source[after:end])
        plain = not isinstance(node.value, UNWRAPPED) and self._is_code(node) and (id(node), "method") not in self.done
        if written is not None and plain and self._once(node, "close"):
            self._open(begin, end, "__sp_close__(")
            self._replace(after + written.start(1), len(written.group(1)), ")")

    def _augmented(self, node: Any, refused: tuple[Pair, ...]) -> bool:
        target, value = node.target, node.value
        if isinstance(value, (*UNWRAPPED, _ast.Tuple)) or not self._is_code(value):
            return False
        number = self._number(refused)
        owner = getattr(target, "value", None)
        if isinstance(target, _ast.Name):
            text = f"__sp_other__({number},{target.id},"
        elif isinstance(target, _ast.Attribute) and isinstance(owner, _ast.Name) and target.attr[:2] != "__":
            text = f"__sp_attribute__({number},{owner.id},{self._word(target.attr)},"
        elif (
            isinstance(target, _ast.Subscript)
            and isinstance(owner, _ast.Name)
            and isinstance(target.slice, (_ast.Name, _ast.Constant))
        ):
            key = target.slice.id if isinstance(target.slice, _ast.Name) else repr(target.slice.value)
            text = f"__sp_item__({number},{owner.id},{key},"
        else:
            # What is changed cannot be asked for twice: then what it is changed by has to be enough.
            return self.value(value, [right for _, right in refused])
        self._wrap(node, *self._span(value), text)
        return text.isascii()

    def _operation(self, node: Any, left: Any, operator: type, right: Any, text: str) -> bool:
        if not self._is_code(node):
            return False
        between = slice(self._span(left)[1], self._span(right)[0])
        match = re.compile(rf"[\s)]*({_sign(operator)})[\s(]*".encode()).fullmatch(self.source[between])
        if match is None:
            return False
        if self._once(node, "pair"):
            begin, end = self._span(node)
            self._open(begin, end, text, inner=True)
            self._replace(between.start + match.start(1), len(match.group(1)), ",")
            self._close(end)
        return True

    def _wrap(self, node: Any, begin: int, end: int, text: str) -> None:
        if self._once(node, text):
            self._open(begin, end, text)
            self._close(end)

    def _once(self, node: Any, what: str) -> bool:
        key = (id(node), what)
        if key in self.done:
            return False
        self.done.add(key)
        return True

    def _open(self, begin: int, end: int, text: str, *, inner: bool = False) -> None:
        self.edits.append(Edit(begin, 1, -end, inner, 0, text.encode()))

    def _close(self, offset: int) -> None:
        self.edits.append(Edit(offset, 0, 0, False, 0, b")"))

    def _replace(self, offset: int, length: int, text: str) -> None:
        self.edits.append(Edit(offset, 2, 0, False, length, text.encode()))

    def _number(self, refused: tuple[Pair, ...]) -> int:
        return self.refused.setdefault(refused, len(self.refused))

    def _word(self, name: str) -> int:
        """A name by its number: quotes could not stand everywhere."""
        return self.words.setdefault(name, len(self.words))


def is_only_called(node: Any) -> bool:
    """Whether a use of a function calls it, or gives it to what does: it is not looked at itself."""
    up = node.up
    if isinstance(up, _ast.Call):
        first = up.args[:1] == [node] and isinstance(up.func, _ast.Name) and up.func.id == "map"
        return up.func is node or first
    call = up.up if isinstance(up, _ast.keyword) and up.arg == "key" else None
    return isinstance(call, _ast.Call) and isinstance(call.func, _ast.Name) and call.func.id in ("sorted", "min", "max")


def _operands(node: Any) -> tuple[Any, type, Any] | None:
    if isinstance(node, _ast.BinOp):
        return node.left, node.op.__class__, node.right
    if isinstance(node, _ast.Compare) and len(node.ops) == 1:
        return node.left, node.ops[0].__class__, node.comparators[0]
    return None


def _sign(operator: type) -> str:
    sign = OPERATORS[operator]
    return sign if sign[0].isalpha() else re.escape(sign)


def _code(node: Any) -> str:
    found = _operands(node)
    assert found is not None
    return found[1].__name__


def _place(shape: Shape, place: int) -> frozenset[str] | None:
    return shape.arguments[place] if place < len(shape.arguments) else None
