"""What the router finds in a script, and what it makes of that; may import nothing of the package.

A signal is a reason not to send a script to Light. The names of the first three kinds are those of the field report
that the router comes from; the others say what an allow-list must say.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Tier(StrEnum):
    """Which interpreter: CPython (`full`) or RustPython (`light`)."""

    FULL = "full"
    LIGHT = "light"


class Platform(StrEnum):
    """Where a script runs: on this machine's own processor and system, or in a WebAssembly sandbox."""

    NATIVE = "native"
    WASI = "wasi"


class Kind(StrEnum):
    """Why a construct keeps a script on Full."""

    EXC_TEXT_DEP = "EXC_TEXT_DEP"
    """It shows the text of an exception, or a traceback."""
    UNSUPPORTED = "UNSUPPORTED"
    """It is known to be missing in, or different on, Light."""
    HOT_LOOP = "HOT_LOOP"
    """It computes for long, and Light is slower."""
    UNLISTED = "UNLISTED"
    """Nobody has compared it: it is on no list of what was seen to be equal."""
    ORDER_DEP = "ORDER_DEP"
    """It shows an order that the language does not promise (sets)."""
    IDENTITY = "IDENTITY"
    """It shows what the interpreter is, or where and how it keeps objects (id, hash, sizes, sys.version)."""
    DYNAMIC_CODE = "DYNAMIC_CODE"
    """It runs code that cannot be read beforehand (`eval` of a computed text, computed imports and attributes)."""
    EFFECT = "EFFECT"
    """It reaches outside of its process (files, network, other processes, clocks, randomness)."""
    DEEP = "DEEP"
    """It may recurse, or nest, deeper than the tiers agree on."""
    UNCAUGHT = "UNCAUGHT"
    """An error that nothing may catch would read differently; it counts where a failed run cannot be thrown away."""
    SYNTAX = "SYNTAX"
    """It cannot be parsed here, or is not text."""
    NO_TABLE = "NO_TABLE"
    """There is no comparison of this very pair of interpreters."""


SPEED: Final = frozenset((Kind.HOT_LOOP,))
"""What is about time: Light would answer the same, later."""


@dataclass(frozen=True, order=True)
class Signal:
    """One finding. `line` counts from 1, `column` from 1 in characters; both are 0 when it is about the whole file."""

    line: int
    column: int
    kind: Kind
    subject: str
    """The construct: `set order`, `os.environ`, `str.title`, `node TemplateStr`…"""
    why: str
    """One sentence for people: what differs, or why it is not known to be equal."""


@dataclass(frozen=True)
class Policy:
    """What the caller wants of a decision."""

    prefer: Tier = Tier.FULL
    platform: Platform = Platform.NATIVE
    full_available: bool = True
    light_available: bool = True
    trial: bool = False
    """Whether Light's outcome is looked at before it is let out, and thrown away unless it is clean."""


@dataclass(frozen=True)
class Decision:
    """Where a script goes. `speculative`: on Light, where any failure is thrown away and Full runs it again."""

    tier: Tier
    platform: Platform
    speculative: bool
    signals: tuple[Signal, ...]
    because: str
    """One sentence: what decided."""
    would_change: tuple[str, ...]
    """What would change the decision, each as something to do."""
