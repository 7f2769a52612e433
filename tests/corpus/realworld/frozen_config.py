"""Nested settings from a dictionary, frozen after set-up."""


class Frozen(Exception):
    pass


class Settings:
    def __init__(self, values):
        object.__setattr__(self, "_frozen", False)
        for name, value in values.items():
            setattr(self, name, value)

    def __setattr__(self, name, value):
        if self._frozen:
            raise Frozen(f"cannot set {name}")
        if isinstance(value, dict):
            value = Settings(value)
        elif isinstance(value, list):
            value = tuple(value)
        object.__setattr__(self, name, value)

    def __delattr__(self, name):
        if self._frozen:
            raise Frozen(f"cannot delete {name}")
        object.__delattr__(self, name)

    def freeze(self):
        for value in vars(self).values():
            if isinstance(value, Settings):
                value.freeze()
        object.__setattr__(self, "_frozen", True)
        return self

    def __getitem__(self, path):
        head, _, rest = path.partition(".")
        value = getattr(self, head)
        return value[rest] if rest else value

    def __contains__(self, path):
        try:
            self[path]
        except AttributeError:
            return False
        return True

    def __iter__(self):
        for name, value in vars(self).items():
            if name == "_frozen":
                continue
            if isinstance(value, Settings):
                yield from (f"{name}.{inner}" for inner in value)
            else:
                yield name

    def __len__(self):
        return sum(1 for _ in self)


s = Settings({"debug": True, "db": {"host": "localhost", "ports": [1, 2], "pool": {"min": 1, "max": 5}}})
s.db.host = "example.org"
s.extra = 1
del s.extra
s.freeze()
print(list(s), len(s))
print(s["db.pool.max"], s.db.ports, "db.pool.avg" in s, "db.host" in s)
for attempt in (lambda: setattr(s, "debug", False), lambda: setattr(s.db.pool, "min", 0), lambda: delattr(s, "debug"), lambda: s.db.ports.append(3)):
    try:
        attempt()
    except (Frozen, AttributeError) as error:
        print(type(error).__name__, isinstance(error, Frozen))
for path in s:
    print(f"{path} = {s[path]!r}")
