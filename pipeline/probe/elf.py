"""Facts about one ELF file, read from its program headers and dynamic section by pyelftools.

May import `pipeline.probe.facts`. Section headers are not relied on (nor does the loader, and they can be
stripped or lie). Sources: System V gABI chapters 4 and 5, the GNU extensions in glibc's `elf.h`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from elftools.common.utils import struct_parse
from elftools.elf.constants import P_FLAGS
from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile
from elftools.elf.enums import ENUM_DT_FLAGS, ENUM_DT_FLAGS_1

from pipeline.probe.facts import BoundedReader, Facts, ProbeError, ProbeReason, newest

MAGIC = b"\x7fELF"
_MAX_SEGMENTS = 128
_MAX_TAGS = 1024
_MAX_VERSIONS = 512
_GLIBC = re.compile(r"^GLIBC_([0-9]+(?:\.[0-9]+)*)$")
_PROPERTIES = {  # GNU_PROPERTY_{AARCH64,X86}_FEATURE_1_AND: bit → name
    "EM_X86_64": (0xC0000002, {1: "ibt", 2: "shstk"}),
    "EM_AARCH64": (0xC0000000, {1: "bti", 2: "pac"}),
}


@dataclass(frozen=True)
class ElfFacts:
    """One ELF file. `kind` is what the loader makes of it; `relro` is full only together with BIND_NOW."""

    elf_class: int
    endian: str
    machine: str
    type: str
    kind: str
    pie: bool
    interp: str | None = None
    needed: list[str] = field(default_factory=list)
    soname: str | None = None
    rpath: list[str] = field(default_factory=list)
    runpath: list[str] = field(default_factory=list)
    textrel: bool = False
    relro: str = "none"
    bind_now: bool = False
    gnu_stack: str = "missing"
    wx_segments: list[str] = field(default_factory=list)
    glibc: dict[str, str | list[str] | None] = field(default_factory=dict)
    versions: dict[str, list[str]] = field(default_factory=dict)
    section_headers: bool = True
    symbol_table: bool = False
    stack_protector: bool = False
    fortified: list[str] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)

    def to_json(self) -> Facts:
        """As facts."""
        return asdict(self)


def is_elf(path: Path) -> bool:
    """Whether a file begins like an ELF file."""
    with path.open("rb") as stream:
        return stream.read(4) == MAGIC


def read_elf(path: Path) -> ElfFacts:
    """Facts about an ELF file. Raises `ProbeError` (malformed, too-costly), whatever its bytes are."""
    try:
        with path.open("rb") as stream:
            elf = ELFFile(cast(BinaryIO, BoundedReader(stream)))
            return _read(elf, path.stat().st_size)
    except ProbeError:
        raise
    except OSError as error:
        raise _malformed(f"cannot be read: {error.strerror or error}") from error
    except Exception as error:
        # A parser given hostile bytes fails in its own ways (struct, construct, Unicode, index, overflow …):
        # each of them says the same, that this is no sound ELF file.
        raise _malformed(f"{type(error).__name__}: {str(error)[:200]}") from error


def _malformed(what: str) -> ProbeError:
    return ProbeError(ProbeReason.MALFORMED, f"not a sound ELF file: {what}", hint="llvm-readelf --all FILE says more")


def _read(elf: Any, size: int) -> ElfFacts:
    header = elf.header
    count = elf.num_segments()
    if count > _MAX_SEGMENTS or header["e_phoff"] + count * header["e_phentsize"] > size:
        raise _malformed(f"{count} program headers do not fit")
    sections = header["e_shnum"]
    if sections and header["e_shoff"] + sections * header["e_shentsize"] > size:
        raise _malformed(f"{sections} section headers do not fit")
    segments = [elf.get_segment(index) for index in range(count)]
    for segment in segments:
        if segment["p_filesz"] and segment["p_offset"] + segment["p_filesz"] > size:
            raise _malformed("a segment reaches beyond the end of the file")
        if segment["p_type"] == "PT_LOAD" and segment["p_memsz"] < segment["p_filesz"]:
            raise _malformed("a segment is larger in the file than in memory")
    dynamic = next((s for s in segments if isinstance(s, DynamicSegment)), None)
    tags = _tags(dynamic)
    interp = next((s.get_interp_name() for s in segments if s["p_type"] == "PT_INTERP"), None)
    flags = _first(tags, "DT_FLAGS")
    flags_1 = _first(tags, "DT_FLAGS_1")
    bind_now = (
        "DT_BIND_NOW" in tags
        or bool(flags & ENUM_DT_FLAGS["DF_BIND_NOW"])
        or bool(flags_1 & ENUM_DT_FLAGS_1["DF_1_NOW"])
    )
    relro = any(s["p_type"] == "PT_GNU_RELRO" for s in segments)
    versions = _needed_versions(elf, dynamic, tags)
    names = _dynamic_strings(elf, tags)
    kind = _kind(str(header["e_type"]), flags_1, interp)
    return ElfFacts(
        elf_class=elf.elfclass,
        endian="little" if elf.little_endian else "big",
        machine=_name(header["e_machine"], "EM_"),
        type=str(header["e_type"]),
        kind=kind,
        pie=kind in ("pie", "static-pie"),
        interp=interp,
        needed=[tag.needed for tag in tags.get("DT_NEEDED", [])],
        soname=next((tag.soname for tag in tags.get("DT_SONAME", [])), None),
        rpath=[tag.rpath for tag in tags.get("DT_RPATH", [])],
        runpath=[tag.runpath for tag in tags.get("DT_RUNPATH", [])],
        textrel="DT_TEXTREL" in tags or bool(flags & ENUM_DT_FLAGS["DF_TEXTREL"]),
        relro="none" if not relro else "full" if bind_now or not tags else "partial",
        bind_now=bind_now,
        gnu_stack=_stack(segments),
        wx_segments=[
            f"{s['p_type']}@{s['p_vaddr']:#x}"
            for s in segments
            if s["p_flags"] & P_FLAGS.PF_W and s["p_flags"] & P_FLAGS.PF_X and s["p_type"] != "PT_GNU_STACK"
        ],
        glibc=_glibc(versions),
        versions=versions,
        section_headers=sections > 0,
        symbol_table=sections > 0 and elf.get_section_by_name(".symtab") is not None,
        stack_protector=bool({"__stack_chk_fail", "__stack_chk_guard"} & names),
        fortified=sorted(name for name in names if name.startswith("__") and name.endswith("_chk")),
        properties=_properties(segments, str(header["e_machine"])),
    )


def _name(value: object, prefix: str) -> str:
    return str(value).removeprefix(prefix).lower()


def _kind(type_: str, flags_1: int, interp: str | None) -> str:
    pie = flags_1 & ENUM_DT_FLAGS_1["DF_1_PIE"]
    match type_:
        case "ET_EXEC":
            return "exec" if interp else "static-exec"
        case "ET_DYN" if pie:
            return "pie" if interp else "static-pie"
        case "ET_DYN":
            return "shared"
        case "ET_REL":
            return "relocatable"
        case _:
            return "other"


def _tags(dynamic: Any) -> dict[str, list[Any]]:
    tags: dict[str, list[Any]] = {}
    if dynamic is None:
        return tags
    for number, tag in enumerate(dynamic.iter_tags()):
        if number >= _MAX_TAGS:
            raise _malformed(f"more than {_MAX_TAGS} dynamic entries")
        tags.setdefault(str(tag.entry.d_tag), []).append(tag)
    return tags


def _first(tags: dict[str, list[Any]], name: str) -> int:
    return int(tags[name][0].entry.d_val) if name in tags else 0


def _stack(segments: list[Any]) -> str:
    for segment in segments:
        if segment["p_type"] == "PT_GNU_STACK":
            return "exec" if segment["p_flags"] & P_FLAGS.PF_X else "non-exec"
    return "missing"


def _needed_versions(elf: Any, dynamic: Any, tags: dict[str, list[Any]]) -> dict[str, list[str]]:
    """Symbol versions per library, from DT_VERNEED: no section headers needed."""
    if "DT_VERNEED" not in tags:
        return {}
    address = _first(tags, "DT_VERNEED")
    offset = next(iter(elf.address_offsets(address)), None)
    if offset is None:
        raise _malformed("DT_VERNEED points to no segment")
    strings = dynamic._get_stringtable()
    out: dict[str, list[str]] = {}
    budget = _MAX_VERSIONS
    for _ in range(min(_first(tags, "DT_VERNEEDNUM"), _MAX_VERSIONS)):
        need = struct_parse(elf.structs.Elf_Verneed, elf.stream, offset)
        names = out.setdefault(strings.get_string(need["vn_file"]), [])
        aux = offset + need["vn_aux"]
        for _ in range(need["vn_cnt"]):
            budget -= 1
            if budget < 0:
                raise _malformed(f"needs more than {_MAX_VERSIONS} symbol versions")
            entry = struct_parse(elf.structs.Elf_Vernaux, elf.stream, aux)
            names.append(strings.get_string(entry["vna_name"]))
            aux += entry["vna_next"]
        if not need["vn_next"]:
            break
        offset += need["vn_next"]
    return {library: sorted(set(names)) for library, names in sorted(out.items())}


def _glibc(versions: dict[str, list[str]]) -> dict[str, str | list[str] | None]:
    """`max`: the oldest glibc that will do (2.30); `other`: GLIBC_PRIVATE, GLIBC_ABI_DT_RELR …"""
    names = {name for names in versions.values() for name in names if name.startswith("GLIBC_")}
    numbers = [match[1] for name in names if (match := _GLIBC.match(name))]
    return {
        "max": newest(numbers),
        "other": sorted(name for name in names if not _GLIBC.match(name)),
    }


def _dynamic_strings(elf: Any, tags: dict[str, list[Any]]) -> set[str]:
    """The dynamic string table: all imported and exported names, without parsing thousands of symbols."""
    offset = next(iter(elf.address_offsets(_first(tags, "DT_STRTAB"))), None)
    if offset is None:
        return set()
    elf.stream.seek(offset)
    data: bytes = elf.stream.read(_first(tags, "DT_STRSZ"))
    return {name.decode("ascii", "replace") for name in data.split(b"\0")}


def _properties(segments: list[Any], machine: str) -> list[str]:
    wanted, bits = _PROPERTIES.get(machine, (0, {}))
    found = {
        bits[bit]
        for note in _notes(segments)
        if note["n_type"] == "NT_GNU_PROPERTY_TYPE_0"
        for entry in note["n_desc"]
        if _property_number(entry["pr_type"], machine) == wanted and isinstance(entry["pr_data"], int)
        for bit in bits
        if entry["pr_data"] & bit
    }
    return sorted(found)


def _property_number(value: object, machine: str) -> int:
    names = {"GNU_PROPERTY_X86_FEATURE_1_AND": 0xC0000002, "GNU_PROPERTY_AARCH64_FEATURE_1_AND": 0xC0000000}
    if isinstance(value, int):
        return value
    return names.get(str(value), _PROPERTIES[machine][0] if str(value).endswith("FEATURE_1_AND") else -1)


def _notes(segments: list[Any]) -> Iterator[Any]:
    for segment in segments:
        if segment["p_type"] == "PT_NOTE":
            yield from islice(segment.iter_notes(), 64)
