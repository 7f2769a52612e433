"""Counts how often a key is hashed and compared."""

from collections import Counter

seen = Counter()


class Key:
    def __init__(self, name, group):
        self.name, self.group = name, group

    def __hash__(self):
        seen["hash"] += 1
        return self.group

    def __eq__(self, other):
        seen["compare"] += 1
        return self.name == other.name


keys = [Key("a", 1), Key("b", 1), Key("c", 2)]
cache = {key: key.name.upper() for key in keys}
copy = dict(cache)
copy.update(cache)
print(cache[Key("b", 1)], Key("z", 1) in cache, len(copy), seen)
