text = "it was the best of times it was the worst of times"
seen = set()
repeated = set()
for word in text.split():
    (repeated if word in seen else seen).add(word)
print(sorted(seen), sorted(repeated), len(seen))
a, b = {1, 2, 3, 4}, {3, 4, 5}
print(sorted(a & b), sorted(a | b), sorted(a - b), sorted(a ^ b), a <= b, {3} < a, a.isdisjoint({9}))
a.discard(99)
a.update(b)
a.intersection_update({3, 4, 5, 9})
print(sorted(a), sum(a), max(a), 3 in a, a == {5, 4, 3})
