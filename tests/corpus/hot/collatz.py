def chain(n, known):
    steps, start = 0, n
    while n not in known:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    known[start] = steps + known[n]
    return known[start]


known = {1: 1}
best = max(range(1, 250_000), key=lambda n: chain(n, known))
print(best, known[best], len(known))
