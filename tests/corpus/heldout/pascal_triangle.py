def pascal(n):
    row = [1]
    for _ in range(n):
        yield row
        row = [a + b for a, b in zip([0] + row, row + [0])]

rows = list(pascal(10))
w = len("  ".join(map(str, rows[-1])))
for r in rows:
    print("  ".join(map(str, r)).center(w).rstrip())

def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b

import itertools
print(list(itertools.islice(fib(), 15)))
print([sum(r) for r in rows])
print(next(f for f in fib() if f > 10**30))
tri = itertools.accumulate(itertools.count(1))
print(list(itertools.takewhile(lambda t: t < 60, tri)))
perfect = [n for n in range(2, 500) if sum(d for d in range(1, n) if n % d == 0) == n]
print(perfect)
print([n for n in range(100, 1000) if n == sum(int(d) ** 3 for d in str(n))])
