"""Whatever has an area is a shape."""

import math


class Square:
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2


class Circle:
    def __init__(self, radius):
        self.radius = radius

    def area(self):
        return math.pi * self.radius**2


class Lot:
    """A piece of land: its area was measured, not computed."""

    def __init__(self, measured):
        self.measured = measured


def describe(thing):
    if hasattr(thing, "area"):
        return f"{type(thing).__name__} covers {thing.area():.3f}"
    return f"{type(thing).__name__} has no area"


lot = Lot(120)
things = [Square(3), Circle(2), lot, "a string", Square(1.5)]
for thing in things:
    print(describe(thing))

lot.area = lambda: lot.measured
print(describe(lot))
print("sum", round(sum(t.area() for t in things if hasattr(t, "area")), 6))

biggest = max((t for t in things if hasattr(t, "area")), key=lambda t: t.area())
print("biggest", type(biggest).__name__)
