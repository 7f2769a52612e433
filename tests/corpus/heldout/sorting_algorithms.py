import random

class Counted:
    comparisons = 0
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        Counted.comparisons += 1
        return self.v < o.v
    def __repr__(self): return str(self.v)

def bubble(a):
    a = a[:]
    for n in range(len(a) - 1, 0, -1):
        swapped = False
        for i in range(n):
            if a[i + 1] < a[i]:
                a[i], a[i + 1] = a[i + 1], a[i]
                swapped = True
        if not swapped:
            break
    return a

def insertion(a):
    out = []
    for x in a:
        i = len(out)
        while i and x < out[i - 1]:
            i -= 1
        out.insert(i, x)
    return out

def merge(a):
    if len(a) < 2:
        return a
    m = len(a) // 2
    l, r, out = merge(a[:m]), merge(a[m:]), []
    while l and r:
        out.append(r.pop(0) if r[0] < l[0] else l.pop(0))
    return out + l + r

def quick(a):
    if len(a) < 2:
        return a
    p, *rest = a
    return quick([x for x in rest if x < p]) + [p] + quick([x for x in rest if not x < p])

def heap(a):
    import heapq
    h = a[:]
    heapq.heapify(h)
    return [heapq.heappop(h) for _ in range(len(h))]

rng = random.Random(42)
data = [rng.randrange(100) for _ in range(40)]
print(data)
for f in (bubble, insertion, merge, quick):
    Counted.comparisons = 0
    out = f([Counted(x) for x in data])
    print(f"{f.__name__:<10}{[c.v for c in out] == sorted(data)} {Counted.comparisons}")
print("heap", heap(data) == sorted(data), heap([3, 1, 2]))
