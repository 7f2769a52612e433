"""What is changed in the copy of a script that is tried: values only; imports nothing of the package."""

from __future__ import annotations

from dataclasses import dataclass

Pair = tuple[frozenset[str] | None, frozenset[str] | None]
Call = tuple[frozenset[str] | None, int | None, tuple[frozenset[str], ...]]


@dataclass(frozen=True, order=True)
class Edit:
    """Put `text` in place of `length` bytes at an offset. Of those of one offset what closes comes first (rank 0), then
    what opens (1), from the outside in: what ends last, and of two around the same what is around any expression before
    an operator. Last is what replaces something (2)."""

    offset: int
    rank: int
    minus_end: int
    inner: bool
    length: int
    text: bytes


@dataclass(frozen=True)
class Guarded:
    """A script that may be tried: its copy's edits, the types that each guard refuses, and what may be read."""

    edits: tuple[Edit, ...] = ()
    refused: tuple[tuple[Pair, ...], ...] = ()
    calls: tuple[tuple[Call, ...], ...] = ()
    """The same for calls: types of the receiver, number of arguments, types of each."""
    words: tuple[str, ...] = ()
    """Names that guards say by their number."""
    readable: frozenset[str] = frozenset()
    """Attributes of builtin types that may be read by a computed name."""
    aliases: frozenset[str] = frozenset()
    """Builtins that the whole script uses the guarded twins of."""
    strange: tuple[tuple[int, int], ...] = ()
    """Ranges of characters that may not be made."""
    script: str | None = None
    """What the copy is to take for its script's name, if it is not run under that."""
