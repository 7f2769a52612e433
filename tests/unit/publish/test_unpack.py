"""pipeline.publish.unpack: bad inputs 15, 16 and 17, each refused with its reason, nothing left behind."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import PublishError
from pipeline.publish.members import ArchiveReason, Kind, Member, parse
from pipeline.publish.unpack import Limits, unpack
from tests.unit.publish.forge import TOP, by_tarfile, entry, frame, info, tar, write

FILE = Member("top/a", Kind.FILE, size=3)
DEFAULT = Limits()
GOOD = tar(entry(TOP), entry(FILE, b"abc"))


def refuse(tmp_path: Path, data: bytes, limits: Limits = DEFAULT) -> ArchiveReason:
    """The reason for which an archive of these bytes is refused; checks that nothing is left."""
    archive = write(tmp_path / "a.tar.zst", data)
    with pytest.raises(PublishError) as caught:
        unpack(archive, tmp_path / "new", limits)
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar.zst"]
    assert caught.value.hint
    assert isinstance(caught.value.reason, ArchiveReason)
    return caught.value.reason


def test_the_forge_makes_good_archives(tmp_path: Path) -> None:
    """Else the tests below would refuse for the wrong reason."""
    unpack(write(tmp_path / "a", frame(GOOD)), tmp_path / "new")
    assert (tmp_path / "new" / "a").read_bytes() == b"abc"


def test_an_existing_folder_is_unchanged(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine").touch()
    with pytest.raises(PublishError) as caught:
        unpack(write(tmp_path / "a", frame(GOOD)), tmp_path / "new")
    assert caught.value.reason is ArchiveReason.NOT_EMPTY
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["mine"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "new"]


@pytest.mark.parametrize(
    "path",
    ["../x", "top/../../x", "/etc/x", "top//x", "top/./x", "./top/x", "top/a\\b", "top/a\nb", "top/e\u0301"],
)
def test_15_path_out_of_the_tree(tmp_path: Path, path: str) -> None:
    assert refuse(tmp_path, frame(tar(entry(TOP), info(path, mode=0o644)))) is ArchiveReason.BAD_PATH


@pytest.mark.parametrize("link", ["/etc", "..", "../x", "a/../../x", "a/..", ".", "", "../../x", "a//b", "a\\b"])
def test_15_symlink_out(tmp_path: Path, link: str) -> None:
    bad = info("top/l", tarfile.SYMTYPE, mode=0o644, linkname=link)
    assert refuse(tmp_path, frame(tar(entry(TOP), bad))) is ArchiveReason.BAD_LINK


def test_15_written_through_a_symlink(tmp_path: Path) -> None:
    """Even a link that stays inside is never written through."""
    link = Member("top/l", Kind.LINK, link="d")
    inside = Member("top/l/x", Kind.FILE)
    data = tar(entry(TOP), entry(Member("top/d", Kind.FOLDER)), entry(link), entry(inside))
    assert refuse(tmp_path, frame(data)) is ArchiveReason.NO_PARENT


def test_15_symlink_replaced_by_a_file(tmp_path: Path) -> None:
    link = Member("top/l", Kind.LINK, link="d")
    data = tar(entry(TOP), entry(link), entry(Member("top/l", Kind.FILE)))
    assert refuse(tmp_path, frame(data)) is ArchiveReason.DUPLICATE_MEMBER


def test_15_hardlink_to_a_symlink(tmp_path: Path) -> None:
    link = Member("top/l", Kind.LINK, link="d")
    hard = info("top/m", tarfile.LNKTYPE, mode=0o644, linkname="top/l")
    assert refuse(tmp_path, frame(tar(entry(TOP), entry(link), hard))) is ArchiveReason.HARD_LINK


def test_15_over_long_path(tmp_path: Path) -> None:
    """Longer paths need an extension of ustar, and there all of them are refused."""
    item = tarfile.TarInfo("top/" + "n" * 300)
    for kind in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        data = by_tarfile([(item, b"")], kind)
        assert refuse(tmp_path, frame(data)) is ArchiveReason.EXTENSION


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_16_device(tmp_path: Path, kind: bytes) -> None:
    assert refuse(tmp_path, frame(tar(entry(TOP), info("top/x", kind)))) is ArchiveReason.DEVICE


@pytest.mark.parametrize("mode", [0o4755, 0o2755, 0o1755, 0o666, 0o777, 0o600, 0])
def test_16_mode(tmp_path: Path, mode: int) -> None:
    assert refuse(tmp_path, frame(tar(entry(TOP), info("top/x", mode=mode)))) is ArchiveReason.BAD_MODE


def test_16_sparse(tmp_path: Path) -> None:
    bad = info("top/x", tarfile.GNUTYPE_SPARSE, mode=0o644)
    assert refuse(tmp_path, frame(tar(entry(TOP), bad))) is ArchiveReason.SPARSE


def test_16_duplicate_names(tmp_path: Path) -> None:
    data = tar(entry(TOP), entry(FILE, b"abc"), entry(FILE, b"xyz"))
    assert refuse(tmp_path, frame(data)) is ArchiveReason.DUPLICATE_MEMBER
    data = tar(entry(TOP), entry(FILE, b"abc"), entry(Member("top/b", Kind.FILE)), entry(FILE, b"xyz"))
    assert refuse(tmp_path, frame(data)) is ArchiveReason.DUPLICATE_MEMBER


def test_16_names_that_fold_together(tmp_path: Path) -> None:
    data = tar(entry(TOP), entry(Member("top/A", Kind.FILE)), entry(FILE, b"abc"))
    assert refuse(tmp_path, frame(data)) is ArchiveReason.COLLIDING_PATH


@pytest.mark.parametrize("headers", [{"size": "1"}, {"path": "top/b"}, {"GNU.sparse.map": "0,1"}])
def test_16_pax_override(tmp_path: Path, headers: dict[str, str]) -> None:
    item = tarfile.TarInfo("top/x")
    item.size, item.pax_headers = 3, headers
    data = by_tarfile([(item, b"abc")], tarfile.PAX_FORMAT)
    assert refuse(tmp_path, frame(data)) is ArchiveReason.EXTENSION


@pytest.mark.parametrize("fields", [{"uid": 1}, {"gid": 1}, {"uname": "root"}, {"gname": "x"}, {"mtime": 0}])
def test_16_a_field_that_says_more_than_the_profile(tmp_path: Path, fields: dict[str, object]) -> None:
    bad = info("top/x", tarfile.REGTYPE, **{"mode": 0o644, **fields})
    assert refuse(tmp_path, frame(tar(entry(TOP), bad))) is ArchiveReason.BAD_HEADER


@pytest.mark.parametrize("size", [-1, 8 * 1024**3, 2**63])
def test_16_size_beyond_eleven_octal_digits(tmp_path: Path, size: int) -> None:
    """GNU tar's base-256 numbers, which some readers take for something else."""
    bad = info("top/x", mode=0o644, size=size)
    assert refuse(tmp_path, frame(tar(entry(TOP), bad))) is ArchiveReason.TOO_LARGE


def test_16_size_of_a_folder(tmp_path: Path) -> None:
    bad = info("top/x", tarfile.DIRTYPE, mode=0o755, size=512)
    assert refuse(tmp_path, frame(tar(entry(TOP), bad))) is ArchiveReason.BAD_HEADER


def test_16_wrong_checksum(tmp_path: Path) -> None:
    damaged = bytearray(GOOD)
    damaged[512 + 5] ^= 1
    assert refuse(tmp_path, frame(bytes(damaged))) is ArchiveReason.BAD_HEADER


def test_17_bomb(tmp_path: Path) -> None:
    """64 MiB in a few kilobytes, refused by the frame's header before anything is decompressed."""
    size = 64 * 1024**2
    bomb = frame(tar(entry(TOP), entry(Member("top/a", Kind.FILE, size=size), bytes(size))))
    assert len(bomb) < 20_000
    assert refuse(tmp_path, bomb, Limits(content=size)) is ArchiveReason.TOO_LARGE


def test_17_bomb_that_does_not_say_its_size(tmp_path: Path) -> None:
    assert refuse(tmp_path, frame(GOOD, write_content_size=False)) is ArchiveReason.BAD_FRAME


def test_17_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    """The header says 100 bytes fewer than the frame holds."""
    good = bytearray(frame(tar(entry(TOP), entry(Member("top/a", Kind.FILE, size=90000), bytes(90000)))))
    assert good[4] >> 6 == 2, "a four-byte content size"
    at = 5 + (0 if good[4] & 0x20 else 1)
    size = int.from_bytes(good[at : at + 4], "little")
    good[at : at + 4] = (size - 512).to_bytes(4, "little")
    assert refuse(tmp_path, bytes(good)) in (ArchiveReason.BAD_FRAME, ArchiveReason.TRUNCATED)


def test_17_huge_window(tmp_path: Path) -> None:
    """A hand-made frame header (RFC 8878, 3.1.1.1) that asks for 2 GiB of window."""
    descriptor, window = 0b1000_0100, (31 - 10) << 3
    empty_last_block = (1).to_bytes(3, "little")
    data = b"\x28\xb5\x2f\xfd" + bytes([descriptor, window]) + (1024).to_bytes(4, "little")
    data += empty_last_block + bytes(4)
    assert refuse(tmp_path, data) is ArchiveReason.WINDOW_TOO_LARGE


def test_17_second_frame(tmp_path: Path) -> None:
    skippable = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"evil"
    for more in (frame(GOOD), skippable, b"\0"):
        assert refuse(tmp_path, frame(GOOD) + more) is ArchiveReason.TRAILING_DATA
    assert refuse(tmp_path, skippable + frame(GOOD)) is ArchiveReason.BAD_FRAME


def test_17_second_tar_in_the_frame(tmp_path: Path) -> None:
    assert refuse(tmp_path, frame(GOOD + GOOD)) is ArchiveReason.TRAILING_DATA
    assert refuse(tmp_path, frame(GOOD + bytes(512))) is ArchiveReason.TRAILING_DATA


def test_17_too_many_members(tmp_path: Path) -> None:
    many = [entry(Member(f"top/{n:04}", Kind.FILE)) for n in range(9)]
    data = frame(tar(entry(TOP), *many))
    unpack(write(tmp_path / "fits", data), tmp_path / "all", Limits(members=10))
    (tmp_path / "fits").unlink()
    (tmp_path / "sub").mkdir()
    # `refuse` looks at a folder of its own.
    assert refuse(tmp_path / "sub", data, Limits(members=9)) is ArchiveReason.TOO_MANY_MEMBERS


def test_no_checksum(tmp_path: Path) -> None:
    assert refuse(tmp_path, frame(GOOD, write_checksum=False)) is ArchiveReason.BAD_FRAME


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"<html>"])
def test_not_an_archive(tmp_path: Path, data: bytes) -> None:
    assert refuse(tmp_path, data) is ArchiveReason.BAD_FRAME


def test_every_truncation_is_refused(tmp_path: Path) -> None:
    whole = frame(GOOD)
    for length in range(len(whole)):
        assert refuse(tmp_path, whole[:length]) in (ArchiveReason.BAD_FRAME, ArchiveReason.TRUNCATED)


def test_every_flipped_byte_is_refused(tmp_path: Path) -> None:
    whole = frame(GOOD)
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 0x55
        refuse(tmp_path, bytes(damaged))


def test_no_top_folder(tmp_path: Path) -> None:
    assert refuse(tmp_path, frame(tar())) is ArchiveReason.NO_PARENT
    assert refuse(tmp_path, frame(tar(entry(Member("a", Kind.FILE))))) is ArchiveReason.NO_PARENT
    two = tar(entry(TOP), entry(Member("two", Kind.FOLDER)))
    assert refuse(tmp_path, frame(two)) is ArchiveReason.NO_PARENT


def test_out_of_order(tmp_path: Path) -> None:
    data = tar(entry(TOP), entry(Member("top/b", Kind.FILE)), entry(FILE, b"abc"))
    assert refuse(tmp_path, frame(data)) is ArchiveReason.OUT_OF_ORDER


def test_padding_that_is_not_zero(tmp_path: Path) -> None:
    data = bytearray(GOOD)
    data[3 * 512 - 1] = 1
    assert refuse(tmp_path, frame(bytes(data))) is ArchiveReason.BAD_HEADER


@given(block=st.binary(min_size=512, max_size=512))
@settings(max_examples=300, deadline=None)
def test_a_fuzzed_header_is_refused(block: bytes) -> None:
    """Also with a right checksum, so that the fields behind it are reached."""
    fields = block[:148] + b" " * 8 + block[156:]
    for fuzzed in (block, fields[:148] + b"%06o\0 " % sum(fields) + fields[156:]):
        with pytest.raises(PublishError):
            parse(fuzzed)
