d = {"b": 1, "a": 2}
d["c"] = 3
d["b"] = 9
del d["a"]
d["a"] = 4
print(d, list(d), list(d.values()), d | {"z": 0, "b": 5}, {k: v for k, v in sorted(d.items())}, [*reversed(d)], d.pop("c"), d.setdefault("n", []), d.popitem(), {**d, "x": 1}, dict(zip("ab", [1, 2])), dict.fromkeys("cab", 0))
print({1: "int", 1.0: "float", True: "bool"}, {(1, 2): "t"}[1, 2], d.keys() >= {"b"}, sorted(d.keys() | {"q"}), d.items() == {"b": 9, "a": 4}.items(), len(d), d.get("x", "?"), {"a": 1} == {"a": 1.0}, max(d, key=d.get))
d |= [("new", 1)]
for key in list(d):
    if key < "c":
        d[key.upper()] = d.pop(key)
print(d)
try:
    for key in d:
        d[key + "!"] = 1
except RuntimeError:
    print("changed while iterated")
