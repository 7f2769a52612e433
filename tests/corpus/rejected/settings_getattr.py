"""Looks up settings by dotted names, with prefixes for environments."""


class Settings:
    prod_host = "db.example.net"
    prod_port = 5432
    dev_host = "localhost"
    timeout = 30


class Feature:
    def __init__(self, name, on):
        self.name = name
        self.is_on = on

    def label(self):
        return f"{self.name}:{'on' if self.is_on else 'off'}"


def setting(environment, name, default=None):
    specific = getattr(Settings, environment + "_" + name, None)
    if specific is not None:
        return specific
    return getattr(Settings, name, default)


for env in ("prod", "dev", "test"):
    print(env, [setting(env, n, "?") for n in ("host", "port", "timeout", "user")])

features = [Feature("search", True), Feature("chat", False)]
for attribute in ("name", "is_on", "label", "owner"):
    values = []
    for feature in features:
        value = getattr(feature, attribute, "missing")
        values.append(value() if callable(value) else value)
    print(f"{attribute:<6}", values)


def dig(value, path):
    for part in path.split("."):
        value = getattr(value, part)
        if callable(value):
            value = value()
    return value


print(dig("Mixed Case", "lower.title.swapcase"))
print(dig(features[0], "label.upper"))
print([n for n in ("real", "imag", "bit_length", "nope") if hasattr(7, n)])
