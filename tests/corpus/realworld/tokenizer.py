"""Splits a small language into tokens and prints them with line and column."""

import re
from typing import NamedTuple

SOURCE = '''let rate = 12.5e-1
if rate >= 1 { print("high \\"rate\\"", rate) }  # a remark
let name_2 = 'it''s'
x == y -> z != 0x1F
'''


class Token(NamedTuple):
    kind: str
    text: str
    line: int
    column: int


RULES = [
    ("NUMBER", r"0x[0-9A-Fa-f]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"),
    ("STRING", r'"(?:\\.|[^"\\])*"|\'[^\']*\''),
    ("NAME", r"[A-Za-z_]\w*"),
    ("OP", r"->|[=!<>]=|[-+*/=<>]"),
    ("PUNCT", r"[(){},]"),
    ("COMMENT", r"\#[^\n]*"),
    ("NEWLINE", r"\n"),
    ("SPACE", r"[ \t]+"),
    ("OTHER", r"."),
]
PATTERN = re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in RULES))
KEYWORDS = frozenset({"let", "if", "print"})


def tokens(source):
    line, start = 1, 0
    for match in PATTERN.finditer(source):
        kind, text = match.lastgroup, match.group()
        if kind == "NEWLINE":
            line, start = line + 1, match.end()
            continue
        if kind in ("SPACE", "COMMENT"):
            continue
        if kind == "OTHER":
            raise SyntaxError(f"line {line}: unexpected {text!r}")
        if kind == "NAME" and text in KEYWORDS:
            kind = text.upper()
        yield Token(kind, text, line, match.start() - start + 1)


for token in tokens(SOURCE):
    print(f"{token.line}:{token.column:<3} {token.kind:<7} {token.text}")

counts = {}
for token in tokens(SOURCE):
    counts[token.kind] = counts.get(token.kind, 0) + 1
print(counts)
try:
    list(tokens("ok\n  $"))
except SyntaxError as error:
    print(error.msg)
print(Token("A", "b", 1, 2)._replace(line=9))
