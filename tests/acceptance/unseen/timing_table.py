"""Decorates builtins and own functions alike, and says which was called with what."""

import json

CALLS = []


def traced(function):
    def wrapper(*args):
        result = function(*args)
        CALLS.append((function.__name__, len(args)))
        return result

    return wrapper


def spread(values):
    return max(values) - min(values)


rows = json.loads("[[3, 1, 2], [10, 4], [7]]")
for step in (sum, max, len, spread):
    run = traced(step)
    print(f"{step.__name__:>8}", [run(row) for row in rows])
print(CALLS[:4], sum(count for _, count in CALLS))
print(max(rows, key=sum), list(map(sum, rows)))
