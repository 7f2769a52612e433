"""The log of a run: valid UTF-8, bounded, passed on line by line; may import the standard library only."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

_TAIL = 64 << 10
_PIECE = 4096


class LogWriter:
    """Writes what a command prints to a file; memory stays small whatever that is.

    The first `limit` bytes are kept. What comes after, while the command is being stopped, is left out but for the
    last 64 KiB. Invalid UTF-8 becomes U+FFFD.
    """

    def __init__(self, path: Path, limit: int, on_line: Callable[[str], None] | None = None) -> None:
        self.path = path
        self._stream = path.open("wb", buffering=0)
        self._limit = limit
        self._on_line = on_line
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._line = ""
        self._tail = bytearray()
        self._left_out = 0
        self._size = 0

    @property
    def is_full(self) -> bool:
        """Whether the limit was passed."""
        return self._left_out > 0 or len(self._tail) > 0

    def feed(self, data: bytes, *, final: bool = False) -> None:
        """Take in what was printed; `final` ends a character or a line that was cut off."""
        text = self._decoder.decode(data, final)
        encoded = text.encode()
        room = max(0, self._limit - self._size)
        self._stream.write(encoded[:room])
        self._size += min(room, len(encoded))
        if rest := encoded[room:]:
            self._tail += rest
            surplus = max(0, len(self._tail) - _TAIL)
            self._left_out += surplus
            del self._tail[:surplus]
        elif self._on_line is not None:
            self._pass_on(text, final=final)

    def _pass_on(self, text: str, *, final: bool) -> None:
        assert self._on_line is not None
        *lines, self._line = (self._line + text).split("\n")
        if len(self._line) > _PIECE or (final and self._line):
            lines.append(self._line)
            self._line = ""
        for line in lines:
            for at in range(0, max(1, len(line)), _PIECE):
                self._on_line(line[at : at + _PIECE].rstrip("\r"))

    def close(self) -> None:
        """Write what is still held back."""
        if self._stream.closed:
            return
        try:
            self.feed(b"", final=True)
            if self.is_full:
                note = f"\n[the log's limit of {self._limit} bytes was passed; {self._left_out} bytes left out]\n"
                self._stream.write(note.encode() + self._tail.decode(errors="replace").encode())
        finally:
            self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
