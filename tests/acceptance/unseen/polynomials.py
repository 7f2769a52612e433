class Poly:
    def __init__(self, *coefficients):
        self.c = list(coefficients)

    def __add__(self, other):
        size = max(len(self.c), len(other.c))
        a = [0] * (size - len(self.c)) + self.c
        b = [0] * (size - len(other.c)) + other.c
        return Poly(*(x + y for x, y in zip(a, b)))

    def __mul__(self, other):
        out = [0] * (len(self.c) + len(other.c) - 1)
        for i, x in enumerate(self.c):
            for j, y in enumerate(other.c):
                out[i + j] += x * y
        return Poly(*out)

    def __call__(self, x):
        value = 0
        for c in self.c:
            value = value * x + c
        return value

    def __eq__(self, other):
        return isinstance(other, Poly) and self.c == other.c

    def __repr__(self):
        parts = [f"{c}x^{len(self.c) - i - 1}" for i, c in enumerate(self.c) if c]
        return " + ".join(parts) or "0"


p, q = Poly(1, 2), Poly(1, 0, -1)
print(p + q, "|", p * q, "|", (p * q)(3), p == Poly(1, 2), p != q)
print([q(x) for x in range(-2, 3)], q(0.5))
