"""Lengths, times and speeds that cannot be mixed up."""

from fractions import Fraction
from functools import total_ordering

BASE = ("m", "s", "kg")


@total_ordering
class Quantity:
    __slots__ = ("value", "dims")

    def __init__(self, value, **dims):
        self.value = value
        self.dims = tuple(dims.get(b, 0) for b in BASE)

    @classmethod
    def _of(cls, value, dims):
        made = cls(value)
        made.dims = tuple(dims)
        return made

    def _same(self, other):
        if not isinstance(other, Quantity) or other.dims != self.dims:
            raise TypeError("dimensions differ")

    def __add__(self, other):
        self._same(other)
        return self._of(self.value + other.value, self.dims)

    def __sub__(self, other):
        return self + -other

    def __neg__(self):
        return self._of(-self.value, self.dims)

    def __mul__(self, other):
        if isinstance(other, Quantity):
            return self._of(self.value * other.value, map(sum, zip(self.dims, other.dims)))
        return self._of(self.value * other, self.dims)

    __rmul__ = __mul__

    def __pow__(self, n):
        return self._of(self.value**n, (d * n for d in self.dims))

    def __truediv__(self, other):
        if isinstance(other, Quantity):
            return self * other**-1
        return self * (Fraction(1) / other)

    def __eq__(self, other):
        return isinstance(other, Quantity) and (self.value, self.dims) == (other.value, other.dims)

    def __lt__(self, other):
        self._same(other)
        return self.value < other.value

    def __format__(self, spec):
        unit = "*".join(b if d == 1 else f"{b}^{d}" for b, d in zip(BASE, self.dims) if d)
        return f"{format(float(self.value), spec or 'g')} {unit}".rstrip()

    def __str__(self):
        return format(self, "")


metre, second, kilogram = Quantity(Fraction(1), m=1), Quantity(Fraction(1), s=1), Quantity(Fraction(1), kg=1)
km, hour, newton = 1000 * metre, 3600 * second, kilogram * metre / second**2

speed = 90 * km / hour
print(speed, f"{speed:.2f}", f"{speed * 2 * hour:.0f}")
print(f"{72 * kilogram * (Fraction(981, 100) * metre / second**2):.1f}")
print(5 * newton > 4 * newton, 3 * metre == 3 * metre, 3 * metre == 3 * second)
print(max(2 * km, 1999 * metre, 2001 * metre), sorted([3 * metre, 1 * metre, 2 * metre])[0])
for wrong in (lambda: metre + second, lambda: metre < kilogram, lambda: metre + 1):
    try:
        wrong()
    except TypeError as error:
        print("TypeError:", error)
print((km / hour).value, ((2 * metre) ** 3).value)
