"""Random small programs, from a seed: what the router lets through must answer the same on both tiers."""

from __future__ import annotations

import random
from collections.abc import Callable

NAMES = ("a", "b", "c", "n", "s", "t", "xs", "d")
TEXTS = ("''", "'a'", "'Hello, World'", "'a,b,c'", "'  pad '", "'{} and {}'", "'42'", "'x=%s'")
METHODS = {
    "str": (
        "upper()",
        "lower()",
        "title()",
        "strip()",
        "split(',')",
        "split()",
        "replace('a', 'b')",
        "find('o')",
        "count('l')",
        "startswith('H')",
        "endswith('d')",
        "zfill(8)",
        "center(9, '*')",
        "ljust(6)",
        "rjust(6, '.')",
        "isdigit()",
        "isalpha()",
        "partition(',')",
        "encode()",
        "join(['p', 'q'])",
        "capitalize()",
        "swapcase()",
        "index('')",
        "format(1, 2)",
        "splitlines()",
    ),
    "list": (
        "append({e})",
        "extend([{e}])",
        "insert(0, {e})",
        "pop()",
        "sort()",
        "reverse()",
        "index({e})",
        "count({e})",
        "copy()",
        "clear()",
        "remove({e})",
    ),
    "dict": (
        "get({e})",
        "items()",
        "keys()",
        "values()",
        "pop('k', None)",
        "setdefault('k', {e})",
        "update(k={e})",
        "copy()",
    ),
}
CALLS = (
    "len({e})",
    "str({e})",
    "repr({e})",
    "int({e})",
    "float({e})",
    "bool({e})",
    "abs({e})",
    "sorted({e})",
    "list({e})",
    "tuple({e})",
    "min({e}, {e})",
    "max({e})",
    "sum({e})",
    "any({e})",
    "all({e})",
    "list(reversed({e}))",
    "list(enumerate({e}))",
    "round({e}, 2)",
    "list(zip({e}, {e}))",
    "divmod({e}, {e})",
    "pow({e}, 2)",
    "isinstance({e}, int)",
    "type({e}).__name__",
    "chr(97)",
    "ord('a')",
    "list(map(str, {e}))",
    "list(filter(None, {e}))",
    "dict(k={e})",
    "range({e})",
    "bin({e})",
    "hex({e})",
    "hash({e})",
    "set({e})",
    "f'{{{e}}}'",
    "f'{{{e}!r:>12}}'",
    "'%s|%r' % ({e}, {e})",
    "'{{}}:{{}}'.format({e}, {e})",
    "f'{{{e}:.3f}}'",
    "f'{{{e}:>8}}'",
    "[x for x in {e}]",
    "{{x: 1 for x in {e}}}",
    "(lambda q: q)({e})",
    "[*{e}, {e}]",
    "{e} if {e} else {e}",
    "({e})[0]",
    "({e})[1:]",
    "not {e}",
    "-{e}",
    "{e} and {e}",
    "{e} or {e}",
    "{e} in {e}",
    "next(iter({e}), None)",
    "{e} is None",
    "bytes({e})",
    "sum(x for x in {e})",
)
DOCUMENTS = (
    "1",
    "-3",
    "0",
    "2.5",
    "0.1",
    "-0.0",
    '"x"',
    "true",
    "null",
    "[1, 2]",
    "[0.1, 0.2]",
    '{"k": 1}',
    '["x"]',
    "1e300",
)
"""In JSON, without an apostrophe."""
LITERALS = ("0", "1", "3", "-1", "255", "1.5", "-0.0", "0.1", "2.5", "True", "'ab'", "'%s'", "(1, 2)", "b'a'", "2j")
FUNCTIONS = ("sum", "max", "len", "str", "repr", "sorted", "list", "type", "abs", "vars")
TAKEN = (
    "print(list(held()))",
    "print(next(held()))",
    "h = held()\nprint(next(h), next(h))",
    "for v in held(): print(v)",
    "for v in held():\n    print(v)\n    break",
    "print([v for v in held()], *held())",
    "print(list(zip('a', held())))",
)
"""What may become of a generator."""
OPERATORS = ("+", "-", "*", "//", "%", "/", "==", "!=", "<", ">=", "&", "|", "<<", "**")


class Maker:
    """Makes programs; the same seed gives the same programs."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def expression(self, depth: int = 0) -> str:
        """An expression, not too deep."""
        pick = self.random.random()
        if depth > 2 or pick < 0.25:
            return self.atom()
        if pick < 0.5:
            return self.filled(self.random.choice(CALLS), depth)
        if pick < 0.75:
            return f"({self.expression(depth + 1)} {self.random.choice(OPERATORS)} {self.expression(depth + 1)})"
        kind = self.random.choice(sorted(METHODS))
        receiver = {"str": self.random.choice(TEXTS), "list": self.display("[", "]"), "dict": "{'k': 1, 2: 'v'}"}[kind]
        if self.random.random() < 0.4:
            receiver = self.random.choice(NAMES)
        return f"{receiver}.{self.filled(self.random.choice(METHODS[kind]), depth)}"

    def filled(self, template: str, depth: int) -> str:
        """A template with an expression in each place."""
        pieces = template.replace("{{", "\0").replace("}}", "\1").split("{e}")
        text = pieces[0] + "".join(self.expression(depth + 1) + piece for piece in pieces[1:])
        return text.replace("\0", "{").replace("\1", "}") if "'" not in text or template[:2] != "f'" else "0"

    def atom(self) -> str:
        """A name or a literal."""
        return self.random.choice(
            (
                self.random.choice(NAMES),
                str(self.random.choice((0, 1, -1, 2, 7, 10, 255, 10**6))),
                self.random.choice(("1.5", "0.1", "-2.0", "1e10", "0.0")),
                self.random.choice(TEXTS),
                self.random.choice(("None", "True", "False", "()", "[]", "{}", "b'ab'")),
                self.display("[", "]") if self.random.random() < 0.3 else "[3, 1, 2]",
            )
        )

    def display(self, opening: str, closing: str) -> str:
        """A list of a few numbers or texts."""
        values = self.random.choice((["3", "1", "2"], ["'b'", "'a'"], ["1.5", "2"], ["0"], ["(1, 'x')", "(0, 'y')"]))
        return opening + ", ".join(values) + closing

    def program(self) -> str:
        """Some statements, guarded so that an error is part of what is compared."""
        lines = ["a, b, c, n, s, t, xs, d = 1, 2.5, 'ab', None, 'Hello', (1, 2), [3, 1, 2], {'k': 1}"]
        if self.random.random() < 0.5:
            # What comes out of a text may be anything: only a guard can see what it is.
            lines += ["import json", *(f"{name} = json.loads('{self.random.choice(DOCUMENTS)}')" for name in NAMES[:3])]
        caught = self.random.choice(("", "Exception", "ValueError, TypeError"))
        for _ in range(self.random.randint(1, 4)):
            statement = self.random.choice((*self.statements(), *self.definitions()))()
            if not caught:
                lines += statement.split("\n")
                continue
            lines.append("try:")
            lines += ["    " + line for line in statement.split("\n")]
            shown = self.random.choice(("", "", ", error"))
            lines.append(f"except ({caught}) as error: print(type(error).__name__{shown})")
        return "\n".join(lines) + "\n"

    def statements(self) -> tuple[Callable[[], str], ...]:
        """What a statement can be."""
        return (
            lambda: f"print({self.expression()})",
            lambda: f"print({self.expression()}, {self.expression()})",
            lambda: f"{self.random.choice(NAMES)} = {self.expression()}\nprint({', '.join(NAMES[:4])})",
            lambda: f"xs += {self.expression()}\nprint(xs)",
            lambda: f"for v in {self.expression()}: print(v)",
            lambda: f"{self.random.choice(NAMES)}, *c = {self.expression()}\nprint(c)",
            lambda: f"d[{self.expression()}] = {self.expression()}\nprint(d)",
            lambda: (
                f"def f(x, *y, z=3, **w): return x, y, z, w\nprint(f({self.expression()}, {self.expression()}, q={self.expression()}))"  # noqa: E501
            ),
            lambda: (
                f"class A:\n    v = {self.expression()}\n    def __repr__(self): return f'A({{self.v}})'\nprint(A(), [A()])"  # noqa: E501
            ),
            lambda: (
                f"match {self.expression()}:\n    case [x, *y]: print(x, y)\n    case {{'k': z}}: print(z)\n"
                "    case str(): print('s')\n"
                "    case _: print('other')"
            ),
        )

    def definitions(self) -> tuple[Callable[[], str], ...]:
        """Statements about what a guard looks at, what is visible of one, and what may run out of sight."""
        pick, expression = self.random.choice, self.expression
        sign = pick(OPERATORS)
        literals = f"({pick(LITERALS)}) {pick(OPERATORS)} ({pick(LITERALS)})"
        return (
            lambda: f"def g(p, q): return p {sign} q\nprint(g({expression()}, {expression()}), g({self.atom()}, 2))",
            lambda: f"print({literals}, -({pick(LITERALS)}), [{literals}])",
            lambda: f"total = 0\nfor v in {expression()}: total += v\nprint(total, sum({expression()}))",
            lambda: f"for f in ({pick(FUNCTIONS)}, {pick(FUNCTIONS)}): print(f.__name__, f({expression()}))",
            lambda: f"print(list(map({pick(FUNCTIONS)}, [{self.atom()}, {self.atom()}])), f'{{{pick(FUNCTIONS)}(a)}}')",
            lambda: (
                f"class A:\n    x = {expression()}\n    def y(self): return {self.atom()}\n"
                f"for name in {pick(('c', '[c]', '(chr(120), chr(121))'))}:\n    print(getattr(A(), name, 'none'))"
            ),
            lambda: (
                f"class A: pass\no = A()\no.x = {self.atom()}\no.x {pick('+-*')}= {expression()}\nprint(o.x, vars(o))"
            ),
            lambda: f"k = {{'a': {self.atom()}}}\nk['a'] {pick('+-*')}= {expression()}\nprint(k)",
            lambda: (
                f"seen = []\ndef note(v): seen.append(v); return v\n"
                f"print(sorted({pick(('note(v)', 'v', 'str(v)'))} for v in {{{pick(('512, 3, 40', 'a, 1'))}}}), seen)"
            ),
            lambda: (
                f"class M(type):\n    def __new__(m, n, b, ns): print(n, {pick(('list(ns)', 'ns', 'len(ns)'))}); return super().__new__(m, n, b, ns)\n"  # noqa: E501
                f"class A(metaclass=M):\n    x = {self.atom()}\n    def f(self): self.z = 1"
            ),
            lambda: (
                f"def held():\n    try:\n        yield 1\n        yield {self.atom()}\n"
                f"    {pick(('finally', 'except ValueError'))}: print('let go')\n{pick(TAKEN)}"
            ),
            lambda: (
                "class K:\n    def __init__(self, n): self.n = n\n"
                f"    def __hash__(self): {pick(('print(self.n); ', ''))}return 1\n"
                f"    def __eq__(self, o): {pick(('print(self.n, o.n); ', ''))}return self.n == o.n\n"
                f"k = {{K(1): 1, K(2): 2}}\n{pick(('dict(k).update(k)', 'k[K(1)] = 3', 'print(len({**k, K(1): 3}))'))}\nprint(len(k))"  # noqa: E501
            ),
            lambda: f"def g(v: int, w={literals}) -> str: return {expression()}\nprint(g(1), g.__name__)",
            lambda: f"print({expression()} is {self.atom()}, {expression()} is not None)",
        )
