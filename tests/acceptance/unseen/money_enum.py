from enum import Enum
from functools import reduce, total_ordering


@total_ordering
class Size(Enum):
    SMALL = 1
    LARGE = 3

    def __lt__(self, other):
        return self.value < other.value


print(sorted([Size.LARGE, Size.SMALL]), Size.SMALL < Size.LARGE, Size(3) is Size.LARGE)
print(reduce(lambda a, b: a * 10 + b.value, Size, 0), [s.name.lower() for s in Size])
