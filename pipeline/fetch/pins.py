"""Pins, what a place answered, and why a fetch fails; no I/O, may import `pipeline.errors` only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.errors import FetchError, Reason


class FetchReason(Reason):
    """Why a pinned input cannot be had, gravest first: of several places' answers the gravest is reported."""

    DIGEST_MISMATCH = "digest-mismatch"
    NOT_A_FILE = "not-a-file"
    TOO_LONG = "too-long"
    TRUNCATED = "truncated"
    STALLED = "stalled"
    HTTP_STATUS = "http-status"
    NOT_FOUND = "not-found"
    UNREACHABLE = "unreachable"
    NO_PLACE = "no-place"
    DISK = "disk"
    CRATES = "crates"
    INTERRUPTED = "interrupted"


_GRAVITY = {reason: rank for rank, reason in enumerate(FetchReason)}


@dataclass(frozen=True)
class Pin:
    """One input: what it is called, its digest and size in bytes, where it may be had (best first).

    `mend` is the command that makes the pin good again when no place has these bytes any more.
    """

    name: str
    sha256: str
    size: int
    places: tuple[str, ...]
    mend: str


@dataclass(frozen=True)
class Answer:
    """What one place answered."""

    place: str
    reason: FetchReason
    detail: str


@dataclass(frozen=True)
class Missing:
    """A pin that no place had."""

    pin: Pin
    answers: tuple[Answer, ...]

    @property
    def reason(self) -> FetchReason:
        """The gravest of the answers: a wrong digest says more than a 404 elsewhere."""
        return min((a.reason for a in self.answers), key=_GRAVITY.__getitem__, default=FetchReason.NO_PLACE)


@dataclass(frozen=True)
class Progress:
    """How far one pin is: bytes so far of bytes in all; `state` is `cached`, `fetching` or `done`."""

    pin: Pin
    done: int
    state: str


ProgressCallback = Callable[[Progress], None]


class MissingInputs(FetchError):
    """One or more pinned inputs cannot be had; says each pin, every place tried and what it answered."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        self.missing = tuple(sorted(missing, key=lambda m: m.pin.name))
        super().__init__(
            min((m.reason for m in self.missing), key=_GRAVITY.__getitem__),
            "\n".join(_describe(m) for m in self.missing),
            hint="\n".join(dict.fromkeys(m.pin.mend for m in self.missing if m.pin.mend)),
        )


def _describe(missing: Missing) -> str:
    pin = missing.pin
    lines = [f"cannot fetch {pin.name} (sha256 {pin.sha256}, {pin.size} bytes): {missing.reason.value}"]
    lines += [f"  {a.place}: {a.reason.value}: {a.detail}" for a in missing.answers]
    return "\n".join(lines if missing.answers else [*lines, "  the pin names no place to fetch it from"])
