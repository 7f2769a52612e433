"""Tests of `pipeline.probe.elf`."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.probe.elf import ElfFacts, is_elf, read_elf
from pipeline.probe.facts import ProbeError, ProbeReason
from tests.unit.probe.elves import DF_1_NOW, DF_1_PIE, DF_TEXTREL, ET_EXEC, ET_REL, Elf, R, W, X


def facts_of(elf: Elf, tmp_path: Path) -> ElfFacts:
    path = tmp_path / "file"
    path.write_bytes(elf.build())
    return read_elf(path)


def test_a_hardened_pie(tmp_path: Path) -> None:
    facts = facts_of(Elf(), tmp_path)
    assert facts == ElfFacts(
        elf_class=64,
        endian="little",
        machine="x86_64",
        type="ET_DYN",
        kind="pie",
        pie=True,
        interp="/lib64/ld-linux-x86-64.so.2",
        needed=["libc.so.6"],
        relro="full",
        bind_now=True,
        gnu_stack="non-exec",
        glibc={"max": "2.17", "other": []},
        versions={"libc.so.6": ["GLIBC_2.17", "GLIBC_2.2.5"]},
        section_headers=False,
    )


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({}, "pie"),
        ({"interp": None}, "static-pie"),
        ({"interp": None, "flags_1": 0}, "shared"),
        ({"type": ET_EXEC, "flags_1": 0}, "exec"),
        ({"type": ET_EXEC, "interp": None, "dynamic": False}, "static-exec"),
        ({"type": ET_REL, "interp": None, "dynamic": False}, "relocatable"),
        ({"type": 4, "interp": None, "dynamic": False}, "other"),
    ],
)
def test_kinds(changed: dict[str, object], kind: str, tmp_path: Path) -> None:
    facts = facts_of(replace(Elf(), **changed), tmp_path)  # type: ignore[arg-type]
    assert facts.kind == kind
    assert facts.pie == (kind in ("pie", "static-pie"))


def test_et_exec_with_the_pie_flag_is_no_pie(tmp_path: Path) -> None:
    assert facts_of(Elf(type=ET_EXEC, flags_1=DF_1_PIE), tmp_path).kind == "exec"


def test_stack(tmp_path: Path) -> None:
    assert facts_of(Elf(stack=None), tmp_path).gnu_stack == "missing"
    assert facts_of(Elf(stack=R | W | X), tmp_path).gnu_stack == "exec"


def test_writable_and_executable_segments_are_named(tmp_path: Path) -> None:
    assert facts_of(Elf(load=R | W | X), tmp_path).wx_segments == ["PT_LOAD@0x0"]


def test_text_relocations_by_tag_and_by_flag(tmp_path: Path) -> None:
    assert facts_of(Elf(textrel=True), tmp_path).textrel
    assert facts_of(Elf(flags=DF_TEXTREL), tmp_path).textrel
    assert not facts_of(Elf(), tmp_path).textrel


def test_relro(tmp_path: Path) -> None:
    assert facts_of(Elf(relro=False), tmp_path).relro == "none"
    assert facts_of(Elf(flags=0, flags_1=DF_1_PIE), tmp_path).relro == "partial"
    assert facts_of(Elf(flags=0, flags_1=DF_1_PIE | DF_1_NOW), tmp_path).relro == "full"


def test_paths_and_names(tmp_path: Path) -> None:
    facts = facts_of(Elf(rpath="/a", runpath="$ORIGIN/b", soname="libx.so.1", needed=("liba.so",)), tmp_path)
    assert (facts.rpath, facts.runpath, facts.soname, facts.needed) == (["/a"], ["$ORIGIN/b"], "libx.so.1", ["liba.so"])


def test_versions_are_ordered_as_numbers_and_oddities_kept_apart(tmp_path: Path) -> None:
    names = ("GLIBC_2.9", "GLIBC_2.31", "GLIBC_2.4", "GLIBC_PRIVATE", "GLIBC_ABI_DT_RELR")
    facts = facts_of(Elf(versions=(("libc.so.6", names), ("libgcc_s.so.1", ("GCC_3.0",)))), tmp_path)
    assert facts.glibc == {"max": "2.31", "other": ["GLIBC_ABI_DT_RELR", "GLIBC_PRIVATE"]}
    assert facts.versions["libgcc_s.so.1"] == ["GCC_3.0"]


def test_hints_of_hardened_compilation(tmp_path: Path) -> None:
    facts = facts_of(Elf(symbols=("__stack_chk_fail", "__memcpy_chk", "puts")), tmp_path)
    assert facts.stack_protector
    assert facts.fortified == ["__memcpy_chk"]


def test_is_elf_looks_at_the_magic_only(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\x7fELF")
    (tmp_path / "b").write_bytes(b"")
    assert is_elf(tmp_path / "a")
    assert not is_elf(tmp_path / "b")


@pytest.mark.parametrize("size", [4, 16, 63, 64, 100, 300])
def test_truncated(size: int, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(Elf().build()[:size])
    with pytest.raises(ProbeError) as caught:
        read_elf(path)
    assert caught.value.reason is ProbeReason.MALFORMED
    assert caught.value.hint


def test_a_folder_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ProbeError) as caught:
        read_elf(tmp_path)
    assert caught.value.reason is ProbeReason.MALFORMED


@pytest.mark.timeout(60)
def test_a_chain_of_versions_that_bites_its_tail_ends(tmp_path: Path) -> None:
    """`vna_next` = 0 with a count of 65535: the walk would stay on one entry for ever."""
    elf = Elf(versions=(("libc.so.6", ("GLIBC_2.17",)),)).build()
    entry = elf.index(b"\x01\x00\x01\x00")  # vn_version 1, vn_cnt 1
    path = tmp_path / "file"
    path.write_bytes(elf[: entry + 2] + b"\xff\xff" + elf[entry + 4 :])
    with pytest.raises(ProbeError):
        read_elf(path)


REAL = Path(shutil.which("true") or "/bin/true").read_bytes()
HANDMADE = Elf(symbols=("__stack_chk_fail",), rpath="/x").build()


@pytest.mark.timeout(300)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    original=st.sampled_from([REAL, HANDMADE]),
    cut=st.one_of(st.none(), st.integers(0, 4096)),
    changes=st.lists(
        st.tuples(
            st.integers(0, 1200),
            st.one_of(
                st.sampled_from([b"\0" * 8, b"\xff" * 8, b"\xff" * 4, b"\0\0\0\x80", b"\x01" + b"\0" * 7]),
                st.binary(min_size=1, max_size=8),
            ),
        ),
        max_size=6,
    ),
)
def test_21_a_fuzzed_header_gives_facts_or_a_typed_error_in_time(
    original: bytes, cut: int | None, changes: list[tuple[int, bytes]], tmp_path: Path
) -> None:
    data = bytearray(original)
    for offset, new in changes:
        data[offset : offset + len(new)] = new
    path = tmp_path / "fuzzed"
    path.write_bytes(bytes(data[:cut]))
    start = time.monotonic()
    with suppress(ProbeError):
        facts = read_elf(path)
        assert isinstance(facts.to_json(), dict)
    assert time.monotonic() - start < 20
