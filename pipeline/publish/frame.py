"""The one zstd frame of an archive: how it is written, and what is checked before a byte is decompressed.

Format: RFC 8878 (Zstandard), section 3.1.1. May import `pipeline.errors`.
"""

from __future__ import annotations

import os
from typing import BinaryIO, Final

import zstandard

from pipeline.publish.members import ArchiveReason, refused

LEVEL: Final = 17
"""On 134 MB like an interpreter's, processor time and size: level 15 31 s, 31.3 MB; 16 45 s, 30.3 MB; 17 65 s,
29.7 MB; 19 119 s, 28.4 MB. Changing it, or anything here, raises `ARCHIVE_FORMAT`."""
WINDOW_LOG: Final = 27
"""128 MiB: with long-distance matching, what two builds of one library share is stored once."""
JOB_BYTES: Final = 32 * 1024**2
"""The unit of multi-threaded compression. It is part of the bytes; how many threads share the jobs is not."""

_MAGIC_AND_HEADER = 18
_BLOCK_HEADER = 3
_CHECKSUM = 4
_RLE = 1
_RESERVED = 3


def compressor(threads: int) -> zstandard.ZstdCompressor:
    """The compressor all archives are made with. The output is the same for any `threads` >= 1."""
    if threads < 1:
        raise ValueError("threads must be 1 or more: libzstd's 0 is another code path with other bytes")
    return zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(
            compression_level=LEVEL,
            window_log=WINDOW_LOG,
            enable_ldm=True,
            job_size=JOB_BYTES,
            threads=threads,
            write_content_size=True,
            write_checksum=True,
            write_dict_id=False,
        )
    )


def content_size(file: BinaryIO, max_content: int) -> int:
    """Bytes that the file's only frame holds, by its header; leaves the file at its start.

    Walks the frame's block headers without decompressing anything, so a second frame, a skippable frame and
    trailing bytes are seen here. Raises `PublishError` for anything but one checksummed frame with a known
    size of at most `max_content` bytes and a window of at most 2**WINDOW_LOG.
    """
    file.seek(0)
    start = file.read(_MAGIC_AND_HEADER)
    try:
        parameters = zstandard.get_frame_parameters(start)
        position = zstandard.frame_header_size(start)
    except zstandard.ZstdError as error:
        raise refused(ArchiveReason.BAD_FRAME, f"not a zstd frame: {error}") from error
    if parameters.content_size in (zstandard.CONTENTSIZE_UNKNOWN, zstandard.CONTENTSIZE_ERROR):
        raise refused(ArchiveReason.BAD_FRAME, "the zstd frame does not say how much it holds")
    if parameters.content_size > max_content:
        message = f"the zstd frame holds {parameters.content_size} bytes, more than {max_content}"
        raise refused(ArchiveReason.TOO_LARGE, message)
    if parameters.window_size > 1 << WINDOW_LOG:
        message = f"the zstd frame wants a window of {parameters.window_size} bytes"
        raise refused(ArchiveReason.WINDOW_TOO_LARGE, message)
    if not parameters.has_checksum or parameters.dict_id:
        raise refused(ArchiveReason.BAD_FRAME, "the zstd frame has no checksum, or needs a dictionary")
    _walk_blocks(file, position)
    file.seek(0)
    return int(parameters.content_size)


def _walk_blocks(file: BinaryIO, position: int) -> None:
    end = file.seek(0, os.SEEK_END)
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
