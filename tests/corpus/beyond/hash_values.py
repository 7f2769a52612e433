print(hash(1), hash(-1), hash(2**61), hash(1.5), hash(float("inf")), hash(True))
print(hash((1, 2, 3)), hash(()), hash((1, (2,))))
print(hash(frozenset({1, 2, 3})), hash(range(10)), hash(None) == hash(None))
from fractions import Fraction
print(hash(Fraction(1, 3)), hash(complex(1, 2)), hash(10**30))
