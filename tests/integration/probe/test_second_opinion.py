"""LIEF, a third reader of ELF files, sees in really linked programs what the probes see; and so does `ldd`."""

from __future__ import annotations

import lief
import pytest

from tests.integration.probe.conftest import Made

PROGRAMS = ["good", "exec", "textrel", "rwx-stack", "rpath", "runpath", "lazy", "norelro", "needed", "glibc"]
PROGRAMS += ["static-pie", "static", "shared"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_lief_agrees(name: str, made: Made) -> None:
    facts = made.facts(name)["elf"]
    binary = lief.ELF.parse(str(made.folder / name / "bin" / "prog"))
    assert binary is not None
    assert facts["needed"] == list(binary.libraries)
    assert (facts["interp"] or "") == (binary.interpreter if binary.has_interpreter else "")
    assert facts["pie"] == (binary.is_pie and name != "shared")
    assert facts["textrel"] == binary.has(lief.ELF.DynamicEntry.TAG.TEXTREL) or any(
        entry.has(lief.ELF.DynamicEntryFlags.FLAG.TEXTREL)
        for entry in binary.dynamic_entries
        if isinstance(entry, lief.ELF.DynamicEntryFlags) and entry.tag == lief.ELF.DynamicEntry.TAG.FLAGS
    )
    assert bool(facts["rpath"]) == binary.has(lief.ELF.DynamicEntry.TAG.RPATH)
    assert bool(facts["runpath"]) == binary.has(lief.ELF.DynamicEntry.TAG.RUNPATH)
    assert (facts["relro"] != "none") == binary.has(lief.ELF.Segment.TYPE.GNU_RELRO)
    assert (facts["gnu_stack"] == "exec") == (not binary.has_nx)
    needed = {requirement.name: requirement for requirement in binary.symbols_version_requirement}
    assert facts["versions"] == {
        library: sorted(aux.name for aux in requirement.get_auxiliary_symbols())
        for library, requirement in needed.items()
    }


@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [
        ("good", "pie", 0),
        ("static-pie", "static-pie", 0),
        ("static", "static-exec", 1),
        ("shared", "shared", 0),
    ],
)
def test_what_ldd_says_of_each_kind(name: str, kind: str, status: int, made: Made) -> None:
    facts = made.facts(name)["elf"]
    assert (facts["kind"], facts["ldd"]["status"]) == (kind, status)
    assert facts["ldd"]["libraries"] == sorted(facts["needed"])
