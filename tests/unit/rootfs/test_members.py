"""One package's members: nothing leaves the folder, nothing special comes in, modes and links are normal."""

from __future__ import annotations

import os
import stat
import tarfile
from pathlib import Path

import pytest

from pipeline.errors import LockError
from pipeline.model.toolchain import LockedPackage
from pipeline.rootfs.members import Unpacked, relative_link, unpack_package
from pipeline.rootfs.reasons import RootfsReason
from tests.unit import debs
from tests.unit.debs import file, special

Member = tuple[tarfile.TarInfo, bytes]


def unpacked(tmp_path: Path, *members: Member, exclude: tuple[str, ...] = ()) -> tuple[Path, Unpacked]:
    digest, deb = debs.write(tmp_path, debs.deb(members))
    package = LockedPackage(
        name="pkg", version="1", architecture="amd64", path="pool/pkg", size=deb.stat().st_size, sha256=digest
    )
    return tmp_path / "out", unpack_package(deb, package, exclude, tmp_path / "out")


def refused(tmp_path: Path, *members: Member) -> RootfsReason:
    with pytest.raises(LockError) as caught:
        unpacked(tmp_path, *members)
    assert "pkg" in caught.value.message
    assert isinstance(caught.value.reason, RootfsReason)
    return caught.value.reason


def test_files_folders_and_links(tmp_path: Path) -> None:
    out, found = unpacked(
        tmp_path,
        special("./", tarfile.DIRTYPE),
        special("./usr/", tarfile.DIRTYPE),
        file("./usr/bin/tool", b"run", 0o4755),
        file("./usr/share/text", b"read", 0o600),
        special("./usr/bin/name", tarfile.SYMTYPE, "tool"),
        special("./usr/bin/again", tarfile.LNKTYPE, "./usr/bin/tool"),
    )
    assert (out / "usr/bin/name").read_bytes() == (out / "usr/bin/again").read_bytes() == b"run"
    assert stat.S_IMODE((out / "usr/bin/tool").stat().st_mode) == 0o755
    assert stat.S_IMODE((out / "usr/share/text").stat().st_mode) == 0o644
    assert found.folders == ("usr", "usr/bin", "usr/share")
    assert found.files == ("usr/bin/tool", "usr/share/text", "usr/bin/again")
    assert found.links == {"usr/bin/name": "tool"}


def test_modes_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        out, _ = unpacked(tmp_path, file("./a", mode=0o755))
    finally:
        os.umask(before)
    assert stat.S_IMODE((out / "a").stat().st_mode) == 0o755


@pytest.mark.parametrize("top", ["bin", "sbin", "lib", "lib64"])
def test_top_folders_are_merged_into_usr(tmp_path: Path, top: str) -> None:
    out, _ = unpacked(tmp_path, file(f"./{top}/x", b"x"))
    assert (out / "usr" / top / "x").read_bytes() == b"x"


def test_what_is_excluded(tmp_path: Path) -> None:
    exclude = ("usr/share/doc/**",)
    out, found = unpacked(tmp_path, file("./usr/share/doc/a/b"), file("./usr/share/c"), exclude=exclude)
    assert found.files == ("usr/share/c",)
    assert not (out / "usr/share/doc").exists()


@pytest.mark.parametrize(
    ("path", "text", "relative"),
    [
        ("usr/lib/x/libpthread.so", "/lib/x/libpthread.so.0", "libpthread.so.0"),
        ("usr/bin/a", "/etc/alternatives/a", "../../etc/alternatives/a"),
        ("a", "/", "."),
        ("usr/bin/a", "../lib/b", "../lib/b"),
        ("usr/bin/a", "../../etc/b", "../../etc/b"),
    ],
)
def test_absolute_links_become_relative(path: str, text: str, relative: str) -> None:
    assert relative_link(path, text, "pkg") == relative


@pytest.mark.parametrize(
    "members",
    [
        [file("../evil")],
        [file("./a/../../evil")],
        [file("/evil")],
        [file("a\\b")],
        [special("./out", tarfile.SYMTYPE, "../../outside")],
        [special("./usr/out", tarfile.SYMTYPE, "x/../../../outside")],
        [special("./dir", tarfile.SYMTYPE, "tmp"), file("./dir/through")],
        [special("./hard", tarfile.LNKTYPE, "./not-here")],
        [special("./hard", tarfile.LNKTYPE, "../../etc/passwd")],
        [special("./l", tarfile.SYMTYPE, "x"), special("./hard", tarfile.LNKTYPE, "./l")],
    ],
)
def test_nothing_leaves_the_folder(tmp_path: Path, members: list[Member]) -> None:
    assert refused(tmp_path, *members) is RootfsReason.ESCAPE
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_devices_and_pipes_are_refused(tmp_path: Path, kind: bytes) -> None:
    assert refused(tmp_path, special("./dev/x", kind)) is RootfsReason.SPECIAL_FILE


@pytest.mark.parametrize("again", [file("./a"), special("./a", tarfile.SYMTYPE, "b")])
def test_a_path_twice_is_refused(tmp_path: Path, again: Member) -> None:
    assert refused(tmp_path, file("./a"), again) is RootfsReason.CONFLICT
