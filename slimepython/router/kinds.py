"""Which types an expression may have, as far as that is certain; imports router.script, router.tables.

`None` means "any that can occur in this script". Being wrong here would misroute, so whatever is not plain stays unknown.
"""

from __future__ import annotations

import _ast
import builtins
from typing import Any, Final

from slimepython.router.script import FUNCTIONS, Scope, Script
from slimepython.router.tables import Tables

INTS: Final = frozenset(("zero", "int", "negative", "big", "negative_big", "bool"))
COUNT: Final = frozenset(("zero", "int"))
STR: Final = frozenset(("str",))
BOOL: Final = frozenset(("bool",))
HASHABLE_LITERAL: Final = frozenset(("str", "zero", "int", "negative", "bool", "NoneType", "float", "bytes"))
DISPLAYS: Final[dict[type, frozenset[str]]] = {
    _ast.JoinedStr: STR,
    _ast.List: frozenset(("list",)),
    _ast.ListComp: frozenset(("list",)),
    _ast.Tuple: frozenset(("tuple",)),
    _ast.Dict: frozenset(("dict",)),
    _ast.DictComp: frozenset(("dict",)),
    _ast.Set: frozenset(("set",)),
    _ast.SetComp: frozenset(("set",)),
    _ast.GeneratorExp: frozenset(("generator",)),
    _ast.Lambda: frozenset(("function",)),
}
CONSTRUCTORS: Final = {
    "str": STR,
    "repr": STR,
    "ascii": STR,
    "format": STR,
    "chr": STR,
    "bin": STR,
    "hex": STR,
    "oct": STR,
    "len": COUNT,
    "ord": COUNT,
    "int": INTS,
    "hash": INTS,
    "float": frozenset(("float",)),
    "bool": BOOL,
    "isinstance": BOOL,
    "issubclass": BOOL,
    "callable": BOOL,
    "hasattr": BOOL,
    "any": BOOL,
    "all": BOOL,
    "list": frozenset(("list",)),
    "sorted": frozenset(("list",)),
    "tuple": frozenset(("tuple",)),
    "dict": frozenset(("dict",)),
    "range": frozenset(("range",)),
    "bytes": frozenset(("bytes",)),
    "bytearray": frozenset(("bytearray",)),
    "set": frozenset(("set",)),
    "frozenset": frozenset(("frozenset",)),
    "enumerate": frozenset(("iterator",)),
    "zip": frozenset(("iterator",)),
    "map": frozenset(("iterator",)),
    "filter": frozenset(("iterator",)),
}
"""Builtins whose answer has one type whatever they are given. `int` may be asked through `__int__`: an int all the same."""
NUMBERS: Final = INTS | {"float"}
LIST: Final = frozenset(("list",))
PLAIN_ARITHMETIC: Final = (_ast.Add, _ast.Sub, _ast.Div, _ast.FloorDiv)
OVERLOADS: Final = frozenset(
    "__add__ __radd__ __iadd__ __sub__ __rsub__ __isub__ __truediv__ __rtruediv__ __floordiv__ __rfloordiv__".split()
)
INPLACE: Final = frozenset(
    """__iadd__ __isub__ __imul__ __ior__ __iand__ __ixor__ __itruediv__ __ifloordiv__ __imod__ __ilshift__ __irshift__ __ipow__
    __imatmul__""".split()
)
CALLS_BY_NAME: Final = frozenset(
    """getattr vars __dict__ globals locals eval exec methodcaller attrgetter __getattribute__ partialmethod __wrapped__ __func__
    fget type __init_subclass__ __subclasses__ __prepare__ __getattr__""".split()
)
"""With one of these in a script, a function may be called in ways that cannot be seen."""
ASSIGNS: Final = (_ast.Assign, _ast.AnnAssign)
LOOSE: Final = frozenset(
    """setattr __setattr__ __dict__ vars __getattr__ __getattribute__ __get__ __set__ SimpleNamespace namedtuple NamedTuple dataclass
    make_dataclass type __new__ replace _replace __prepare__ exec globals Enum Flag IntEnum StrEnum IntFlag""".split()
)
"""With one of these in a script, attributes may be set in ways that cannot be seen."""
TEXT_METHODS: Final = frozenset(
    """upper lower title capitalize casefold swapcase strip lstrip rstrip replace center ljust rjust zfill join format expandtabs
    removeprefix removesuffix translate format_map""".split()
)


class Kinds:
    """Answers for one script; what was asked for once is remembered."""

    def __init__(self, script: Script, tables: Tables) -> None:
        self.script = script
        self.tables = tables
        self._names: dict[tuple[str, int], frozenset[str] | None] = {}
        self.compares = any(name in script.functions for name in ("__eq__", "__lt__", "__gt__", "__le__", "__ge__", "__ne__"))
        self.overloads = any(name in OVERLOADS for name in script.functions)
        self.stored: dict[str, list[Any]] = {}
        self.loose = True
        self._stores()
        self.uses: dict[str, list[Any]] = {}
        self.dynamic = False
        for node in script.nodes:
            if isinstance(node, _ast.Name):
                self.uses.setdefault(node.id, []).append(node)
                self.dynamic = self.dynamic or node.id in CALLS_BY_NAME
            elif isinstance(node, _ast.Attribute):
                self.uses.setdefault(node.attr, []).append(node)
                self.dynamic = self.dynamic or node.attr in CALLS_BY_NAME
        self.reachable = self._reachable()

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
            self._names[key] = self._bound(found.bound[name], found)
        return self._names[key]

    def _bound(self, bindings: list[tuple[str, Any]], scope: Scope) -> frozenset[str] | None:
        every: frozenset[str] = frozenset()
        for how, node in bindings:
            if how == "augmented":
                continue
            if how == "assign" or how == "for":
                kinds = self.of(node) if how == "assign" else self.items(node)
            elif how == "def":
                kinds = None if node.decorator_list else frozenset(("function",))
            elif how == "class":
                kinds = frozenset(("type",)) if plain(node) else None
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

    def _receiver(self, function: Any, bindings: list[tuple[str, Any]]) -> frozenset[str] | None:
        """The first parameter of a method of a class without builtin bases, which nobody calls through the class."""
        owner = getattr(function, "up", None)
        if not isinstance(owner, _ast.ClassDef) or isinstance(function, _ast.Lambda) or len(bindings) != 1:
            return None
        arguments = [*function.args.posonlyargs, *function.args.args]
        name = next((key for key, value in function_scope(self.script, function).items() if value is bindings), None)
        if not arguments or arguments[0].arg != name or function.decorator_list or function.name == "__new__":
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
        scope = function_scope(self.script, function)
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
            keywords = {each.arg: value for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)}
            default = frozenset() if keywords.get(wanted) is None else self.of(keywords[wanted])
        if default is None:
            return None
        every |= default
        for use in self.uses.get(name, ()):
            if use is None:
                return None
            given = self._given(use, wanted, places, method)
            if given is None:
                return None
            every |= given
        return every or None

    def _given(self, use: Any, wanted: str, places: list[str], method: bool) -> frozenset[str] | None:
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

    @property
    def unbound(self) -> set[str]:
        """Classes whose methods are taken from the class, and so may be called with anything."""
        if not hasattr(self, "_unbound"):
            self._unbound = {
                node.value.id
                for node in self.script.nodes
                if isinstance(node, _ast.Attribute)
                and isinstance(node.value, _ast.Name)
                and isinstance(node.up, _ast.Call)
                and node.up.func is node
                and node.value.id in self.script.classes
            }
        return self._unbound

    def is_plain_class(self, node: Any, depth: int = 0) -> bool:
        """Whether a class and all its bases are the script's own, with no metaclass."""
        if depth > 20 or node.keywords and any(each.arg == "metaclass" for each in node.keywords):
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
        if isinstance(node, _ast.Name) and self.script.resolve(node.id, node.scope) is None:  # type: ignore[attr-defined]
            return node.id
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
        value = node.value
        kind = type(value).__name__
        if kind == "int":
            size = "big" if abs(value) >= 1 << 62 else "int"
            return frozenset(("zero" if value == 0 else size if value > 0 else "negative" if size == "int" else "negative_big",))
        return frozenset((kind if kind != "Ellipsis" else "ellipsis",))

    def _name_node(self, node: Any) -> frozenset[str] | None:
        return self.name(node.id, node.scope)

    def _call(self, node: Any) -> frozenset[str] | None:
        func = node.func
        if isinstance(func, _ast.Name):
            builtin = self.builtin(func)
            if builtin is not None:
                return CONSTRUCTORS.get(builtin)
            found = self.script.classes.get(func.id, [])
            bound = self.script.resolve(func.id, func.scope)  # type: ignore[attr-defined]
            if len(found) == 1 and bound is not None and len(bound.bound[func.id]) == 1 and self.is_plain_class(found[0]):
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
            if operator in (_ast.Add, _ast.Sub, _ast.Mult, _ast.FloorDiv, _ast.Mod, _ast.BitAnd, _ast.BitOr, _ast.BitXor):
                return INTS
            return frozenset(("float",)) if operator is _ast.Div else None
        numbers = INTS | {"float"}
        if left <= numbers and right <= numbers and operator in (_ast.Add, _ast.Sub, _ast.Mult, _ast.Div):
            return numbers
        same = left == right and left in (frozenset(("list",)), frozenset(("tuple",)))
        return left if same and operator is _ast.Add else None

    def _arithmetic(self, operator: type, left: frozenset[str] | None, right: frozenset[str] | None) -> frozenset[str] | None:
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
        stored: dict[str, list[Any]] = {}
        later: list[tuple[str, Any]] = []
        self.loose = False
        for node in self.script.nodes:
            kind = node.__class__
            if kind is _ast.Attribute:
                if node.attr in LOOSE:
                    self.loose = True
                elif not isinstance(node.ctx, _ast.Load):
                    up = node.up
                    if isinstance(up, _ast.AugAssign):
                        later.append((node.attr, (up.op.__class__, up.value)))
                    elif isinstance(up, _ast.Delete):
                        continue
                    else:
                        stored.setdefault(node.attr, []).append(getattr(up, "value", None) if isinstance(up, ASSIGNS) else None)
            elif kind is _ast.Name:
                if node.id in LOOSE:
                    self.loose = True
                elif node.scope.kind == "class" and not isinstance(node.ctx, _ast.Load):
                    up = node.up
                    stored.setdefault(node.id, []).append(getattr(up, "value", None) if isinstance(up, ASSIGNS) else None)
            elif kind in (_ast.FunctionDef, _ast.ClassDef, _ast.AsyncFunctionDef):
                if node.name in LOOSE:
                    self.loose = True
                if node.scope.kind == "class":
                    stored.setdefault(node.name, []).append(None)
            elif kind is _ast.ClassDef or (kind is _ast.keyword and node.arg is None):
                continue
        for name, value in later:
            stored.setdefault(name, []).append(value)
        self.stored = stored

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

    def _reachable(self) -> frozenset[str]:
        """Every type but those that only certain constructs make, none of which is in this script."""
        gone = set(RARE)
        names: set[str] = set()
        sliced = displayed = False
        for node in self.script.nodes:
            kind = node.__class__
            if kind is _ast.Name:
                names.add(node.id)
            elif kind is _ast.Attribute:
                names.add(node.attr)
            elif kind is _ast.Constant:
                kinds = self._constant(node) or frozenset()
                gone -= kinds
            elif kind is _ast.Slice:
                sliced = True
            elif kind is _ast.Set or kind is _ast.SetComp:
                gone.discard("set")
                displayed = True
            elif kind in (_ast.BinOp, _ast.AugAssign):
                gone -= MADE_BY_OPERATOR.get(node.op.__class__, frozenset())
            elif kind is _ast.AsyncFunctionDef:
                gone.discard("coroutine")
            elif kind is _ast.ClassDef and any(self._may_be_builtin(base) for base in node.bases):
                gone.discard("derived")
                if any(self._may_be_text(base) for base in node.bases):
                    gone.discard("strlike")
        if any(name.startswith("__i") and name in INPLACE for name in self.script.functions):
            gone.discard("inplace")
        if not names & {"keys", "items", "set", "frozenset"} and not displayed:
            gone.add("set")
        if sliced and any(name in self.script.functions for name in SLICED):
            gone.discard("slice")
        for name in names:
            gone -= MADE_BY_NAME.get(name, frozenset())
        for found in self.script.imports.values():
            for target in found:
                module = self.tables.modules.get(target.partition(":")[0])
                if module is None or module.makes_floats:
                    gone.discard("float")
                if module is None or target.partition(":")[0] not in TAME:
                    gone -= {"bytes", "bytearray", "memoryview", "complex", "slice", "view", "big", "negative_big", "set", "frozenset", "strlike"}
        return self.tables.types - gone

    def _may_be_text(self, base: Any) -> bool:
        """Whether a class with this base may be a text of its own."""
        name = base.id if isinstance(base, _ast.Name) else base.attr if isinstance(base, _ast.Attribute) else ""
        return name not in NO_TEXTS and name not in self.script.classes

    def _may_be_builtin(self, base: Any) -> bool:
        """Whether a class with this base may be a text, number or container of its own."""
        if isinstance(base, _ast.Subscript):
            base = base.value
        if isinstance(base, _ast.Attribute):
            module = self.script.module_of(base.value)
            return (module, base.attr) not in PLAIN_BASES
        if not isinstance(base, _ast.Name):
            return True
        if base.id in self.script.classes or self.script.imported(base.id) in PLAIN_BASES:
            return False
        raised = getattr(builtins, base.id, None)
        return not (base.id in ("object", "type") or (isinstance(raised, type) and issubclass(raised, BaseException)))


NO_TEXTS: Final = frozenset(
    """object type int float bool list dict tuple set frozenset bytes bytearray complex ABC Enum Flag IntEnum IntFlag NamedTuple
    TypedDict Protocol Generic Exception OrderedDict defaultdict Counter UserDict UserList deque NodeVisitor JSONEncoder Template
    Formatter ContextDecorator AbstractContextManager Mapping MutableMapping Sequence MutableSequence Iterator Iterable""".split()
)
PLAIN_BASES: Final = frozenset(
    [("abc", "ABC"), ("enum", "Enum"), ("enum", "Flag"), ("typing", "Protocol"), ("typing", "Generic"),
     ("contextlib", "ContextDecorator"), ("contextlib", "AbstractContextManager"), ("json", "JSONEncoder")]
)  # fmt: skip


def plain(node: Any) -> bool:
    """Whether a class statement makes an ordinary class."""
    return not node.decorator_list and not node.keywords


def function_scope(script: Script, function: Any) -> dict[str, list[tuple[str, Any]]]:
    """The names bound in a function."""
    body = function.body[0] if isinstance(function.body, list) else function.body
    scope: Any = body.scope
    while scope.node is not function:
        scope = scope.parent
    found: dict[str, list[tuple[str, Any]]] = scope.bound
    return found


SLICED: Final = ("__getitem__", "__setitem__", "__delitem__", "__class_getitem__")
RARE: Final = frozenset(
    """bytes derived strlike inplace bytearray memoryview complex slice NotImplementedType big negative_big set frozenset float coroutine property
    ellipsis alias view""".split()
)
MADE_BY_OPERATOR: Final = {
    _ast.Div: frozenset(("float",)),
    _ast.Pow: frozenset(("float", "complex", "big", "negative_big")),
    _ast.LShift: frozenset(("big", "negative_big")),
    _ast.Mult: frozenset(("big", "negative_big")),
    _ast.Add: frozenset(("big", "negative_big")),
    _ast.Sub: frozenset(("big", "negative_big", "set")),
    _ast.BitOr: frozenset(("set", "alias")),
    _ast.BitAnd: frozenset(("set",)),
    _ast.BitXor: frozenset(("set",)),
}
MADE_BY_NAME: Final = {
    "bytes": frozenset(("bytes",)),
    "encode": frozenset(("bytes",)),
    "to_bytes": frozenset(("bytes",)),
    "bytearray": frozenset(("bytearray",)),
    "memoryview": frozenset(("memoryview",)),
    "complex": frozenset(("complex",)),
    "pow": frozenset(("complex", "float", "big", "negative_big")),
    "slice": frozenset(("slice",)),
    "NotImplemented": frozenset(("NotImplementedType",)),
    "Ellipsis": frozenset(("ellipsis",)),
    "set": frozenset(("set",)),
    "frozenset": frozenset(("frozenset",)),
    "__abstractmethods__": frozenset(("frozenset",)),
    "float": frozenset(("float",)),
    "eval": frozenset(("float", "big", "negative_big", "bytes", "complex", "set")),
    "int": frozenset(("big", "negative_big")),
    "sum": frozenset(("big", "negative_big")),
    "property": frozenset(("property",)),
    "classmethod": frozenset(("property",)),
    "staticmethod": frozenset(("property",)),
    "super": frozenset(("property",)),
    "keys": frozenset(("view",)),
    "values": frozenset(("view",)),
    "items": frozenset(("view",)),
    "__dict__": frozenset(("view",)),
    "__members__": frozenset(("view",)),
    "vars": frozenset(("view",)),
    "list": frozenset(("alias",)),
    "Counter": frozenset(("inplace", "derived")),
    "deque": frozenset(("inplace",)),
    "OrderedDict": frozenset(("derived",)),
    "defaultdict": frozenset(("derived",)),
    "ChainMap": frozenset(("inplace",)),
    "array": frozenset(("inplace",)),
    "namedtuple": frozenset(("derived",)),
    "UserString": frozenset(("inplace",)),
    "UserList": frozenset(("inplace",)),
    "__truediv__": frozenset(("float",)),
    "__pow__": frozenset(("float", "complex")),
    "from_bytes": frozenset(("big", "negative_big")),
    "union": frozenset(("set",)),
}
TAME: Final = frozenset(
    """__future__ abc bisect collections collections.abc contextlib copy dataclasses enum functools heapq itertools json keyword
    pprint random re reprlib string textwrap types typing graphlib math""".split()
)
"""Modules that make none of the rare types but floats (as far as their listed names go)."""

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
__all__ = ["BOOL", "COUNT", "FUNCTIONS", "INTS", "STR", "Kinds"]
