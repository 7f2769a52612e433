ROMAN = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]


def to_roman(n):
    if not 0 < n < 4000:
        raise ValueError("out of range")
    parts = []
    for value, letters in ROMAN:
        count, n = divmod(n, value)
        parts.append(letters * count)
    return "".join(parts)


def from_roman(s):
    total = 0
    prev = 0
    values = dict(I=1, V=5, X=10, L=50, C=100, D=500, M=1000)
    for ch in reversed(s.upper()):
        v = values[ch]
        total += v if v >= prev else -v
        prev = max(prev, v)
    return total


for n in (1, 4, 9, 14, 40, 90, 400, 1994, 2024, 3999):
    print(n, to_roman(n))
assert all(from_roman(to_roman(n)) == n for n in range(1, 4000))
try:
    to_roman(4000)
except ValueError:
    print("4000 is too big")
