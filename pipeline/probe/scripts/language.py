"""The language itself, feature by feature; each is compiled by itself, so that one syntax error is one failure."""

import sys

from common import emit, reason

FEATURES = {
    "closures": """
def counter():
    n = 0
    def step():
        nonlocal n
        n += 1
        return n
    return step
step = counter(); step()
assert step() == 2
""",
    "arguments": """
def f(a, /, b, *args, c=3, **kwargs):
    return a, b, args, c, kwargs
assert f(1, 2, 4, 5, c=6, d=7) == (1, 2, (4, 5), 6, {"d": 7})
assert f(*[1, 2], **{"z": 0}) == (1, 2, (), 3, {"z": 0})
""",
    "metaclass": """
class Meta(type):
    def __new__(cls, name, bases, namespace, **options):
        namespace["tag"] = options.get("tag", name.lower())
        return super().__new__(cls, name, bases, namespace)
    def __init__(cls, name, bases, namespace, **options):
        super().__init__(name, bases, namespace)
class A(metaclass=Meta, tag="x"): pass
class B(A): pass
assert (A.tag, B.tag, type(B)) == ("x", "b", Meta)
""",
    "descriptor": """
class Positive:
    def __set_name__(self, owner, name): self.name = "_" + name
    def __get__(self, instance, owner=None): return self if instance is None else getattr(instance, self.name)
    def __set__(self, instance, value):
        if value < 0: raise ValueError(value)
        setattr(instance, self.name, value)
class A:
    n = Positive()
a = A(); a.n = 3
assert a.n == 3
try: a.n = -1
except ValueError: pass
else: raise AssertionError("no ValueError")
""",
    "attributes": """
class A:
    def __getattr__(self, name): return name.upper()
    def __setattr__(self, name, value): object.__setattr__(self, name, value * 2)
a = A(); a.x = 2
assert (a.x, a.y) == (4, "Y")
""",
    "monkey_patching": """
class A:
    def f(self): return 1
a = A()
A.f = lambda self: 2
assert a.f() == 2
a.__class__ = type("B", (), {"f": lambda self: 3})
assert a.f() == 3
""",
    "inheritance": """
class A:
    def who(self): return ["A"]
class B(A):
    def who(self): return ["B", *super().who()]
class C(A):
    def who(self): return ["C", *super().who()]
class D(B, C): pass
assert D().who() == ["B", "C", "A"]
assert [c.__name__ for c in D.__mro__] == ["D", "B", "C", "A", "object"]
""",
    "generators": """
def inner():
    got = yield 1
    return got
def outer():
    result = yield from inner()
    yield result * 2
g = outer()
assert next(g) == 1 and g.send(21) == 42
g.close()
""",
    "async": """
async def one(): return 1
async def numbers():
    for n in range(3): yield n
async def main(): return [n + await one() async for n in numbers()]
c = main()
try: c.send(None)
except StopIteration as stop: assert stop.value == [1, 2, 3]
else: raise AssertionError("did not end")
""",
    "context_managers": """
from contextlib import contextmanager, ExitStack
seen = []
@contextmanager
def c(name):
    seen.append(name)
    try: yield name
    finally: seen.append("-" + name)
with c("a") as a, c("b"): pass
with ExitStack() as stack: stack.enter_context(c("z"))
assert seen == ["a", "b", "-b", "-a", "z", "-z"]
""",
    "exceptions": """
try:
    try: 1 / 0
    except ZeroDivisionError as error: raise ValueError("v") from error
except ValueError as error: assert type(error.__cause__) is ZeroDivisionError
try: raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
except* ValueError as group: assert len(group.exceptions) == 1
except* TypeError: pass
""",
    "pattern_matching": """
def kind(x):
    match x:
        case {"a": [1, *rest]}: return rest
        case int(n) if n > 10: return "big"
        case (x, y) | [x, y, _]: return x + y
        case str() as s: return s
    return None
assert [kind({"a": [1, 2]}), kind(11), kind((1, 2)), kind("s"), kind(1.0)] == [[2], "big", 3, "s", None]
""",
    "strings": """
name, width = "x", 6
assert f"{name!r:>{width}}|{1/3:.3f}|{255:#x}|{f'{name}'}|{name=}" == "   'x'|0.333|0xff|x|name='x'"
assert "%s %05.1f %%" % ("a", 2.25) == "a 002.2 %"
assert "{0[1]}{a.real}".format([1, 2], a=3) == "23"
""",
    "comprehensions": """
assert {k: v for k, v in zip("ab", range(2))} == {"a": 0, "b": 1}
assert [y for x in range(3) if (y := x * x) > 0] == [1, 4]
assert sum(x for x in range(5)) == 10
""",
    "dataclasses": """
from dataclasses import dataclass, field, replace
@dataclass(frozen=True, order=True, slots=True)
class P:
    x: int
    y: list = field(default_factory=list, compare=False)
assert P(1) < P(2) and replace(P(1), x=3).x == 3 and repr(P(1)) == "P(x=1, y=[])"
""",
    "enums": """
from enum import Enum, Flag, auto
class C(Enum):
    A = auto(); B = auto()
class F(Flag):
    R = 1; W = 2
assert C(2) is C.B and [c.name for c in C] == ["A", "B"] and (F.R | F.W).value == 3
""",
    "functools": """
import functools
@functools.lru_cache(None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
@functools.singledispatch
def kind(x): return "object"
kind.register(int, lambda x: "int")
assert fib(60) == 1548008755920 and kind(1) == "int" and functools.partial(int, base=2)("101") == 5
""",
    "eval_exec": """
scope = {}
exec(compile("def f(n):\\n    return n + k", "<made>", "exec"), scope)
scope["k"] = 5
assert eval("f(1)", scope) == 6
assert eval("[x for x in range(n)]", {"n": 2}) == [0, 1]
""",
    "ast": """
import ast
tree = ast.parse("a + 1 if b else [c]")
assert ast.unparse(tree) == "a + 1 if b else [c]"
assert ast.literal_eval("{'a': (1, 2.5, None)}") == {"a": (1, 2.5, None)}
""",
    "type_parameters": """
class Box[T]:
    def __init__(self, value: T): self.value = value
def first[T](items: list[T]) -> T: return items[0]
type Pair[T] = tuple[T, T]
assert first([1]) == 1 and Box.__type_params__[0].__name__ == "T" and Pair.__name__ == "Pair"
""",
    "annotations": """
import typing
class A:
    x: "int | None" = None
    y: typing.ClassVar[int] = 1
assert typing.get_type_hints(A)["x"] == int | None
""",
    "integers": """
assert 2**200 % 1000007 == pow(2, 200, 1000007) and (-7 // 2, -7 % 2) == (-4, 1)
assert int("123456789" * 20) == int(str(int("123456789" * 20))) and (10**30).bit_length() == 100
""",
    "floats": """
assert repr(0.1 + 0.2) == "0.30000000000000004" and float("1e308") * 10 == float("inf")
assert (0.1).hex() == "0x1.999999999999ap-4" and round(2.5) == 2 and (1.5).as_integer_ratio() == (3, 2)
""",
    "decimals": """
from decimal import Decimal, getcontext
from fractions import Fraction
getcontext().prec = 30
assert str(Decimal(1) / 7) == "0.142857142857142857142857142857"
assert Fraction(1, 3) + Fraction(1, 6) == Fraction(1, 2)
""",
    "collections": """
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque, namedtuple
P = namedtuple("P", "x y")
assert P(1, 2)._replace(y=3) == (1, 3) and Counter("aab").most_common(1) == [("a", 2)]
d = deque(range(5), maxlen=3); d.rotate(1)
assert list(d) == [4, 2, 3]
""",
    "json_pickle": """
import json, pickle, copy
value = {"a": [1, 2.5, None, True, "é"], "b": {"c": []}}
assert json.loads(json.dumps(value)) == value and pickle.loads(pickle.dumps(value)) == value
assert copy.deepcopy(value) == value and json.dumps("é") == '"\\\\u00e9"'
""",
    "regex": """
import re
assert re.split(r"[,;]\\s*", "a, b;c") == ["a", "b", "c"]
assert re.sub(r"(\\w)(\\w)", r"\\2\\1", "abcd") == "badc"
""",
    "recursion": """
def dive(n): return dive(n + 1)
try: dive(0)
except RecursionError: pass
else: raise AssertionError("no RecursionError")
def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
assert deep(800) == 800
""",
    "garbage": """
import gc, weakref
class A: pass
a, b = A(), A()
a.other, b.other = b, a
ref = weakref.ref(a)
del a, b
gc.collect()
assert ref() is None
""",
    "finalizers": """
seen = []
class A:
    def __del__(self): seen.append(1)
a = A(); del a
assert seen == [1]
""",
    "tracebacks": """
import traceback
def f(): raise KeyError("k")
try: f()
except KeyError as error:
    text = "".join(traceback.format_exception(error))
    assert text.startswith("Traceback (most recent call last):") and text.endswith("KeyError: 'k'\\n")
""",
    "buffers": """
import array, struct
m = memoryview(bytearray(b"abcdef"))[1:5:2]
m[0] = 90
assert m.tobytes() == b"Zd" and struct.unpack("<hQ", struct.pack("<hQ", -2, 7)) == (-2, 7)
assert array.array("i", [1, 2]).tobytes() == struct.pack("=ii", 1, 2)
""",
    "imports": """
import sys, types, importlib
m = types.ModuleType("made"); m.x = 1
sys.modules["made"] = m
import made
assert made.x == 1 and importlib.import_module("json.decoder").__name__ == "json.decoder"
""",
    "inspect": """
import inspect
def f(a, b: int = 2, *, c): pass
assert str(inspect.signature(f)) == "(a, b: int = 2, *, c)"
assert inspect.getframeinfo(inspect.currentframe()).lineno > 0
""",
    "sorting": """
assert sorted("bca", reverse=True) == ["c", "b", "a"]
assert sorted([(1, "b"), (0, "z"), (1, "a")], key=lambda p: p[0]) == [(0, "z"), (1, "b"), (1, "a")]
""",
    "template_strings": """
import sys
if sys.version_info >= (3, 14):
    template = eval("t'{6 * 7:x} is'")
    assert template.strings == ("", " is") and template.interpolations[0].value == 42
""",
}


passed, failed = [], {}
for name, source in FEATURES.items():
    try:
        exec(compile(source, f"<{name}>", "exec"), {"__name__": "__feature__"})
    except BaseException as error:
        failed[name] = reason(error)
    else:
        passed.append(name)
emit({"ok": not failed, "passed": sorted(passed), "failed": failed})
