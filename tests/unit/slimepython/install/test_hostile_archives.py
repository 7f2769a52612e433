"""Bad inputs 15, 16 and 17: archives whose digest is right and whose content is hostile, through the whole install.

Each is refused with its reason; what was installed before is unchanged and nothing is left (`Place.refuse`).
"""

from __future__ import annotations

import tarfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slimepython.errors import InstallError
from slimepython.install.home import HomeReason
from slimepython.install.members import ArchiveReason, read_header
from slimepython.install.unpack import LIMITS, Limits
from tests.unit.slimepython.forge import (
    TOP,
    archive,
    artifact,
    by_tarfile,
    file,
    folder,
    frame,
    info,
    link,
    overwritten,
    tar,
    ustar,
)
from tests.unit.slimepython.places import Place

GOOD = tar(TOP, file("top/a", b"abc"))


def refuse(place: Place, data: bytes, limits: Limits = LIMITS) -> str:
    """The reason for which an archive of these bytes is refused."""
    return place.refuse(place.release((data, artifact(data))), limits=limits)


def test_the_forge_makes_good_archives(place: Place) -> None:
    """Else the tests below would refuse for the wrong reason."""
    assert place.install(place.release((archive(), artifact()))).entry.exists()


@pytest.mark.parametrize(
    "path", ["../x", "top/../../x", "/etc/x", "top//x", "top/./x", "./top/x", "top/a\\b", "top/a\nb", "top/e\u0301"]
)
def test_15_path_out_of_the_tree(place: Place, path: str) -> None:
    assert refuse(place, frame(tar(TOP, info(path, mode=0o644)))) == ArchiveReason.BAD_PATH


@pytest.mark.parametrize("target", ["/etc", "..", "../x", "a/../../x", "a/..", ".", "", "../../x", "a//b", "a\\b"])
def test_15_symlink_out(place: Place, target: str) -> None:
    bad = info("top/l", tarfile.SYMTYPE, mode=0o644, linkname=target)
    assert refuse(place, frame(tar(TOP, bad))) == ArchiveReason.BAD_LINK


def test_15_written_through_a_symlink(place: Place) -> None:
    data = tar(TOP, folder("top/d"), link("top/l", "d"), file("top/l/x"))
    assert refuse(place, frame(data)) == ArchiveReason.NO_PARENT


def test_15_symlink_replaced_by_a_file(place: Place) -> None:
    assert refuse(place, frame(tar(TOP, link("top/l", "d"), file("top/l")))) == ArchiveReason.DUPLICATE_MEMBER


def test_15_hardlink_to_a_symlink(place: Place) -> None:
    hard = info("top/m", tarfile.LNKTYPE, mode=0o644, linkname="top/l")
    assert refuse(place, frame(tar(TOP, link("top/l", "d"), hard))) == ArchiveReason.HARD_LINK


def test_15_over_long_path(place: Place) -> None:
    """Longer paths need an extension of ustar, and all of those are refused."""
    for kind in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        data = by_tarfile(tarfile.TarInfo("top/" + "n" * 300), b"", kind)
        assert refuse(place, frame(data)) == ArchiveReason.EXTENSION


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_16_device(place: Place, kind: bytes) -> None:
    assert refuse(place, frame(tar(TOP, info("top/x", kind)))) == ArchiveReason.DEVICE


@pytest.mark.parametrize("mode", [0o4755, 0o2755, 0o1755, 0o666, 0o777, 0o600, 0])
def test_16_mode(place: Place, mode: int) -> None:
    assert refuse(place, frame(tar(TOP, info("top/x", mode=mode)))) == ArchiveReason.BAD_MODE


def test_16_sparse(place: Place) -> None:
    bad = info("top/x", tarfile.GNUTYPE_SPARSE, mode=0o644)
    assert refuse(place, frame(tar(TOP, bad))) == ArchiveReason.SPARSE


def test_16_duplicate_names(place: Place) -> None:
    twice = tar(TOP, file("top/a", b"abc"), file("top/a", b"xyz"))
    apart = tar(TOP, file("top/a", b"abc"), file("top/b"), file("top/a", b"xyz"))
    for data in (twice, apart):
        assert refuse(place, frame(data)) == ArchiveReason.DUPLICATE_MEMBER


def test_16_names_that_fold_together(place: Place) -> None:
    data = tar(TOP, file("top/A"), file("top/a", b"abc"))
    assert refuse(place, frame(data)) == ArchiveReason.COLLIDING_PATH


@pytest.mark.parametrize("headers", [{"size": "1"}, {"path": "top/b"}, {"GNU.sparse.map": "0,1"}])
def test_16_pax_override(place: Place, headers: dict[str, str]) -> None:
    item = tarfile.TarInfo("top/x")
    item.size, item.pax_headers = 3, headers
    assert refuse(place, frame(by_tarfile(item, b"abc", tarfile.PAX_FORMAT))) == ArchiveReason.EXTENSION


HEADER = ustar("top/x", mode=0o644)
FOLDER_HEADER = ustar("top/x", tarfile.DIRTYPE, mode=0o755)


@pytest.mark.parametrize("header", [HEADER, FOLDER_HEADER])
def test_the_headers_below_have_no_other_fault(place: Place, header: bytes) -> None:
    """Each is accepted as it is: only the tree that the manifest names is another."""
    assert overwritten(header, 0, b"") == header
    assert refuse(place, frame(tar(TOP, header))) == HomeReason.WRONG_TREE


@pytest.mark.parametrize("fields", [{"uid": 1}, {"gid": 1}, {"uname": "root"}, {"gname": "x"}, {"mtime": 0}])
def test_16_a_field_that_says_more_than_the_profile(place: Place, fields: dict[str, object]) -> None:
    bad = ustar("top/x", tarfile.REGTYPE, **{"mode": 0o644, **fields})
    assert refuse(place, frame(tar(TOP, bad))) == ArchiveReason.BAD_HEADER


def test_16_another_tars_magic(place: Place) -> None:
    """GNU's and POSIX's have the same fields in front, and others behind."""
    assert refuse(place, frame(tar(TOP, info("top/x", mode=0o644)))) == ArchiveReason.BAD_HEADER


@pytest.mark.parametrize("size", [-1, 0, 8 * 1024**3, 2**63])
def test_16_size_beyond_eleven_octal_digits(place: Place, size: int) -> None:
    """GNU tar's base-256 numbers, which some readers take for something else; also of a size that needs none."""
    bad = overwritten(HEADER, 124, b"\x80\0\0\0" + size.to_bytes(8, "big") if size >= 0 else b"\xff" * 12)
    assert refuse(place, frame(tar(TOP, bad))) == ArchiveReason.BAD_HEADER


def test_16_size_of_a_folder(place: Place) -> None:
    bad = overwritten(FOLDER_HEADER, 124, b"%011o\0" % 512)
    assert refuse(place, frame(tar(TOP, bad, bytes(512)))) == ArchiveReason.BAD_HEADER


def test_17_bomb(place: Place) -> None:
    """64 MiB in a few kilobytes, refused by the frame's header before anything is decompressed."""
    size = 64 * 1024**2
    bomb = frame(tar(TOP, file("top/a", bytes(size))))
    assert len(bomb) < 20_000
    assert refuse(place, bomb, Limits(content=size)) == ArchiveReason.TOO_LARGE
    assert refuse(place, bomb) == ArchiveReason.RATIO


def test_17_bomb_that_does_not_say_its_size(place: Place) -> None:
    assert refuse(place, frame(GOOD, write_content_size=False)) == ArchiveReason.BAD_FRAME


def test_17_bomb_that_lies_about_its_size(place: Place) -> None:
    """The header says 512 bytes fewer than the frame holds."""
    bad = bytearray(frame(tar(TOP, file("top/a", bytes(90000)))))
    assert bad[4] >> 6 == 2, "a four-byte content size"
    at = 5 + (0 if bad[4] & 0x20 else 1)
    bad[at : at + 4] = (int.from_bytes(bad[at : at + 4], "little") - 512).to_bytes(4, "little")
    assert refuse(place, bytes(bad)) in (ArchiveReason.BAD_FRAME, ArchiveReason.TRUNCATED)


def test_17_huge_window(place: Place) -> None:
    """A hand-made frame header (RFC 8878, 3.1.1.1) that asks for 2 GiB of window."""
    descriptor, window = 0b1000_0100, (31 - 10) << 3
    data = b"\x28\xb5\x2f\xfd" + bytes([descriptor, window]) + (1024).to_bytes(4, "little")
    data += (1).to_bytes(3, "little") + bytes(4)
    assert refuse(place, data) == ArchiveReason.WINDOW_TOO_LARGE


def test_17_second_frame(place: Place) -> None:
    skippable = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"evil"
    for more in (frame(GOOD), skippable, b"\0"):
        assert refuse(place, frame(GOOD) + more) == ArchiveReason.TRAILING_DATA
    assert refuse(place, skippable + frame(GOOD)) == ArchiveReason.BAD_FRAME


def test_17_second_tar_in_the_frame(place: Place) -> None:
    assert refuse(place, frame(GOOD + GOOD)) == ArchiveReason.TRAILING_DATA
    assert refuse(place, frame(GOOD + bytes(512))) == ArchiveReason.TRAILING_DATA


def test_17_too_many_members(place: Place) -> None:
    """They are counted, and what was made of those before the last is gone."""
    header = link("top/000000", "00000000")
    limits = replace(LIMITS, members=2000)
    numbers = range(limits.members)  # and the top folder
    # Targets that compress badly, or the frame's ratio would be what is refused.
    named = (b"%06d" % number + header[10:157] + sha256(b"%d" % number).hexdigest()[:8].encode() for number in numbers)
    members = [overwritten(header, 4, changed) for changed in named]
    assert refuse(place, frame(tar(TOP, *members)), limits) == ArchiveReason.TOO_MANY_MEMBERS
    fits = frame(tar(TOP, *members[1:]))
    assert refuse(place, fits, limits) == HomeReason.WRONG_TREE


def test_17_ten_million_members(place: Place) -> None:
    """They hold more than an archive may, which its frame's header (RFC 8878, 3.1.1.1) has to say."""
    size = 10_000_000 * 512
    data = b"\x28\xb5\x2f\xfd" + bytes([0b1110_0100]) + size.to_bytes(8, "little") + bytes(100)
    assert refuse(place, data) == ArchiveReason.TOO_LARGE
    assert size > LIMITS.content


def test_16_no_checksum(place: Place) -> None:
    assert refuse(place, frame(GOOD, write_checksum=False)) == ArchiveReason.BAD_FRAME


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"<html>"])
def test_16_not_an_archive(place: Place, data: bytes) -> None:
    assert refuse(place, data) == ArchiveReason.BAD_FRAME


def test_16_every_truncation_is_refused(place: Place) -> None:
    whole = frame(GOOD)
    for length in range(1, len(whole)):
        assert refuse(place, whole[:length]) in (ArchiveReason.BAD_FRAME, ArchiveReason.TRUNCATED)


def test_16_every_flipped_byte_is_refused(place: Place) -> None:
    whole = frame(GOOD)
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 0x55
        refuse(place, bytes(damaged))


def test_16_no_top_folder(place: Place) -> None:
    for bad in (tar(), tar(file("a")), tar(TOP, folder("two"))):
        assert refuse(place, frame(bad)) == ArchiveReason.NO_PARENT


def test_16_out_of_order(place: Place) -> None:
    assert refuse(place, frame(tar(TOP, file("top/b"), file("top/a", b"abc")))) == ArchiveReason.OUT_OF_ORDER


def test_16_padding_that_is_not_zero(place: Place) -> None:
    data = bytearray(GOOD)
    data[3 * 512 - 1] = 1
    assert refuse(place, frame(bytes(data))) == ArchiveReason.BAD_HEADER


@given(block=st.binary(min_size=512, max_size=512))
@settings(max_examples=300, deadline=None)
def test_16_a_fuzzed_header_is_refused(block: bytes) -> None:
    """Also with a right checksum, so that the fields behind it are reached."""
    fields = block[:148] + b" " * 8 + block[156:]
    for fuzzed in (block, fields[:148] + b"%06o\0 " % sum(fields) + fields[156:]):
        with pytest.raises(InstallError):
            read_header(fuzzed)


def test_15_the_folder_above_is_untouched(place: Place, tmp_path: Path) -> None:
    refuse(place, frame(tar(TOP, info("top/../../x", mode=0o644))))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "home", "release"]
