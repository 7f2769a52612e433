"""A pinned file while it is read: what was read is what the pin says, or an error; may import `pipeline.fetch.pins`.

Inputs are fetched before anything runs and hashed then, but unpacked up to an hour later. The bytes that are unpacked
are hashed themselves, on their way, so that nothing can come in between.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import FetchError
from pipeline.fetch.pins import FetchReason

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK = 1 << 20


class _Hashing(io.RawIOBase):
    """Reads a file once, from its beginning to its end, and hashes what it gives."""

    def __init__(self, file: io.FileIO) -> None:
        super().__init__()
        self.file = file
        self.state = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        count = self.file.readinto(buffer) or 0
        self.state.update(memoryview(buffer)[:count])
        return count

    def finish(self) -> str:
        """Hash what nobody has read; gives the digest of all."""
        buffer = bytearray(_CHUNK)
        while self.readinto(buffer):
            pass
        return self.state.hexdigest()


@contextmanager
def checked(path: Path, sha256: str, shown: str) -> Iterator[io.BufferedReader]:
    """A file to be read forward only. Nothing made from it may be used before this context has ended well.

    Raises FetchError (`DIGEST_MISMATCH`) at the end, also in place of what the reader raised, if the file's bytes are
    not those of `sha256`; `shown` names it. Raises OSError.
    """
    with path.open("rb", buffering=0) as file:
        stream = _Hashing(file)
        try:
            yield io.BufferedReader(stream, _CHUNK)
        except Exception as error:
            _expect(stream.finish(), sha256, shown, error)
            raise
        _expect(stream.finish(), sha256, shown, None)


def _expect(found: str, sha256: str, shown: str, cause: Exception | None) -> None:
    if found != sha256:
        raise FetchError(
            FetchReason.DIGEST_MISMATCH,
            f"{shown} was changed in the downloads folder after it was fetched: it has sha256 {found}, not {sha256}",
            hint="run the same command again: it is fetched anew",
        ) from cause
