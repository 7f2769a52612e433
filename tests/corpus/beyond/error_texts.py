import math


class Point:
    __slots__ = ("x", "y")


def f(a, b=1, *, c):
    return a


TRIES = {
    "call": lambda: f(),
    "many": lambda: f(1, 2, 3, c=1),
    "keyword": lambda: f(1, c=2, d=3),
    "add": lambda: 1 + "a",
    "index": lambda: [1][5],
    "key": lambda: {"a": 1}["b"],
    "attribute": lambda: "x".lenght,
    "module": lambda: math.squareroot,
    "slot": lambda: setattr(Point(), "z", 1),
    "unset": lambda: Point().x,
    "int": lambda: int("12a"),
    "float": lambda: float("one"),
    "unpack": lambda: [a for a, b in [(1, 2, 3)]],
    "call2": lambda: 5(),
    "iter": lambda: list(7),
    "name": lambda: undefined_name,
    "zero": lambda: 1 // 0,
    "mod": lambda: 1.0 % 0,
    "chr": lambda: chr(-1),
    "ord": lambda: ord("ab"),
    "bytes": lambda: bytes([256]),
    "decode": lambda: b"\xff".decode(),
    "join": lambda: ",".join([1]),
    "sort": lambda: sorted([1, "a"]),
    "range": lambda: range(1, 2, 0),
    "remove": lambda: [1].remove(2),
    "unhash": lambda: {[]: 1},
    "compare": lambda: 1 < "a",
    "shift": lambda: 1 << -1,
    "pop": lambda: [].pop(),
    "format": lambda: f"{1:z}",
    "import": lambda: __import__("not_a_module"),
    "sqrt": lambda: math.sqrt(-1),
    "abs": lambda: abs("x"),
    "next": lambda: next(iter([])),
}
for name, action in TRIES.items():
    try:
        action()
        print(name, "worked")
    except Exception as error:
        print(f"{name:<10}{type(error).__name__}: {error}")
