"""Bad input 21: each of these binaries breaks the policy at the one fact that is bad in it, and nowhere else.

The good twin, compiled from the same source, passes all the same rules.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.probe.facts import ProbeReason
from pipeline.probe.judge import to_error
from tests.integration.probe.conftest import Made

PROG = "bin/prog"


def fact(name: str, file: str = PROG) -> str:
    return f"elf.files.{file}.{name}"


def assert_only(made: Made, name: str, *facts: str) -> None:
    """The folder `name` breaks exactly these rules; file, limit and what to type stand in the error."""
    broken = made.broken(name)
    assert broken.keys() == set(facts), [str(violation) for violation in broken.values()]
    for violation in broken.values():
        assert violation.file
        error = to_error([violation], "prog", "prog@x86_64")
        assert error.reason is ProbeReason.VIOLATION
        for part in (violation.fact, violation.limit, violation.file):
            assert part in error.message
        assert "python -m pipeline probe prog@x86_64" in error.hint


def test_21_the_good_twin_passes(made: Made) -> None:
    facts = made.facts("good")
    assert made.workshop.violations(facts) == ()
    assert facts["elf"]["kind"] == "pie"
    assert facts["elf"]["files"][PROG]["disagreements"] == []
    assert facts["elf"]["ldd"] == {"status": 0, "static": False, "libraries": ["libc.so.6"], "not_found": []}


def test_21_et_exec_where_pie_is_asked(made: Made) -> None:
    assert_only(made, "exec", "elf.kind", fact("kind"))


def test_21_textrel(made: Made) -> None:
    assert_only(made, "textrel", fact("textrel"))


def test_21_rwx_stack(made: Made) -> None:
    assert_only(made, "rwx-stack", fact("gnu_stack"))
    assert made.broken("rwx-stack")[fact("gnu_stack")].actual == '"exec"'


def test_21_no_gnu_stack(made: Made) -> None:
    assert_only(made, "no-stack", fact("gnu_stack"))
    assert made.broken("no-stack")[fact("gnu_stack")].actual == '"missing"'


def test_21_w_and_x_segment(made: Made) -> None:
    assert_only(made, "wx", fact("wx_segments"))


@pytest.mark.parametrize("kind", ["rpath", "runpath"])
def test_21_rpath(kind: str, made: Made) -> None:
    assert_only(made, kind, fact(kind))


def test_21_lazy_binding_is_only_partial_relro(made: Made) -> None:
    assert_only(made, "lazy", fact("relro"), fact("bind_now"))


def test_21_no_relro(made: Made) -> None:
    assert_only(made, "norelro", fact("relro"))


def test_21_unexpected_needed(made: Made) -> None:
    assert_only(made, "needed", fact("needed"), "elf.ldd.not_found")
    assert made.broken("needed")[fact("needed")].actual == '["libodd.so.1"]'


def test_21_glibc_over_the_ceiling(made: Made) -> None:
    broken = made.broken("glibc")
    violation = broken[fact("glibc.max")]
    assert (violation.actual, violation.limit) == ('"2.38"', 'no newer than "2.31"')
    assert broken.keys() <= {fact("glibc.max"), "elf.ldd.status", "elf.ldd.not_found"}


def test_21_build_path_in_the_bytes(made: Made) -> None:
    assert_only(made, "leak", f"tree.leaks.{PROG}")


def test_21_stripped_section_headers(made: Made) -> None:
    """All facts are still there: they come from what the loader reads."""
    facts = made.facts("stripped")
    assert_only(made, "stripped", "elf.section_headers")
    assert facts["elf"]["versions"] == made.facts("good")["elf"]["versions"]


def test_21_non_pic_archive_member(made: Made) -> None:
    archive = "archives.lib/libx.a."
    assert_only(made, "archive-nopic", *(archive + name for name in ("pic", "non_pic", "pie", "non_pie")))
    assert made.broken("archive-nopic")[archive + "non_pic"].actual == '["data.o"]'


def test_21_pie_objects_are_not_pic(made: Made) -> None:
    """Their relocations look the same; only the trial link tells."""
    archive = "archives.lib/libx.a."
    assert_only(made, "archive-pie", archive + "pic", archive + "non_pic")


def test_21_bitcode_alone(made: Made) -> None:
    assert_only(made, "archive-lto", "archives.lib/libx.a.without_code")


def test_21_archive_that_says_when_it_was_made(made: Made) -> None:
    assert_only(made, "archive-stamped", "archives.lib/libx.a.stamped")
    assert made.broken("archive-stamped")["archives.lib/libx.a.stamped"].actual == '["/", "data.o", "odd.o"]'


@pytest.mark.parametrize("name", ["archive-pic", "archive-fat"])
def test_21_good_archives_pass(name: str, made: Made) -> None:
    assert_only(made, name)


@pytest.mark.parametrize("size", [5, 63, 200, 4000])
def test_21_cut_off_program(size: int, made: Made, tmp_path: Path) -> None:
    (tmp_path / "cut" / "bin").mkdir(parents=True)
    whole = (made.folder / "good" / PROG).read_bytes()
    (tmp_path / "cut" / PROG).write_bytes(whole[:size])
    broken = {v.fact: v for v in made.workshop.violations(made.workshop.read(tmp_path / "cut", tmp_path / "work"))}
    assert PROG in broken["elf.malformed"].actual


@pytest.mark.parametrize(
    ("offset", "value"),
    [
        (16, b"\x04\x00"),  # e_type: a core dump
        (32, b"\xff" * 8),  # e_phoff
        (40, b"\xff" * 7),  # e_shoff
        (54, b"\x00\x00"),  # e_phentsize
        (56, b"\xff\xff"),  # e_phnum
        (60, b"\xff\xff"),  # e_shnum
        (64 + 32, b"\xff" * 8),  # the first segment's p_filesz
    ],
)
@pytest.mark.timeout(300)  # the good twin may have to be compiled first
def test_21_fuzzed_header(offset: int, value: bytes, made: Made, tmp_path: Path) -> None:
    (tmp_path / "fuzzed" / "bin").mkdir(parents=True)
    data = bytearray((made.folder / "good" / PROG).read_bytes())
    data[offset : offset + len(value)] = value
    (tmp_path / "fuzzed" / PROG).write_bytes(bytes(data))
    broken = made.workshop.violations(made.workshop.read(tmp_path / "fuzzed", tmp_path / "work"))
    # Whatever is wrong with it, either it cannot be read, or two readers disagree, or it is no PIE.
    assert {v.fact for v in broken} & {"elf.malformed", fact("disagreements"), "elf.kind"}
