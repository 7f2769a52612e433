"""The one zstd frame of an archive: what is checked before a byte is decompressed; imports the package's errors only.

Format: RFC 8878 (Zstandard), section 3.1.1.
"""

from __future__ import annotations

import os
from typing import BinaryIO, Final

import zstandard

from slimepython.install.members import ArchiveReason, refused

WINDOW_BYTES: Final = 1 << 27
"""What decompression may keep in memory: 128 MiB, the builder's own choice."""
MAX_RATIO: Final = 128
"""Content to archive. Interpreters reach 10; libzstd itself can reach several thousand on zeros."""
_RATIO_FLOOR: Final = 1 << 20
"""Bytes of content below which the ratio does not matter: small archives are mostly padding."""

_MAGIC_AND_HEADER: Final = 18
_BLOCK_HEADER: Final = 3
_CHECKSUM: Final = 4
_RLE: Final = 1
_RESERVED: Final = 3


def content_size(file: BinaryIO, max_content: int) -> int:
    """Bytes that the file's only frame holds, by its header; leaves the file at its start.

    Walks the frame's block headers without decompressing anything, so a second frame, a skippable frame and trailing
    bytes are seen here. Raises `InstallError` for anything but one checksummed frame that says how much it holds, at
    most `max_content` bytes, in a window of at most `WINDOW_BYTES`.
    """
    file.seek(0)
    start = file.read(_MAGIC_AND_HEADER)
    try:
        parameters = zstandard.get_frame_parameters(start)
        position = zstandard.frame_header_size(start)
    except zstandard.ZstdError as error:
        raise refused(ArchiveReason.BAD_FRAME, f"not a zstd frame: {error}") from error
    content = int(parameters.content_size)
    if content in (zstandard.CONTENTSIZE_UNKNOWN, zstandard.CONTENTSIZE_ERROR):
        raise refused(ArchiveReason.BAD_FRAME, "the zstd frame does not say how much it holds")
    if not parameters.has_checksum or parameters.dict_id:
        raise refused(ArchiveReason.BAD_FRAME, "the zstd frame has no checksum, or needs a dictionary")
    if content > max_content:
        raise refused(ArchiveReason.TOO_LARGE, f"the zstd frame holds {content} bytes, more than {max_content}")
    if parameters.window_size > WINDOW_BYTES:
        problem = f"the zstd frame wants a window of {parameters.window_size} bytes"
        raise refused(ArchiveReason.WINDOW_TOO_LARGE, problem)
    end = file.seek(0, os.SEEK_END)
    if content > max(_RATIO_FLOOR, end * MAX_RATIO):
        raise refused(ArchiveReason.RATIO, f"{end} bytes say they hold {content}: more than {MAX_RATIO} times as much")
    _walk_blocks(file, position, end)
    file.seek(0)
    return content


def _walk_blocks(file: BinaryIO, position: int, end: int) -> None:
    last = False
    while not last:
        file.seek(position)
        raw = file.read(_BLOCK_HEADER)
        if len(raw) < _BLOCK_HEADER:
            raise refused(ArchiveReason.TRUNCATED, "the zstd frame ends in the middle")
        block = int.from_bytes(raw, "little")
        last, kind, size = bool(block & 1), block >> 1 & 3, block >> 3
        if kind == _RESERVED:
            raise refused(ArchiveReason.BAD_FRAME, "the zstd frame has a block of an unknown type")
        position += _BLOCK_HEADER + (1 if kind == _RLE else size)
    position += _CHECKSUM
    if position > end:
        raise refused(ArchiveReason.TRUNCATED, "the zstd frame ends in the middle")
    if position < end:
        raise refused(ArchiveReason.TRAILING_DATA, f"{end - position} bytes follow the zstd frame")
