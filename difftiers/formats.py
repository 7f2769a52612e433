"""Items that format values: format specifications, `%` and code points; may import `difftiers.values`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

FORMATTED = (
    "0",
    "7",
    "-1",
    "255",
    "10**20",
    "-2**63",
    "True",
    "None",
    "0.0",
    "-0.0",
    "1.5",
    "-3.7",
    "1e300",
    "1234567.891",
    "0.1",
    "2.675",
    "1e-7",
    "123456789012345680.0",
    "float('nan')",
    "float('inf')",
    "(2-3j)",
    "''",
    "'abc'",
    "'é'",
    "'%'",
    "b'ab'",
    "[1,2]",
    "(1,)",
    "Plain(1)",
    "Str('s')",
)
TYPES = dict.fromkeys(FORMATTED, "float") | {
    "0": "zero",
    "7": "int",
    "-1": "negative",
    "255": "int",
    "10**20": "big",
    "-2**63": "negative_big",
    "True": "bool",
    "None": "NoneType",
    "(2-3j)": "complex",
    "''": "str",
    "'abc'": "str",
    "'é'": "str",
    "'%'": "str",
    "b'ab'": "bytes",
    "[1,2]": "list",
    "(1,)": "tuple",
    "Plain(1)": "object",
    "Str('s')": "strlike",
}
FLAGS = (
    "",
    "5",
    "<8",
    ">8",
    "^9",
    "=+8",
    "*^7",
    "+",
    " ",
    "-",
    "#",
    "05",
    "012",
    ",",
    "_",
    "10,",
    ".0",
    ".1",
    ".3",
    "8.2",
    "+,.2",
    "#.3",
    "012,.2",
    "z.1",
    "0>4",
    "\\u00e9>4",
)
PRESENTATIONS = ("", *"bcdeEfFgGnosxX%")
PERCENT_FLAGS = ("", "5", "-8", "05", "+", " ", "#", ".0", ".2", ".10", "8.3", "+.1", "#.3", "-6.1")
CONVERSIONS = "sradiouxXeEfFgGc"

UNICODE = {
    **{
        name: f"lambda c: c.{name}()"
        for name in (
            "isalpha",
            "isdigit",
            "isdecimal",
            "isnumeric",
            "isalnum",
            "isspace",
            "isupper",
            "islower",
            "istitle",
            "isidentifier",
            "isprintable",
            "upper",
            "lower",
            "title",
            "casefold",
            "swapcase",
            "capitalize",
        )
    },
    "split": "lambda c: len(('a' + c + 'b').split())",
    "splitlines": "lambda c: len(('a' + c + 'b').splitlines())",
    "strip": "lambda c: len((c + 'b').strip())",
    "repr": "lambda c: repr(c) == chr(39) + c + chr(39)",
    "int": "lambda c: int(c)",
    "float": "lambda c: float(c)",
    "word": "(lambda m: lambda c: m(c) is not None)(__import__('re').compile(r'\\\\w').match)",
    "space": "(lambda m: lambda c: m(c) is not None)(__import__('re').compile(r'\\\\s').match)",
    "digit": "(lambda m: lambda c: m(c) is not None)(__import__('re').compile(r'\\\\d').match)",
}
"""What depends on the Unicode tables: the name → a function of one character."""


def items() -> Iterator[dict[str, Any]]:
    """One item for each presentation, conversion and table."""
    for presentation in PRESENTATIONS:
        for sharp in ("", "#"):
            pairs = [
                [v, f"'{flags}{presentation}'"] for v in FORMATTED for flags in FLAGS if ("#" in flags) == bool(sharp)
            ]
            yield {
                "key": f"format {sharp}{presentation}",
                "do": "calls",
                "call": "f'{a[0]:{a[1]}}'",
                "arguments": pairs,
            }
    for conversion in CONVERSIONS:
        pairs = [[value, f"'%{flags}{conversion}'"] for value in FORMATTED for flags in PERCENT_FLAGS]
        yield {"key": f"percent {conversion}", "do": "calls", "call": "a[1] % a[0]", "arguments": pairs}
    for name, function in UNICODE.items():
        yield {"key": f"unicode {name}", "do": "codepoints", "function": function}
