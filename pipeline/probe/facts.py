"""What facts are, what can go wrong while probing, and bounded reading; may import `pipeline.errors` only."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable
from typing import Any, BinaryIO, TypeAlias

from pipeline.errors import PolicyError, Reason

Facts: TypeAlias = dict[str, Any]
"""A JSON object. Nothing in it depends on the host, the time or an address space's layout."""


_MOST_EXACT = 2**53 - 1


class ProbeReason(Reason):
    """Why an artifact could not be probed, or is refused."""

    MALFORMED = "malformed"
    TOO_COSTLY = "too-costly"
    MISSING_ENTRY = "missing-entry"
    TOOL_FAILED = "tool-failed"
    VIOLATION = "violation"
    CODE_CHANGED = "code-changed"


class ProbeError(PolicyError):
    """A file cannot be read as what it claims to be, or a tool of the probes failed."""


class BoundedReader(io.RawIOBase):
    """A file that may be read only so often, so much and so long.

    A parser that loops over a hostile header reads in every turn, so bounding the reads bounds the loop. The
    count decides (the same file always fails at the same place); the time is for slow storage.
    """

    def __init__(self, stream: BinaryIO, *, reads: int = 400_000, bytes_: int = 1 << 30, seconds: float = 60) -> None:
        super().__init__()
        self._stream = stream
        self._reads = reads
        self._bytes = bytes_
        self._deadline = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        # Offsets come from headers: beyond what a file can have they are as bad as any other nonsense.
        if abs(offset) > 1 << 62:
            raise ProbeError(ProbeReason.MALFORMED, f"points to offset {offset:#x}, outside of any file")
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def read(self, size: int | None = -1, /) -> bytes:
        data = self._stream.read(self._bytes + 1 if size is None or size < 0 else min(size, self._bytes + 1))
        self._reads -= 1
        self._bytes -= len(data)
        if self._reads < 0 or self._bytes < 0 or time.monotonic() > self._deadline:
            raise ProbeError(ProbeReason.TOO_COSTLY, "asks for more reading than any sound file needs")
        return data


def exact(facts: Facts) -> Facts:
    """The same facts with integers that not every JSON reader keeps exact (RFC 8785, 3.2.2.3) as decimal text."""
    return {key: _exact(value) for key, value in facts.items()}


def _exact(value: Any) -> Any:
    if isinstance(value, dict):
        return exact(value)
    if isinstance(value, list | tuple):
        return [_exact(item) for item in value]
    return str(value) if isinstance(value, int) and abs(value) > _MOST_EXACT else value


def version_key(version: str) -> tuple[int, ...]:
    """Order of dotted numbers: 2.9 is before 2.31."""
    return tuple(int(part) for part in version.split("."))


def newest(versions: Iterable[str]) -> str | None:
    """The greatest of some dotted numbers, or None of none."""
    return max(versions, key=version_key, default=None)
