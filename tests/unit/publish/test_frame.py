"""The frame of an archive, as RFC 8878 (section 3.1.1.1) describes its header."""

from __future__ import annotations

import hashlib

import pytest
import zstandard

from pipeline.publish.frame import JOB_BYTES, WINDOW_LOG, compressor


def test_the_frame_says_its_size_and_has_a_checksum() -> None:
    data = b"content" * 1000
    frame = compressor(1).compress(data)
    parameters = zstandard.get_frame_parameters(frame)
    assert (parameters.content_size, parameters.has_checksum, parameters.dict_id) == (len(data), True, 0)
    assert zstandard.ZstdDecompressor().decompress(frame) == data


def test_what_is_far_away_is_found_again() -> None:
    """Bytes that do not compress, twice, further apart than a usual window: long-distance matching stores them once."""
    piece = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(1 << 13))
    between = bytes(1 << 24)
    frame = compressor(2).compress(piece + between + piece)
    assert len(piece) < len(frame) < 1.2 * len(piece)
    assert len(between) < 1 << WINDOW_LOG


def test_any_number_of_threads_gives_the_same_bytes() -> None:
    """More than one job, so that threads really share the work."""
    content = b"".join(hashlib.sha256(bytes([n % 251])).digest() * 4096 for n in range(300))
    assert len(content) > JOB_BYTES
    frames = {compressor(threads).compress(content) for threads in (1, 2, 4)}
    assert len(frames) == 1


def test_no_threads_is_refused() -> None:
    with pytest.raises(ValueError, match="threads"):
        compressor(0)
