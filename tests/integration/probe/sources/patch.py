"""Changes one program header of an ELF file as no linker of today would: `patch.py WHAT FILE`."""

import struct
import sys
from pathlib import Path

PT_NULL, PT_LOAD, PT_GNU_STACK = 0, 1, 0x6474E551
X, W = 1, 2


def patch(data: bytearray, what: str) -> None:
    (offset,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for at in range(offset, offset + size * count, size):
        kind, flags = struct.unpack_from("<II", data, at)
        if what == "no-gnu-stack" and kind == PT_GNU_STACK:
            struct.pack_into("<I", data, at, PT_NULL)
            return
        if what == "writable-code" and kind == PT_LOAD and flags & X:
            struct.pack_into("<II", data, at, kind, flags | W)
            return
    raise SystemExit(f"nothing to patch for {what}")


path = Path(sys.argv[2])
content = bytearray(path.read_bytes())
patch(content, sys.argv[1])
path.write_bytes(content)
