"""The kinds of syntax, without static types: here nodes also have `up` and `scope`; imports nothing of the package."""

from __future__ import annotations

import _ast as _typed
from typing import Any

_ast: Any = _typed
"""What `import _ast` gives. Importing `ast` costs more than reading a script."""
__all__ = ["_ast", "words"]


def words(text: str) -> frozenset[str]:
    """The words of a text: a long list of names that stays readable."""
    return frozenset(text.split())
