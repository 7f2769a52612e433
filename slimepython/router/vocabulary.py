"""What is known beforehand about types: what makes them, and what may set things unseen; imports router.syntax."""

from __future__ import annotations

from typing import Final

from slimepython.router.syntax import _ast, words

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
"""Builtins whose answer has one type whatever they are given. `int` may be asked through `__int__`: an int all the
same."""
NUMBERS: Final = INTS | {"float"}
LIST: Final = frozenset(("list",))
PLAIN_ARITHMETIC: Final = (_ast.Add, _ast.Sub, _ast.Div, _ast.FloorDiv)
OVERLOADS: Final = words(
    """__add__ __radd__ __iadd__ __sub__ __rsub__ __isub__ __truediv__ __rtruediv__ __floordiv__ __rfloordiv__"""
)
INPLACE: Final = words(
    """__iadd__ __isub__ __imul__ __ior__ __iand__ __ixor__ __itruediv__ __ifloordiv__ __imod__ __ilshift__ __irshift__
    __ipow__ __imatmul__"""
)
CALLS_BY_NAME: Final = words(
    """getattr vars __dict__ globals locals eval exec methodcaller attrgetter __getattribute__ partialmethod
    __wrapped__ __func__ fget __init_subclass__ __subclasses__ __prepare__ __getattr__"""
)
"""With one of these in a script, a function may be called in ways that cannot be seen."""
ASSIGNS: Final = (_ast.Assign, _ast.AnnAssign)
LOOSE: Final = words(
    """setattr __setattr__ __dict__ vars __getattr__ __getattribute__ __get__ __set__ SimpleNamespace
    make_dataclass __prepare__ exec globals Namespace local"""
)
"""With one of these in a script, attributes may be set in ways that cannot be seen."""
TEXT_METHODS: Final = words(
    """upper lower title capitalize casefold swapcase strip lstrip rstrip replace center ljust rjust zfill join format
    expandtabs removeprefix removesuffix translate format_map"""
)


NO_TEXTS: Final = words(
    """object type int float bool list dict tuple set frozenset bytes bytearray complex ABC Enum Flag IntEnum IntFlag
    NamedTuple TypedDict Protocol Generic Exception OrderedDict defaultdict Counter UserDict UserList deque
    NodeVisitor JSONEncoder Template Formatter ContextDecorator AbstractContextManager Mapping MutableMapping
    Sequence MutableSequence Iterator Iterable ChainMap Random Thread Handler Filter local
    ABCMeta EnumMeta EnumType ArgumentParser Action"""
)
PLAIN_BASES: Final = frozenset(
    [("abc", "ABC"), ("enum", "Enum"), ("enum", "Flag"), ("typing", "Protocol"), ("typing", "Generic"),
     ("contextlib", "ContextDecorator"), ("contextlib", "AbstractContextManager"), ("json", "JSONEncoder")]
)  # fmt: skip


SLICED: Final = ("__getitem__", "__setitem__", "__delitem__", "__class_getitem__")
RARE: Final = words(
    """bytes derived strlike inplace bytearray memoryview complex slice NotImplementedType big negative_big set
    frozenset float coroutine property ellipsis alias view"""
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
TAME: Final = words(
    """__future__ abc bisect collections collections.abc contextlib copy dataclasses enum functools heapq itertools
    json keyword pprint random re reprlib string textwrap types typing graphlib math"""
)
"""Modules that make none of the rare types but floats (as far as their listed names go)."""
