import json

base = json.loads('{"debug": false, "db": {"host": "localhost", "port": 5432, "opts": {"ssl": true}}, "plugins": ["a", "b"], "limits": {"cpu": 1.5}}')
local = json.loads('{"debug": true, "db": {"host": "db1", "opts": {"timeout": 30}}, "plugins": ["c"], "limits": null}')

def merge(a, b):
    out = dict(a)
    for k, v in b.items():
        if isinstance(v, dict) and isinstance(out.get(k), dict):
            out[k] = merge(out[k], v)
        elif isinstance(v, list) and isinstance(out.get(k), list):
            out[k] = out[k] + [x for x in v if x not in out[k]]
        elif v is None:
            out.pop(k, None)
        else:
            out[k] = v
    return out

def diff(a, b, path=()):
    for k in sorted(a.keys() | b.keys()):
        p = path + (k,)
        if k not in b:
            yield "-", ".".join(p), a[k]
        elif k not in a:
            yield "+", ".".join(p), b[k]
        elif isinstance(a[k], dict) and isinstance(b[k], dict):
            yield from diff(a[k], b[k], p)
        elif a[k] != b[k]:
            yield "~", ".".join(p), (a[k], b[k])

merged = merge(base, local)
print(json.dumps(merged, indent=2, sort_keys=True))
for mark, where, what in diff(base, merged):
    print(mark, where, json.dumps(what))
