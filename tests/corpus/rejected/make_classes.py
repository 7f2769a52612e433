"""Creates one exception and one shape class per row of a table."""

TABLE = [
    ("NotFound", 404, "no such page"),
    ("Forbidden", 403, "not for you"),
    ("Teapot", 418, "short and stout"),
]


class HttpError(Exception):
    code = 500

    def summary(self):
        return f"{self.code} {type(self).__name__}: {self.text}"


def make(name, code, text):
    def __init__(self, where):
        HttpError.__init__(self, where)
        self.where = where

    return type(name, (HttpError,), {"code": code, "text": text, "__init__": __init__, "__doc__": f"HTTP {code}"})


errors = {name: make(name, code, text) for name, code, text in TABLE}
for name, cls in errors.items():
    try:
        raise cls("/" + name.lower())
    except HttpError as error:
        print(error.summary(), error.where, cls.__doc__)

print([c.__name__ for c in errors["Teapot"].__mro__])
print(sorted(c.__name__ for c in HttpError.__subclasses__()))

Point = type("Point", (), {"x": 0, "y": 0, "__repr__": lambda s: f"({s.x}, {s.y})", "moved": lambda s, dx: (setattr(s, "x", s.x + dx), s)[1]})
p = Point()
print(p, p.moved(4), Point.x)
Bold = type("Bold", (str,), {"__format__": lambda s, spec: f"**{str(s)}**"})
print(f"{Bold('text')} and {Bold('more'):anything}")
