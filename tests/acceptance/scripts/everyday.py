"""Ordinary code that every tier and target must run alike: prints the same bytes everywhere."""

import argparse
import collections
import contextlib
import dataclasses
import datetime
import enum
import functools
import itertools
import json
import re
import sys
import textwrap


@dataclasses.dataclass(order=True)
class Item:
    price: float
    name: str = dataclasses.field(compare=False)
    tags: list[str] = dataclasses.field(default_factory=list, compare=False)


class Colour(enum.Enum):
    RED = 1
    GREEN = enum.auto()


class Typed:
    """A descriptor that checks."""

    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner):
        return getattr(instance, self.name)

    def __set__(self, instance, value):
        if not isinstance(value, int):
            raise TypeError(f"{self.name[1:]} must be an int")
        setattr(instance, self.name, value)


class Registry(type):
    known: dict = {}

    def __new__(mcls, name, bases, body):
        cls = super().__new__(mcls, name, bases, body)
        mcls.known[name] = cls
        return cls


class Point(metaclass=Registry):
    x = Typed()


@contextlib.contextmanager
def section(title):
    print(f"-- {title}")
    try:
        yield
    except TypeError as error:
        print("TypeError:", error)


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


with section("data"):
    items = sorted([Item(2.5, "b"), Item(1.25, "a", ["x"])])
    print(items)
    print(json.dumps([dataclasses.asdict(item) for item in items], sort_keys=True))
    print(json.loads('{"a": [1, 2.5, null, "\\u00fc"]}'))
with section("classes"):
    point = Point()
    point.x = 3
    print(point.x, sorted(Registry.known), Colour.GREEN, Colour(1).name)
    point.x = "no"
with section("functions"):
    print(fib(80), list(itertools.accumulate(range(6))), functools.reduce(lambda a, b: a * b, range(1, 20)))
    print(eval("[n * n for n in range(5)]"), collections.Counter("mississippi").most_common(2))
with section("text"):
    print(re.sub(r"(\w+)@(\w+)", r"\2 at \1", "me@home you@work"), "Grüße".upper(), f"{3.14159:08.3f}|{42:#x}|{'é':>4}")
    print(textwrap.fill("the quick brown fox jumps over the lazy dog", 20))
with section("dates"):
    print(datetime.date(2024, 2, 29) + datetime.timedelta(days=366), 2**200, -7 // 2, divmod(-7, 2), 0.1 + 0.2)
with section("generators"):

    def count():
        received = yield 1
        while received:
            received = yield received * 2

    generator = count()
    print(next(generator), generator.send(5), generator.send(7))
parser = argparse.ArgumentParser(prog="everyday")
parser.add_argument("words", nargs="*")
print(parser.parse_args(sys.argv[1:]).words)
print("to stderr", file=sys.stderr)
sys.exit(7)
