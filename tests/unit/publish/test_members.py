"""The member profile's rules, each by itself; that packing keeps to them is in `test_archive`."""

from __future__ import annotations

import io
import tarfile
from dataclasses import replace

import pytest

from pipeline.errors import PublishError
from pipeline.publish.members import (
    BLOCK,
    MAX_MEMBER,
    MTIME,
    ArchiveReason,
    Kind,
    Member,
    Sequence,
    check_link,
    check_path,
    header,
)

FILE = Member("top/bin/python3", Kind.FILE, executable=True, size=7)


def reason_of(error: pytest.ExceptionInfo[PublishError]) -> object:
    assert error.value.hint
    return error.value.reason


@pytest.mark.parametrize(
    "path",
    ["", "/top/a", "top//a", "top/./a", "top/..", "top/", "top\\a", "top/a\nb", "top/\x7f", "top/e\u0301"],
)
def test_paths_that_are_refused(path: str) -> None:
    with pytest.raises(PublishError) as caught:
        check_path(path)
    assert reason_of(caught) is ArchiveReason.BAD_PATH


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("top/a", "../x"),
        ("top/lib/a", "../../x"),
        ("top/lib/a", "b/../../x"),
        ("top/a", "/etc/passwd"),
        ("top/a", ""),
        ("top/a", "b/"),
        ("top/a", "b\\c"),
        ("top/a", "b\tc"),
    ],
)
def test_links_that_are_refused(path: str, link: str) -> None:
    with pytest.raises(PublishError) as caught:
        check_link(path, link)
    assert reason_of(caught) is ArchiveReason.BAD_LINK


def test_what_stays_inside_is_accepted() -> None:
    for path in ("top", "top/a b", "top/ä", "top/...", "top/..a"):
        check_path(path)
    for path, link in (("top/a", "b"), ("top/lib/a", "../b"), ("top/lib/deep/a", "../../b/c"), ("top/a", "..b")):
        check_link(path, link)


@pytest.mark.parametrize(
    ("member", "type_", "mode"),
    [
        (FILE, tarfile.REGTYPE, 0o755),
        (replace(FILE, executable=False), tarfile.REGTYPE, 0o644),
        (Member("top/bin", Kind.FOLDER), tarfile.DIRTYPE, 0o755),
        (Member("top/bin/python", Kind.LINK, link="python3"), tarfile.SYMTYPE, 0o644),
    ],
)
def test_a_header_is_one_block_that_says_nothing_of_this_machine(member: Member, type_: bytes, mode: int) -> None:
    data = header(member)
    assert len(data) == BLOCK
    with tarfile.open(fileobj=io.BytesIO(data + bytes(2 * BLOCK)), mode="r:") as file:
        found = file.next()
    assert found is not None
    assert (found.name, found.type, found.mode, found.size) == (member.path, type_, mode, member.size)
    assert (found.linkname, found.mtime) == (member.link, MTIME)
    assert (found.uid, found.gid, found.uname, found.gname) == (0, 0, "", "")


@pytest.mark.parametrize("size", [-1, MAX_MEMBER + 1])
def test_a_size_that_a_header_cannot_say(size: int) -> None:
    assert len(header(replace(FILE, size=MAX_MEMBER))) == BLOCK
    with pytest.raises(PublishError) as caught:
        header(replace(FILE, size=size))
    assert reason_of(caught) is ArchiveReason.TOO_LARGE


@pytest.mark.parametrize("path", ["top/" + "n" * 101, "\udcff"])
def test_a_path_that_a_header_cannot_say(path: str) -> None:
    with pytest.raises(PublishError) as caught:
        header(replace(FILE, path=path))
    assert reason_of(caught) is ArchiveReason.PATH_TOO_LONG


def accept(*paths: str, kind: Kind = Kind.FILE) -> Sequence:
    """A folder `top` and what is named: folders end with a slash."""
    sequence = Sequence()
    for path in ("top/", *paths):
        sequence.accept(Member(path.rstrip("/"), Kind.FOLDER if path.endswith("/") else kind))
    return sequence


def test_the_top_folder_is_found() -> None:
    assert accept("top/a", "top/lib/", "top/lib/b").top == "top"


@pytest.mark.parametrize(
    ("paths", "reason"),
    [
        (("top/a", "top/a"), ArchiveReason.DUPLICATE_MEMBER),
        (("top/A", "top/a"), ArchiveReason.COLLIDING_PATH),
        (("top/straße", "top/STRASSE"), ArchiveReason.COLLIDING_PATH),
        (("top/b", "top/a"), ArchiveReason.OUT_OF_ORDER),
        (("top/lib/a",), ArchiveReason.NO_PARENT),
        (("top/lib", "top/lib/a"), ArchiveReason.NO_PARENT),
        (("two/",), ArchiveReason.NO_PARENT),
        (("two",), ArchiveReason.NO_PARENT),
    ],
)
def test_sequences_that_are_refused(paths: tuple[str, ...], reason: ArchiveReason) -> None:
    with pytest.raises(PublishError) as caught:
        accept(*paths)
    assert reason_of(caught) is reason


@pytest.mark.parametrize("kind", [Kind.FILE, Kind.LINK])
def test_what_comes_first_is_a_folder(kind: Kind) -> None:
    with pytest.raises(PublishError) as caught:
        Sequence().accept(Member("top", kind))
    assert reason_of(caught) is ArchiveReason.NO_PARENT


def test_order_is_that_of_the_bytes() -> None:
    accept("top/lib/", "top/lib-dynload/")  # "-" before "/": not as paths are sorted by their parts
    with pytest.raises(PublishError):
        accept("top/lib-dynload/", "top/lib-dynload/a", "top/lib/", "top/lib-a")
