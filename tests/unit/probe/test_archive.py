"""Tests of `pipeline.probe.archive`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.probe.archive import is_archive, read_archive
from pipeline.probe.facts import ProbeError, ProbeReason
from tests.unit.probe.elves import ET_REL, Elf

OBJECT = Elf(type=ET_REL, interp=None, dynamic=False, relro=False, stack=None).build()
BITCODE = b"BC\xc0\xde" + bytes(20)


def ar(*members: tuple[str, bytes]) -> bytes:
    """An archive in GNU's format; names longer than 15 bytes go to the `//` member."""
    long_names = b"".join(name.encode() + b"/\n" for name, _ in members if len(name) > 15)
    out = b"!<arch>\n" + _member(b"/", b"\0\0\0\0")
    if long_names:
        out += _member(b"//", long_names)
    for name, data in members:
        place = b"/%d" % long_names.index(name.encode() + b"/\n") if len(name) > 15 else name.encode() + b"/"
        out += _member(place, data)
    return out


def _member(name: bytes, data: bytes) -> bytes:
    header = b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (name, 0, 0, 0, 0o644, len(data))
    return header + data + b"\n" * (len(data) % 2)


def write(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "lib.a"
    path.write_bytes(data)
    return path


def test_members_of_all_kinds(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        ar(("a.o", OBJECT), ("lto.o", BITCODE), ("a_rather_long_member_name.o", OBJECT), ("notes.txt", b"hello")),
    )
    assert is_archive(path)
    assert read_archive(path) == {
        "members": 4,
        "machines": ["x86_64"],
        "kinds": ["bitcode", "elf", "other"],
        "without_code": ["lto.o"],
        "bitcode": "some",
        "foreign": ["notes.txt"],
        "stamped": [],
    }


@pytest.mark.parametrize(("offset", "field"), [(16, b"1795472217"), (28, b"1000"), (34, b"100")])
def test_a_member_that_says_when_or_by_whom_it_was_made(offset: int, field: bytes, tmp_path: Path) -> None:
    data = bytearray(ar(("a.o", OBJECT)))
    start = data.index(b"a.o/") + offset
    data[start : start + len(field)] = field
    assert read_archive(write(tmp_path, bytes(data)))["stamped"] == ["a.o"]
    index = len(b"!<arch>\n") + offset
    data[index : index + len(field)] = field
    assert read_archive(write(tmp_path, bytes(data)))["stamped"] == ["/", "a.o"]


def test_an_empty_archive(tmp_path: Path) -> None:
    facts = read_archive(write(tmp_path, b"!<arch>\n"))
    assert (facts["members"], facts["bitcode"]) == (0, "none")


def test_wasm_members_are_code(tmp_path: Path) -> None:
    facts = read_archive(write(tmp_path, ar(("a.o", b"\0asm\1\0\0\0"))))
    assert (facts["machines"], facts["without_code"]) == (["wasm32"], [])


@pytest.mark.parametrize(
    "data",
    [
        b"!<thin>\n",
        b"!<arch>\nrubbish",
        ar(("a.o", OBJECT))[:-3],
        ar(("a.o", b"x")).replace(b"644     1 ", b"644     -1"),
        ar(("a.o", OBJECT[:50])),
        b"!<arch>\n" + _member(b"/999", b"x"),
    ],
)
def test_malformed(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(ProbeError) as caught:
        read_archive(write(tmp_path, data))
    assert caught.value.reason is ProbeReason.MALFORMED


@pytest.mark.timeout(300)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=9)), max_size=5))
def test_21_a_fuzzed_archive_gives_facts_or_a_typed_error(changes: list[tuple[int, bytes]], tmp_path: Path) -> None:
    data = bytearray(ar(("a.o", OBJECT), ("a_rather_long_member_name.o", OBJECT)))
    for offset, new in changes:
        data[offset : offset + len(new)] = new
    with suppress(ProbeError):
        facts = read_archive(write(tmp_path, bytes(data)))
        assert facts.keys() == read_archive(write(tmp_path, ar(("a.o", OBJECT)))).keys()
