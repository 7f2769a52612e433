import json
from collections import OrderedDict

value = {"text": "é\u2028\"\\/\n\x01🙂", "n": [0, -0.0, 1e100, 1.5, 10**20, True, None], 3: "int key", None: "none key", "nested": {"e": [], "o": {}}}
print(json.dumps(value))
print(json.dumps(value, ensure_ascii=False, indent=2, separators=(",", ": ")))
print(json.dumps([float("inf"), float("nan")]), json.dumps({"b": 1, "a": 2}, sort_keys=True), json.dumps((1, 2)), json.dumps("x", indent="\t"))
print(json.loads('{"a": 1, "a": 2}'), json.loads("[1.0, 1E5, -0, 12345678901234567890]"), json.loads('"\\ud83d\\ude42 \\u00e9"'), json.loads(" [ ] "), json.loads("[NaN, Infinity]"))
print(json.loads('{"x": 1.1}', parse_float=str, object_pairs_hook=OrderedDict), json.dumps({1, 2}, default=sorted), json.loads('{"__complex__": [1, 2]}', object_hook=lambda d: complex(*d["__complex__"]) if "__complex__" in d else d))


class Encoder(json.JSONEncoder):
    def default(self, o):
        return {"type": type(o).__name__} if isinstance(o, complex) else super().default(o)


print(json.dumps([1j], cls=Encoder), list(json.JSONEncoder(indent=None).iterencode([1, {"a": 2}])))
for bad in ('{"a": 1,}', "[1, 2", "nul", "'a'", '"\x01"', "", "1 2"):
    try:
        json.loads(bad)
        print("fine", bad)
    except json.JSONDecodeError as error:
        print(repr(bad), error.lineno, error.colno, error.pos)
