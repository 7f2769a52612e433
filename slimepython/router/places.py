"""Where an expression stands in a script's text, for guards that are put around it; imports router.syntax."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from slimepython.router.syntax import _ast

PATTERNS: Final = (_ast.MatchValue, _ast.MatchMapping, _ast.MatchClass, _ast.arg)
SHOWN: Final = re.compile(rb"[\s)]*=(?!=)")
"""What follows an expression in a formatted text that shows its text as well: `f"{x=}"`."""


@dataclass
class Places:
    """Finds nodes of one script in its text; there is none to be relied on unless it is `usable`."""

    source: bytes

    def __post_init__(self) -> None:
        self._starts = [0]
        for line in self.source.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self.usable = b"\r" not in self.source

    def _span(self, node: Any) -> tuple[int, int]:
        return (
            self._starts[node.lineno - 1] + node.col_offset,
            self._starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def _is_code(self, node: Any) -> bool:
        """Whether an expression stands in the text where the tree says, and is run where it stands."""
        if not self.usable or getattr(node, "end_lineno", None) is None:
            return False
        at, formatted = node, False
        while at is not None and not isinstance(at, _ast.stmt):
            up = at.up
            if isinstance(at, PATTERNS):
                return False
            if isinstance(at, _ast.FormattedValue):
                formatted = True
                if SHOWN.match(self.source, self._span(at.value)[1]):
                    return False
            at = up
        if isinstance(at, _ast.AnnAssign) or (isinstance(at, FUNCTIONS) and _is_annotation(node, at)):
            return False
        # Before Python 3.12 what the tree says about places in formatted texts is not always true.
        return not formatted or all(self._is_here(each) for each in _names(node))

    def _is_here(self, node: Any) -> bool:
        begin, end = self._span(node)
        return bool(self.source[begin:end] == node.id.encode())


FUNCTIONS: Final = (_ast.FunctionDef, _ast.AsyncFunctionDef)


def _is_annotation(node: Any, function: Any) -> bool:
    at = node
    while at.up is not function:
        at = at.up
    return at is function.returns or isinstance(at, _ast.arguments)


def _names(node: Any) -> Iterable[Any]:
    """The names in an expression; one without any stands nowhere for certain."""
    found: list[Any] = []
    stack = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, _ast.Name):
            found.append(at)
        for name in at._fields:
            value = getattr(at, name, None)
            stack += [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, _ast.AST)]
    return found or [_ast.Name("?", _ast.Load(), lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)]
