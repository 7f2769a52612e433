"""Count and tame calls into libraries, as test helpers do."""

import builtins
import json
import textwrap

calls = []
original = json.dumps


def counting(value, **kwargs):
    calls.append(type(value).__name__)
    kwargs.setdefault("sort_keys", True)
    return original(value, **kwargs)


json.dumps = counting
print(json.dumps({"b": 1, "a": [2, 3]}))
print(json.dumps([1, 2, {"z": None, "y": True}]))
json.dumps = original
print(json.dumps({"b": 1, "a": 2}), calls)

printed = []
real_print = builtins.print
builtins.print = lambda *a, **k: printed.append(" ".join(map(str, a)))
print("swallowed", 1)
print("swallowed", 2)
builtins.print = real_print
print("captured:", printed)

textwrap.shout = lambda text: text.upper() + "!"
print(textwrap.shout("patched in"))


class Loud(str):
    def __str__(self):
        return self.upper()


name = Loud("whisper")
print(str(name), name, f"{name}", "%s" % name, name + "?")
