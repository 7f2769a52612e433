"""Tests of `pipeline.probe.readobj`."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from pipeline.probe.elf import ElfFacts, read_elf
from pipeline.probe.readobj import disagreements
from tests.unit.probe.elves import Elf


def flags(*names: str) -> dict[str, Any]:
    return {"Value": 0, "Flags": [{"Name": name, "Value": 0} for name in names]}


def segment(kind: str, *bits: str) -> dict[str, Any]:
    return {"ProgramHeader": {"Type": {"Name": kind, "Value": 0}, "Flags": flags(*bits)}}


# What `llvm-readobj --elf-output-style=JSON` (LLVM 22) says of a program such as `Elf()`; unused keys left out.
SAID: dict[str, Any] = {
    "ElfHeader": {
        "Ident": {"Class": {"Name": "64-bit", "Value": 2}},
        "Type": "SharedObject (0x3)",
        "Machine": {"Name": "EM_X86_64", "Value": 62},
        "SectionHeaderCount": "0",
    },
    "ProgramHeaders": [
        segment("PT_LOAD", "PF_R", "PF_X"),
        segment("PT_INTERP", "PF_R"),
        segment("PT_DYNAMIC", "PF_R", "PF_W"),
        segment("PT_GNU_RELRO", "PF_R"),
        segment("PT_GNU_STACK", "PF_R", "PF_W"),
    ],
    "DynamicSection": [
        {"Tag": 1, "Type": "NEEDED", "Value": 1, "Library": "libc.so.6"},
        {"Tag": 30, "Type": "FLAGS", "Value": 8, "Flags": ["BIND_NOW"]},
        {"Tag": 1879048187, "Type": "FLAGS_1", "Value": 134217729, "Flags": ["NOW", "PIE"]},
        {"Tag": 0, "Type": "NULL", "Value": 0},
    ],
    "VersionRequirements": [],
}


@pytest.fixture
def facts(tmp_path: Path) -> ElfFacts:
    (tmp_path / "file").write_bytes(Elf().build())
    return read_elf(tmp_path / "file")


def test_agreement(facts: ElfFacts) -> None:
    assert disagreements(facts, SAID) == []


@pytest.mark.parametrize(
    ("path", "value", "name"),
    [
        (("ElfHeader", "Type"), "Executable (0x2)", "pie type"),
        (("ElfHeader", "Machine", "Name"), "EM_AARCH64", "machine"),
        (("ElfHeader", "SectionHeaderCount"), "31", "section_headers"),
        (("ProgramHeaders", 4, "ProgramHeader", "Flags"), flags("PF_R", "PF_W", "PF_X"), "gnu_stack"),
        (("ProgramHeaders", 0, "ProgramHeader", "Flags"), flags("PF_W", "PF_X"), "wx_segments"),
        (("ProgramHeaders", 3, "ProgramHeader", "Type", "Name"), "PT_NOTE", "relro"),
        (("DynamicSection", 0, "Library"), "libz.so.1", "needed"),
        (("DynamicSection", 1, "Flags"), ["TEXTREL", "BIND_NOW"], "textrel"),
        (("DynamicSection", 2, "Flags"), ["NOW"], "pie"),
        (("DynamicSection", 3), {"Type": "SONAME", "Name": "libx.so"}, "soname"),
        (("DynamicSection", 3), {"Type": "RPATH", "Path": ["/a"]}, "rpath"),
        (("DynamicSection", 3), {"Type": "RUNPATH", "Path": ["/a"]}, "runpath"),
    ],
)
def test_each_disagreement_is_named(path: tuple[str | int, ...], value: Any, name: str, facts: ElfFacts) -> None:
    said: Any = deepcopy(SAID)
    inner = said
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    assert [text.partition(": ")[0] for text in disagreements(facts, said)] == name.split()


def test_a_file_the_other_reader_cannot_read(facts: ElfFacts) -> None:
    assert disagreements(facts, {}) == ["llvm-readobj cannot read it"]
