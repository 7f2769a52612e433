"""Builds report writers out of mixins according to options."""


class Plain:
    def render(self, rows):
        return [" ".join(str(c) for c in row) for row in rows]


class Numbered:
    def render(self, rows):
        return [f"{i}. {line}" for i, line in enumerate(super().render(rows), 1)]


class Boxed:
    def render(self, rows):
        lines = super().render(rows)
        width = max(map(len, lines))
        edge = "+" + "-" * (width + 2) + "+"
        return [edge, *(f"| {line:<{width}} |" for line in lines), edge]


class Upper:
    def render(self, rows):
        return [line.upper() for line in super().render(rows)]


MIXINS = {"n": Numbered, "b": Boxed, "u": Upper}


def writer(options):
    bases = tuple(MIXINS[o] for o in reversed(options)) + (Plain,)

    class Writer(*bases):
        __qualname__ = "Writer" + options.upper()

    return Writer


rows = [("tea", 2), ("coffee", 14), ("cocoa", 3)]
for options in ("", "n", "nb", "bn", "unb"):
    made = writer(options)
    print(made.__qualname__, [c.__name__ for c in made.__mro__[1:-1]])
    print("\n".join(made().render(rows)))

flag = len(rows) > 2
class Either(dict if flag else list):
    pass

print(issubclass(Either, dict), Either(a=1))
