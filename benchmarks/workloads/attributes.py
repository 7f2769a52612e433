"""Attribute access: instances, slots, properties, methods, __getattr__."""


class Plain:
    def __init__(self, x):
        self.x = x

    def up(self, by):
        self.x += by
        return self.x


class Slotted:
    __slots__ = ("x",)

    def __init__(self, x):
        self.x = x


class Clever:
    def __init__(self, x):
        self._x = x

    @property
    def x(self):
        return self._x

    def __getattr__(self, name):
        return len(name)


def work():
    plain, slotted, clever, total = Plain(1), Slotted(2), Clever(3), 0
    for i in range(20_000):
        total += plain.up(i) + slotted.x + clever.x
        slotted.x = i
        if i % 8 == 0:
            total += clever.missing
    return total
