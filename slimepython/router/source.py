"""Reads a script's text as a syntax tree without running any of it; imports router.signals.

Only what the compiler of this very process accepts without a warning goes on: a tier that refuses a script, or
warns about
it, prints something.
"""

from __future__ import annotations

import _ast
import warnings
from typing import Any, Final

from slimepython.router.signals import Kind, Signal

MAX_BYTES: Final = 1 << 20
ONLY_AST: Final = 0x400
"""`ast.PyCF_ONLY_AST`; importing `ast` costs more than reading a script."""


def parse(source: bytes, path: str) -> _ast.Module | Signal:
    """The tree, or why there is none; whether it can be compiled as well is for `problem` to say."""
    if len(source) > MAX_BYTES:
        return Signal(0, 0, Kind.SYNTAX, "length", f"it is longer than {MAX_BYTES} bytes")
    try:
        # RustPython reads UTF-8 only; a mark at the beginning and other encodings are for Full.
        source.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        return Signal(0, 0, Kind.SYNTAX, "encoding", f"it is not UTF-8 at byte {error.start}")
    first = b"\n".join(source.split(b"\n", 2)[:2])
    if source.startswith(b"\xef\xbb\xbf") or b"coding" in first or b"\0" in source or b"\f" in source:
        return Signal(
            1, 1, Kind.SYNTAX, "encoding", "it declares an encoding, or has a byte order mark, NUL or form feed"
        )
    tree: _ast.Module | Signal = _compiled(source, path, ONLY_AST)
    return tree


def problem(tree: _ast.Module, path: str) -> Signal | None:
    """What the second half of the compiler finds, and the grammar cannot: a `return` outside of a function…"""
    found = _compiled(tree, path, 0)
    return found if isinstance(found, Signal) else None


def _compiled(source: bytes | _ast.Module, path: str, flags: int) -> Any:
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            made = compile(source, path, "exec", flags, dont_inherit=True)
    except SyntaxError as error:
        return Signal(
            error.lineno or 0, error.offset or 0, Kind.SYNTAX, "syntax", f"it cannot be parsed here: {error.msg}"
        )
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return Signal(0, 0, Kind.SYNTAX, "syntax", f"it cannot be parsed here: {type(error).__name__}")
    if caught:
        return Signal(caught[0].lineno, 1, Kind.SYNTAX, "warning", f"compiling it warns: {caught[0].message}")
    return made
