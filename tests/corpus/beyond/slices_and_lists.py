a = list(range(10))
a[2:5] = "xy"
a[::3] = [0] * len(a[::3])
del a[-2:], a[0]
print(a, a[::-2], a[5:1:-1], a[100:], a.index("x"), a[slice(1, 3)], slice(None, None, -1).indices(4))
b = [[0] * 2] * 2
b[0][0] = 1
print(b, [1, 2] < [1, 3], [1] + [2], [3, 1, 2].sort(), sorted([3, 1, 2], reverse=True), sorted("bA", key=str.lower), list(reversed([1, 2])), [1, [2]].copy(), [1, 2].count(2), (1,) * 3, [*range(3), *"ab"], [x for y in [[1], [2, 3]] for x in y if x > 1])
b.extend([1]); b.insert(0, "first"); b.remove(1); b.clear()
print(b, sorted([(1, "b"), (1, "a"), (0, "z")]), max([[1, 2], [1, 3]]), [1, 2, 3][-2], 2 in [1, 2], [] == [], [None] * 2, list("ab") * 2, [i for i in range(10, 0, -3)], range(0, 10, 3)[-1], 9 in range(0, 10, 3), len(range(5, 1)), range(3) == range(0, 3, 1))
c = [1]
c.append(c)
print(c, c == c, [float("nan")] == [float("nan")])
words = ["banana", "Apple", "cherry", "apple"]
words.sort(key=lambda w: (w.lower(), w))
print(words, sorted(words, key=len), [w for w in words if "an" in w], " ".join(words), tuple(words)[1:3])
