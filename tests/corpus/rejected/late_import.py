"""Chooses a format by name, as configuration would."""

import importlib

FORMATS = {"json": ("json", "dumps"), "repr": ("builtins", "repr"), "indented": ("textwrap", "indent")}


def serialise(kind, value, *more):
    module, function = FORMATS[kind]
    return getattr(importlib.import_module(module), function)(value, *more)


print(serialise("json", {"a": [1, 2.5, None]}))
print(serialise("repr", {"a": (1,)}))
print(serialise("indented", "line one\nline two", "  > "))

for name in ("math", "string", "no_such_module_here"):
    try:
        module = __import__(name)
        print(name, "found", module.__name__)
    except ModuleNotFoundError as error:
        print(name, "missing", error.name)

names = ["itertools", "functools", "operator"]
tools = {name: importlib.import_module(name) for name in names}
print(tools["functools"].reduce(tools["operator"].mul, tools["itertools"].accumulate([1, 2, 3, 4])))
abc = importlib.import_module("collections.abc")
print(issubclass(dict, abc.Mapping), isinstance([], abc.Mapping))
