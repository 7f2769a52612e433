"""Facts about one `ar` archive: what its members are made of; may import `pipeline.probe.facts`, `.elf`.

Whether it is position independent is not read here but proven by a trial link (`pipeline.probe.tools`): an
archive of -fPIE objects has the same relocation types as one of non-PIC objects.
Format: `ar(5)` of System V/GNU (a `//` member holds long names); LLVM's archives are the same.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, cast

from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile

from pipeline.probe.elf import MAGIC
from pipeline.probe.facts import BoundedReader, Facts, ProbeError, ProbeReason

AR_MAGIC = b"!<arch>\n"
THIN_MAGIC = b"!<thin>\n"
BITCODE_MAGICS = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")
WASM_MAGIC = b"\0asm"
_HEADER = 60
_MAX_MEMBERS = 50_000
_MAX_SECTIONS = 100_000


@dataclass(frozen=True)
class Member:
    """One member: `kind` is elf, bitcode, wasm, other or index; `bitcode`: it holds LLVM's, alone or beside machine
    code; `slim`: it holds nothing that a linker without a compiler's help could link; `stamped`: its header says
    when, or by whom, it was made."""

    name: str
    kind: str
    machine: str | None = None
    bitcode: bool = False
    slim: bool = False
    stamped: bool = False


def is_archive(path: Path) -> bool:
    """Whether a file begins like an `ar` archive (thin ones too)."""
    with path.open("rb") as stream:
        return stream.read(8) in (AR_MAGIC, THIN_MAGIC)


def read_archive(path: Path) -> Facts:
    """Facts about an archive. Raises `ProbeError` (malformed, too-costly), whatever its bytes are."""
    try:
        listed = list(_members(path))
    except ProbeError:
        raise
    except Exception as error:
        # As in `read_elf`: whatever a parser says of hostile bytes, the archive is not sound.
        raise _malformed(f"{type(error).__name__}: {str(error)[:200]}") from error
    members = [member for member in listed if member.kind != "index"]
    return {
        "members": len(members),
        "machines": sorted({member.machine for member in members if member.machine}),
        "kinds": sorted({member.kind for member in members}),
        "without_code": sorted(member.name for member in members if member.slim),
        "bitcode": _how_many(sum(member.bitcode for member in members), len(members)),
        "foreign": sorted(member.name for member in members if member.kind == "other"),
        "stamped": sorted(member.name for member in listed if member.stamped),
    }


def _how_many(number: int, total: int) -> str:
    return "none" if number == 0 else "all" if number == total else "some"


def _malformed(what: str) -> ProbeError:
    return ProbeError(ProbeReason.MALFORMED, f"not a sound archive: {what}", hint="llvm-ar tv FILE says more")


def _members(path: Path) -> Iterator[Member]:
    size = path.stat().st_size
    long_names = b""
    with path.open("rb") as stream:
        magic = stream.read(8)
        if magic == THIN_MAGIC:
            raise _malformed("it is a thin one, which only names files of the build")
        if magic != AR_MAGIC:
            raise _malformed("no magic")
        offset = len(AR_MAGIC)
        for _ in range(_MAX_MEMBERS):
            if offset >= size:
                return
            stream.seek(offset)
            header = stream.read(_HEADER)
            if len(header) != _HEADER or header[58:] != b"`\n":
                raise _malformed(f"no member header at offset {offset}")
            length = int(header[48:58])
            if length < 0 or offset + _HEADER + length > size:
                raise _malformed(f"the member at offset {offset} reaches beyond the end of the file")
            name = header[:16].rstrip(b" ")
            if name == b"//":
                long_names = stream.read(length)
            elif name in (b"/", b"/SYM64/"):
                yield Member(name.decode("ascii"), "index", stamped=_is_stamped(header))
            else:
                yield replace(_member(_name(name, long_names), stream.read(length)), stamped=_is_stamped(header))
            offset += _HEADER + length + length % 2
    raise _malformed(f"more than {_MAX_MEMBERS} members")


def _is_stamped(header: bytes) -> bool:
    """Whether the time, the owner or the group (decimal, from offset 16) is other than 0, `ar D`'s."""
    return any(field.strip() not in (b"", b"0") for field in (header[16:28], header[28:34], header[34:40]))


def _name(name: bytes, long_names: bytes) -> str:
    if name.startswith(b"/") and name[1:].isdigit():
        start = int(name[1:])
        name = long_names[start : long_names.index(b"\n", start)]
    return name.removesuffix(b"/").decode("utf-8", "replace")


def _member(name: str, data: bytes) -> Member:
    if data.startswith(BITCODE_MAGICS):
        return Member(name, "bitcode", bitcode=True, slim=True)
    if data.startswith(WASM_MAGIC):
        return Member(name, "wasm", "wasm32")
    if not data.startswith(MAGIC):
        return Member(name, "other")
    elf: Any = ELFFile(cast(BinaryIO, BoundedReader(io.BytesIO(data), bytes_=4 * len(data) + (1 << 20))))
    if elf.num_sections() > _MAX_SECTIONS:
        raise _malformed(f"{name} has {elf.num_sections()} sections")
    bitcode = gcc = content = False
    for section in elf.iter_sections():
        # LLVM writes its bitcode beside whole machine code; GCC writes its own also instead of it.
        bitcode |= section.name in (".llvm.lto", ".llvmbc") and section["sh_size"] > 0
        gcc |= section.name.startswith(".gnu.lto_")
        content |= bool(section["sh_flags"] & SH_FLAGS.SHF_ALLOC and section["sh_size"])
    machine = str(elf["e_machine"]).removeprefix("EM_").lower()
    return Member(name, "elf", machine, bitcode=bitcode, slim=gcc and not content)
