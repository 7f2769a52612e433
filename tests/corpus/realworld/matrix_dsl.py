"""A small matrix class with the operators that people expect."""

from itertools import chain
from math import hypot, isclose


class Matrix:
    def __init__(self, rows):
        self.rows = [list(r) for r in rows]
        if len({len(r) for r in self.rows}) > 1:
            raise ValueError("ragged")

    @property
    def shape(self):
        return len(self.rows), len(self.rows[0])

    @classmethod
    def identity(cls, n):
        return cls([int(i == j) for j in range(n)] for i in range(n))

    def __getitem__(self, at):
        if isinstance(at, tuple):
            r, c = at
            if isinstance(r, slice) or isinstance(c, slice):
                rows = self.rows[r] if isinstance(r, slice) else [self.rows[r]]
                return Matrix([row[c] if isinstance(c, slice) else [row[c]] for row in rows])
            return self.rows[r][c]
        return self.rows[at]

    def __setitem__(self, at, value):
        r, c = at
        self.rows[r][c] = value

    def __add__(self, other):
        return Matrix(map(sum, zip(a, b)) for a, b in zip(self.rows, other.rows))

    def __iadd__(self, k):
        for row in self.rows:
            row[:] = [v + k for v in row]
        return self

    def __mul__(self, k):
        return Matrix([v * k for v in row] for row in self.rows)

    __rmul__ = __mul__

    def __matmul__(self, other):
        columns = list(zip(*other.rows))
        return Matrix([sum(a * b for a, b in zip(row, col)) for col in columns] for row in self.rows)

    def __pow__(self, n):
        result, base = Matrix.identity(self.shape[0]), self
        while n:
            if n & 1:
                result = result @ base
            base, n = base @ base, n >> 1
        return result

    def __invert__(self):
        return Matrix(zip(*self.rows))

    def __neg__(self):
        return self * -1

    def __eq__(self, other):
        return isinstance(other, Matrix) and self.rows == other.rows

    __hash__ = None

    def __bool__(self):
        return any(chain.from_iterable(self.rows))

    def __len__(self):
        return len(self.rows)

    def __contains__(self, value):
        return any(value in row for row in self.rows)

    def __call__(self, *vector):
        return tuple(sum(a * b for a, b in zip(row, vector)) for row in self.rows)

    def __repr__(self):
        return "[" + "; ".join(" ".join(map(str, r)) for r in self.rows) + "]"


m = Matrix([[1, 2], [3, 4]])
print(m, ~m, -m, m + m, 2 * m, m @ m, m**10)
print(m[0, 1], m[1], m[:, 1], m[0, :], m.shape, len(m), 4 in m, 9 in m)
m[0, 0] = 10
m += 1
print(m, m(1, -1), bool(m), bool(m * 0), m == ~~m)
print(Matrix([[1, 1], [1, 0]]) ** 90)
for wrong in (lambda: Matrix([[1], [1, 2]]), lambda: {m}):
    try:
        wrong()
    except (ValueError, TypeError) as error:
        print(type(error).__name__)
print(isclose(hypot(3, 4), 5), hypot(1, 2, 2))


class Hexed:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n


print("abcdef"[Hexed(2)], hex(Hexed(255)), list(range(Hexed(3))), [9] * Hexed(2))
