"""The one zstd frame of an archive: how it is written (`slimepython.install` is what reads it, and checks it).

Format: RFC 8878 (Zstandard), section 3.1.1.
"""

from __future__ import annotations

from typing import Final

import zstandard

LEVEL: Final = 17
"""On 134 MB like an interpreter's, processor time and size: level 15 31 s, 31.3 MB; 16 45 s, 30.3 MB; 17 65 s,
29.7 MB; 19 119 s, 28.4 MB. Changing it, or anything here, raises `ARCHIVE_FORMAT`."""
WINDOW_LOG: Final = 27
"""128 MiB: with long-distance matching, what two builds of one library share is stored once."""
JOB_BYTES: Final = 32 * 1024**2
"""The unit of multi-threaded compression. It is part of the bytes; how many threads share the jobs is not."""


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
