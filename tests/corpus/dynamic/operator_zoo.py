"""A spreadsheet cell: adds, repeats and compares whatever is in it."""

import operator
from fractions import Fraction


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __add__(self, other):
        if isinstance(other, Money):
            return Money(self.cents + other.cents)
        if isinstance(other, int):
            return Money(self.cents + 100 * other)
        return NotImplemented

    __radd__ = __add__

    def __mul__(self, times):
        return Money(round(self.cents * times))

    def __lt__(self, other):
        return self.cents < other.cents

    def __repr__(self):
        return f"{self.cents // 100}.{self.cents % 100:02d} EUR"


def combine(a, b, op):
    try:
        return op(a, b)
    except TypeError:
        return "n/a"


pairs = [
    (1, 2),
    (1, 2.5),
    ("ab", "cd"),
    ("ab", 3),
    ([1], [2, 3]),
    ((1,), 2),
    (Fraction(1, 3), 2),
    (Money(1050), Money(295)),
    (Money(1050), 2),
    (7, Money(33)),
    (True, 4),
    (b"x", b"y"),
    (None, 1),
]
for a, b in pairs:
    plus = combine(a, b, operator.add)
    times = combine(a, b, operator.mul)
    print(f"{a!r:>14} {b!r:>10}  + {plus!r:<22} * {times!r}")

print(sorted([Money(5), Money(1), Money(3)]))
print(sum([Money(100), Money(250)], Money(0)))
print(max(3, 2.5, Fraction(10, 3)))
