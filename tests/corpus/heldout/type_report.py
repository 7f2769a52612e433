values = [0, 1.5, 2j, "text", b"bytes", bytearray(b"x"), [1], (1,), {"a": 1}, range(3), None, True, Ellipsis, slice(1, 2), int, len, print.__class__, lambda: 0, (i for i in []), zip(), object]
for v in values:
    t = type(v)
    line = f"{t.__name__:<28}"
    line += " callable" if callable(v) else ""
    line += " iterable" if hasattr(v, "__iter__") else ""
    line += " sized" if hasattr(v, "__len__") else ""
    try:
        line += " truthy" if v else " falsy"
    except TypeError:
        line += " ?"
    print(line.rstrip())
print([isinstance(True, t) for t in (bool, int, float, object)])
print(int("5") + float("2.5"), str(3) + "3", list("ab"), tuple([1]), dict([("k", "v")]), bool(""), complex("1+2j"), bytes("é", "utf8"))
print(type(5).__name__, type(type(5)).__name__, int.__name__, (5).__class__ is int)
