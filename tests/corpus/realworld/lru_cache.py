"""Caches whose hits and misses can be counted."""

from collections import OrderedDict
from functools import cache, cached_property, lru_cache


class LRU:
    def __init__(self, size):
        self.size, self.items, self.hits, self.misses = size, OrderedDict(), 0, 0

    def __getitem__(self, key):
        try:
            value = self.items[key]
        except KeyError:
            self.misses += 1
            raise
        self.items.move_to_end(key)
        self.hits += 1
        return value

    def __setitem__(self, key, value):
        self.items[key] = value
        self.items.move_to_end(key)
        if len(self.items) > self.size:
            self.items.popitem(last=False)

    def __contains__(self, key):
        return key in self.items

    def get(self, key, make):
        try:
            return self[key]
        except KeyError:
            self[key] = value = make(key)
            return value


lru = LRU(3)
made = []
for page in [1, 2, 3, 1, 4, 1, 2, 5, 1, 3]:
    lru.get(page, lambda p: made.append(p) or p * 100)
print(list(lru.items), lru.hits, lru.misses, made)


@lru_cache(maxsize=2)
def square(n):
    return n * n


for n in (1, 2, 1, 3, 2, 2):
    square(n)
print(square.cache_info(), square.cache_parameters())
square.cache_clear()
print(square.cache_info())


@cache
def stairs(n):
    return 1 if n < 2 else stairs(n - 1) + stairs(n - 2)


print(stairs(80), stairs.cache_info().currsize)


@lru_cache(typed=True)
def kind(value):
    return type(value).__name__


print(kind(1), kind(1.0), kind(True), kind.cache_info().misses)


class Report:
    def __init__(self, rows):
        self.rows, self.computed = rows, 0

    @cached_property
    def total(self):
        self.computed += 1
        return sum(self.rows)


report = Report([1, 2, 3])
print(report.total, report.total, report.computed, "total" in vars(report))
del report.total
report.rows.append(4)
print(report.total, report.computed)
