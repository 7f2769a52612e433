"""An article whose fields arrive from a slow place, one at a time."""

BACKEND = {7: {"title": "On bees", "words": 1200, "author": "ida"}, 8: {"title": "On wasps"}}
fetched = []


class Lazy:
    def __init__(self, key):
        self.key = key

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        fetched.append((self.key, name))
        try:
            value = BACKEND[self.key][name]
        except KeyError:
            raise AttributeError(f"article {self.key} has no {name}") from None
        self.__dict__[name] = value
        return value

    def __dir__(self):
        return sorted({*super().__dir__(), *BACKEND[self.key]})


article = Lazy(7)
print(article.title, article.title, article.words)
print(fetched)
print(getattr(Lazy(8), "author", "anonymous"), hasattr(article, "author"))
try:
    Lazy(8).words
except AttributeError as error:
    print(error)
print([n for n in dir(article) if not n.startswith("__")], "author" in dir(article))


class Audited:
    """Counts every look at a public attribute."""

    def __init__(self, **values):
        self._looks = {}
        for name, value in values.items():
            setattr(self, name, value)

    def __getattribute__(self, name):
        if not name.startswith("_"):
            looks = object.__getattribute__(self, "_looks")
            looks[name] = looks.get(name, 0) + 1
        return super().__getattribute__(name)

    def __setattr__(self, name, value):
        if not name.startswith("_") and not isinstance(value, (int, str)):
            raise TypeError(f"{name}: {type(value).__name__} not allowed")
        super().__setattr__(name, value)

    def __delattr__(self, name):
        print("deleting", name)
        super().__delattr__(name)


thing = Audited(a=1, b="two")
thing.a += 1
print(thing.a, thing.b, thing.a, thing._looks)
try:
    thing.c = [1]
except TypeError as error:
    print(error)
del thing.b
print(sorted(vars(thing)))
