"""Digests of bytes, shaped as in the Remote Execution API (sha256, size); may import the store's errors."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import StoreError
from pipeline.store.errors import StoreReason

_DIGEST = re.compile(r"([0-9a-f]{64})/(0|[1-9][0-9]{0,15})")
CHUNK = 1 << 20
THREADS = min(8, max(2, len(os.sched_getaffinity(0))))
"""How many files are hashed at once."""
PIECE = 64
"""How many files a thread is handed at once."""


class Digest(NamedTuple):
    """The identity of some bytes: lower-case hex sha256 and their number.

    `str()` gives `<hash>/<size>`, as REAPI's resource names do.
    """

    hash: str
    size: int

    def __str__(self) -> str:
        return f"{self.hash}/{self.size}"

    @classmethod
    def parse(cls, text: str) -> Digest:
        """Read `<hash>/<size>`; raises StoreError (BAD_NAME) for anything else."""
        match = _DIGEST.fullmatch(text)
        if match is None:
            raise StoreError(
                StoreReason.BAD_NAME,
                f"not a digest: {text!r}",
                hint="a digest is 64 lower-case hex digits, a slash and a size in bytes",
            )
        return cls(match[1], int(match[2]))


def sha256_bytes(data: bytes) -> Digest:
    """The digest of bytes in memory."""
    return Digest(hashlib.sha256(data).hexdigest(), len(data))


def sha256_file(path: Path) -> Digest:
    """The digest of a file's bytes, as many as were really read; raises OSError.

    Hashing is no use of a file: its access time, by which the store collects garbage, is left alone where the
    kernel allows it (O_NOATIME is the owner's).
    """
    state, size = hashlib.sha256(), 0
    try:
        number = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOATIME)
    except PermissionError:
        number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    with os.fdopen(number, "rb", buffering=0) as stream:
        # Most files are small, and to clear a whole chunk takes longer than to hash them.
        buffer = bytearray(min(CHUNK, os.fstat(number).st_size + 1))
        view = memoryview(buffer)
        while count := stream.readinto(buffer):
            state.update(view[:count])
            size += count
    return Digest(state.hexdigest(), size)
