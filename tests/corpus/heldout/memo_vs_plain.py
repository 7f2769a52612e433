calls = {"plain": 0, "memo": 0}

def plain(n):
    calls["plain"] += 1
    return n if n < 2 else plain(n-1) + plain(n-2)

def memo(n, cache={}):
    calls["memo"] += 1
    if n not in cache:
        cache[n] = n if n < 2 else memo(n-1) + memo(n-2)
    return cache[n]

for n in (5, 10, 15, 18):
    for k in calls: calls[k] = 0
    assert plain(n) == memo(n)
    print(n, memo(n), calls, round(calls["plain"] / calls["memo"], 2))

def change(amount, coins=(50, 20, 10, 5, 2, 1), table={}):
    if amount == 0: return 1
    if amount < 0 or not coins: return 0
    key = (amount, len(coins))
    if key not in table:
        table[key] = change(amount - coins[0], coins) + change(amount, coins[1:])
    return table[key]

print([change(a) for a in (1, 5, 10, 50, 100)])

def lcs(a, b):
    t = [[""] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            t[i+1][j+1] = t[i][j] + x if x == y else max(t[i][j+1], t[i+1][j], key=len)
    return t[-1][-1]

print(lcs("the quick brown fox", "a quiet crown for all"))
