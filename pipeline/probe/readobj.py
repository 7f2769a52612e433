"""Compares ELF facts with what llvm-readobj says of the same file; may import `pipeline.probe.elf`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipeline.probe.elf import ElfFacts


def disagreements(facts: ElfFacts, said: Mapping[str, Any]) -> list[str]:
    """Where llvm-readobj's JSON contradicts the facts: `name: ours, theirs`."""
    if not said:
        return ["llvm-readobj cannot read it"]
    ours, theirs = _comparable(facts), _from_readobj(said)
    if not facts.section_headers:
        # llvm-readobj reads versions through the section headers only.
        theirs["versions"] = ours["versions"]
    return [f"{key}: {ours[key]}, {theirs[key]}" for key in sorted(ours) if ours[key] != theirs[key]]


def _comparable(facts: ElfFacts) -> dict[str, object]:
    return {
        "class": facts.elf_class,
        "machine": facts.machine,
        "type": facts.type,
        "pie": facts.pie,
        "interp": facts.interp is not None,
        "needed": facts.needed,
        "soname": facts.soname,
        "rpath": [part for path in facts.rpath for part in path.split(":")],
        "runpath": [part for path in facts.runpath for part in path.split(":")],
        "textrel": facts.textrel,
        "bind_now": facts.bind_now,
        "relro": facts.relro != "none",
        "gnu_stack": facts.gnu_stack,
        "wx_segments": len(facts.wx_segments),
        "versions": facts.versions,
        "section_headers": facts.section_headers,
    }


_TYPES = {1: "ET_REL", 2: "ET_EXEC", 3: "ET_DYN", 4: "ET_CORE"}


def _from_readobj(said: Mapping[str, Any]) -> dict[str, object]:
    header = said["ElfHeader"]
    segments = [entry["ProgramHeader"] for entry in said.get("ProgramHeaders") or []]
    flags = [(s["Type"]["Name"], {flag["Name"] for flag in s["Flags"]["Flags"]}) for s in segments]
    tags: dict[str, list[Mapping[str, Any]]] = {}
    for tag in said.get("DynamicSection") or []:
        tags.setdefault(tag["Type"], []).append(tag)
    flags_0 = {flag for tag in tags.get("FLAGS", []) for flag in tag["Flags"]}
    flags_1 = {flag for tag in tags.get("FLAGS_1", []) for flag in tag["Flags"]}
    type_ = _TYPES.get(int(re.findall(r"\(0x([0-9A-Fa-f]+)\)", header["Type"])[-1], 16), "other")
    stack = next((bits for name, bits in flags if name == "PT_GNU_STACK"), None)
    return {
        "class": 64 if header["Ident"]["Class"]["Value"] == 2 else 32,
        "machine": str(header["Machine"]["Name"]).removeprefix("EM_").lower(),
        "type": type_,
        "pie": type_ == "ET_DYN" and "PIE" in flags_1,
        "interp": any(name == "PT_INTERP" for name, _ in flags),
        "needed": [tag["Library"] for tag in tags.get("NEEDED", [])],
        "soname": next((tag["Name"] for tag in tags.get("SONAME", [])), None),
        "rpath": [part for tag in tags.get("RPATH", []) for part in tag["Path"]],
        "runpath": [part for tag in tags.get("RUNPATH", []) for part in tag["Path"]],
        "textrel": "TEXTREL" in tags or "TEXTREL" in flags_0,
        "bind_now": "BIND_NOW" in tags or "BIND_NOW" in flags_0 or "NOW" in flags_1,
        "relro": any(name == "PT_GNU_RELRO" for name, _ in flags),
        "gnu_stack": "missing" if stack is None else "exec" if "PF_X" in stack else "non-exec",
        "wx_segments": sum(name != "PT_GNU_STACK" and {"PF_W", "PF_X"} <= bits for name, bits in flags),
        "versions": {
            need["FileName"]: sorted({entry["Entry"]["Name"] for entry in need["Entries"]})
            for need in (item["Dependency"] for item in said.get("VersionRequirements") or [])
        },
        "section_headers": int(header["SectionHeaderCount"]) > 0,
    }
