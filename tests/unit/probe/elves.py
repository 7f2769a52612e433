"""Small ELF files made byte by byte, so that each test says exactly what is in its file."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

ET_REL, ET_EXEC, ET_DYN = 1, 2, 3
R, W, X = 4, 2, 1
PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
PT_GNU_STACK, PT_GNU_RELRO = 0x6474E551, 0x6474E552
DT_NEEDED, DT_STRTAB, DT_STRSZ, DT_SONAME, DT_RPATH, DT_TEXTREL = 1, 5, 10, 14, 15, 22
DT_BIND_NOW, DT_RUNPATH, DT_FLAGS = 24, 29, 30
DT_FLAGS_1, DT_VERNEED, DT_VERNEEDNUM = 0x6FFFFFFB, 0x6FFFFFFE, 0x6FFFFFFF
DF_TEXTREL, DF_BIND_NOW = 4, 8
DF_1_NOW, DF_1_PIE = 1, 0x08000000


@dataclass(frozen=True)
class Elf:
    """A 64-bit little-endian ELF file; as it stands, a hardened PIE that needs libc.so.6."""

    type: int = ET_DYN
    machine: int = 62
    interp: str | None = "/lib64/ld-linux-x86-64.so.2"
    needed: Sequence[str] = ("libc.so.6",)
    soname: str | None = None
    rpath: str | None = None
    runpath: str | None = None
    versions: Sequence[tuple[str, Sequence[str]]] = (("libc.so.6", ("GLIBC_2.2.5", "GLIBC_2.17")),)
    symbols: Sequence[str] = ()
    flags: int = DF_BIND_NOW
    flags_1: int = DF_1_NOW | DF_1_PIE
    textrel: bool = False
    dynamic: bool = True
    stack: int | None = R | W
    relro: bool = True
    load: int = R | X

    def build(self) -> bytes:
        """The file's bytes."""
        strings = _Strings()
        interp = (self.interp or "").encode() + b"\0"
        tags = [(DT_NEEDED, strings.add(name)) for name in self.needed]
        for tag, text in ((DT_SONAME, self.soname), (DT_RPATH, self.rpath), (DT_RUNPATH, self.runpath)):
            if text is not None:
                tags.append((tag, strings.add(text)))
        for name in self.symbols:
            strings.add(name)
        verneed = _verneed(self.versions, strings)
        wanted = [(self.interp is not None), self.dynamic, self.relro, self.stack is not None, True]
        start = 64 + 56 * sum(wanted)
        at_strings = start + len(interp)
        at_verneed = at_strings + len(strings.data)
        at_dynamic = at_verneed + len(verneed)
        tags += [(DT_FLAGS, self.flags), (DT_FLAGS_1, self.flags_1)]
        tags += [(DT_STRTAB, at_strings), (DT_STRSZ, len(strings.data))]
        if self.versions:
            tags += [(DT_VERNEED, at_verneed), (DT_VERNEEDNUM, len(self.versions))]
        if self.textrel:
            tags.append((DT_TEXTREL, 0))
        dynamic = b"".join(struct.pack("<QQ", *tag) for tag in [*tags, (0, 0)]) if self.dynamic else b""
        size = at_dynamic + len(dynamic)
        segments = [(PT_LOAD, self.load, 0, size)]
        if self.interp is not None:
            segments.append((PT_INTERP, R, start, len(interp)))
        if self.dynamic:
            segments.append((PT_DYNAMIC, R | W, at_dynamic, len(dynamic)))
        if self.relro:
            segments.append((PT_GNU_RELRO, R, at_dynamic, len(dynamic)))
        if self.stack is not None:
            segments.append((PT_GNU_STACK, self.stack, 0, 0))
        ident = b"\x7fELF" + bytes([2, 1, 1, 0]) + bytes(8)
        header = struct.pack("<HHIQQQIHHHHHH", self.type, self.machine, 1, 0, 64, 0, 0, 64, 56, len(segments), 64, 0, 0)
        table = b"".join(
            struct.pack("<IIQQQQQQ", kind, flags, offset, offset, offset, length, length, 8)
            for kind, flags, offset, length in segments
        )
        return ident + header + table + interp + strings.data + verneed + dynamic


class _Strings:
    def __init__(self) -> None:
        self.data = b"\0"

    def add(self, text: str) -> int:
        offset = len(self.data)
        self.data += text.encode() + b"\0"
        return offset


def _verneed(versions: Sequence[tuple[str, Sequence[str]]], strings: _Strings) -> bytes:
    out = b""
    for index, (library, names) in enumerate(versions):
        size = 16 + 16 * len(names)
        following = 0 if index == len(versions) - 1 else size
        out += struct.pack("<HHIII", 1, len(names), strings.add(library), 16, following)
        for number, name in enumerate(names):
            after = 0 if number == len(names) - 1 else 16
            out += struct.pack("<IHHII", 0, 0, 2 + number, strings.add(name), after)
    return out
