"""Sorting: numbers, strings, keys, objects with __lt__, heaps and bisection."""

from bisect import insort
from heapq import heapify, heappop


class Card:
    def __init__(self, rank):
        self.rank = rank

    def __lt__(self, other):
        return self.rank < other.rank


NUMBERS = [i * 7919 % 10_007 for i in range(8_000)]


def work():
    a = sorted(NUMBERS)
    b = sorted(map(str, NUMBERS), reverse=True)
    c = sorted(NUMBERS, key=lambda n: (n % 10, -n))
    d = sorted(Card(n) for n in NUMBERS[:1_500])
    heap = NUMBERS[:1_500]
    heapify(heap)
    e = [heappop(heap) for _ in range(1_500)]
    kept = []
    for n in NUMBERS[:800]:
        insort(kept, n)
    return a[5], b[5], c[5], d[5].rank, e[-1], kept[100]
