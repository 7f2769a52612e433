"""Module docstring."""

import sys

print(__name__, __doc__, sys.modules["__main__"].__doc__, "__builtins__" in globals(), __spec__ is None, type(__loader__).__name__ != "")


class Slotted:
    __slots__ = ("a", "__dict__")


s = Slotted()
s.a, s.b = 1, 2
print(vars(s), s.a, Slotted.__slots__, type(Slotted.a).__name__)
print(print.__name__, len.__doc__ is not None, (lambda: 0).__name__, int.__mro__, type(None).__name__, type(...).__name__, type(NotImplemented).__name__, Ellipsis, __debug__)
