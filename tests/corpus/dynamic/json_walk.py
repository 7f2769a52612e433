"""Flatten a nested document to dotted paths, as people do to compare configurations."""

import json

TEXT = """
{"service": {"name": "mailer", "ports": [25, 587, 465], "tls": true,
  "limits": {"size_mb": 12.5, "rate": null}},
 "owners": [{"name": "Ida", "roles": ["admin", "dev"]}, {"name": "Jan", "roles": []}],
 "version": "2.1"}
"""


def flatten(value, path=""):
    if isinstance(value, dict):
        for key in sorted(value):
            yield from flatten(value[key], f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        if not value:
            yield path, []
        for index, item in enumerate(value):
            yield from flatten(item, f"{path}[{index}]")
    else:
        yield path, value


def same_shape(a, b):
    return {k for k, _ in flatten(a)} == {k for k, _ in flatten(b)}


doc = json.loads(TEXT)
for path, value in flatten(doc):
    print(f"{path:<28} {type(value).__name__:<9} {value!r}")

kinds = {}
for _, value in flatten(doc):
    kinds.setdefault(type(value).__name__, []).append(value)
for kind in sorted(kinds):
    print(kind, len(kinds[kind]))

other = json.loads(TEXT)
other["service"]["limits"]["rate"] = 40
print("same shape:", same_shape(doc, other), "equal:", doc == other)
print(json.dumps(other, sort_keys=True))
