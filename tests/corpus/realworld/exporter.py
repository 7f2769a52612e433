"""Turns values of many types into a small markup."""

from collections import namedtuple
from datetime import date, timedelta
from fractions import Fraction
from functools import partial, reduce, singledispatch, singledispatchmethod, wraps

Point = namedtuple("Point", "x y", defaults=(0,))


@singledispatch
def export(value):
    return f"<{type(value).__name__}>"


@export.register
def _(value: str):
    return f"'{value}'"


@export.register(int)
@export.register(float)
def export_number(value):
    return f"{value:,}"


@export.register
def _(value: bool):
    return "yes" if value else "no"


@export.register(list)
@export.register(tuple)
def export_sequence(value):
    return "[" + " ".join(map(export, value)) + "]"


@export.register
def _(value: dict):
    return "{" + " ".join(f"{k}={export(v)}" for k, v in value.items()) + "}"


@export.register
def _(value: date | timedelta):
    return str(value)


@export.register
def _(value: None):
    return "-"


samples = ["tea", 1234567, 2.5, True, None, [1, [2, "x"]], (1,), {"a": 1, "b": [None]}, date(2024, 2, 29), timedelta(hours=30), Point(3), Fraction(1, 2), b"raw"]
for sample in samples:
    print(f"{type(sample).__name__:<10} {export(sample)}")
print(export.dispatch(bool) is export.dispatch(int), export.dispatch(Point).__name__)


class Drawer:
    def __init__(self):
        self.out = []

    @singledispatchmethod
    def draw(self, shape):
        self.out.append("?")

    @draw.register
    def _(self, shape: Point):
        self.out.append(f"point {shape.x},{shape.y}")

    @draw.register
    def _(self, shape: int):
        self.out.append("-" * shape)


drawer = Drawer()
for shape in (Point(1, 2), 5, "text"):
    drawer.draw(shape)
print(drawer.out)


def traced(function, sink):
    @wraps(function)
    def wrapper(*args, **kwargs):
        result = function(*args, **kwargs)
        sink.append((function.__name__, args, result))
        return result

    return wrapper


sink = []
add = traced(lambda a, b=1: a + b, sink)
inc = partial(add, b=10)
print(inc(1), inc(2, b=0), inc.keywords, sink[0][1:])
print(reduce(lambda f, g: lambda x: g(f(x)), [inc, str, list])(32))
print(add.__name__, add.__wrapped__(1))
