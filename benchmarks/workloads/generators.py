"""Generators: pipelines, yield from, send, itertools."""

from itertools import accumulate, chain, groupby, islice


def numbers(n):
    for i in range(n):
        yield i


def odd(values):
    return (v for v in values if v % 2)


def flat(nested):
    for item in nested:
        if isinstance(item, list):
            yield from flat(item)
        else:
            yield item


def running():
    total = 0
    while True:
        total += yield total


def work():
    a = sum(odd(numbers(30_000)))
    b = list(flat([[i, [i + 1, [i + 2]]] for i in range(1_500)]))
    r = running()
    next(r)
    c = [r.send(i) for i in range(5_000)][-1]
    d = sum(len(list(g)) for _, g in groupby(chain(range(500), range(500)), key=lambda v: v // 10))
    return a, len(b), c, d, list(islice(accumulate(range(100)), 90, 92))
