"""pipeline.publish.archive: the same bytes for the same tree, whatever else differs."""

from __future__ import annotations

import hashlib
import os
import stat
import tarfile
import tempfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import PublishError
from pipeline.publish.archive import Packed, members, pack, pack_in_child
from pipeline.publish.members import MTIME, ArchiveReason
from tests.unpacking import unpack

NAMES = st.text("abcxyz.-_é中 ", min_size=1, max_size=8).filter(
    lambda name: name not in (".", "..") and name.lower() == name
)
FILES = st.tuples(st.just("file"), st.binary(max_size=2000), st.booleans())
TREES = st.recursive(FILES | st.just("folder"), lambda inner: st.dictionaries(NAMES, inner, max_size=4), max_leaves=12)


def lay(path: Path, tree: object) -> None:
    """Write a generated tree; a link to each folder's first file makes symlinks part of it."""
    match tree:
        case ("file", bytes() as content, bool() as executable):
            path.write_bytes(content)
            path.chmod(0o755 if executable else 0o644)
        case dict():
            path.mkdir()
            for name, inner in tree.items():
                lay(path / name, inner)
            if tree and "link" not in tree:
                (path / "link").symlink_to(next(iter(tree)))
        case _:
            path.mkdir()


def snapshot(folder: Path) -> list[tuple[str, int, bytes, int]]:
    """What is in a folder: path, mode, content or link text, time of files."""
    out = []
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        if path.is_symlink():
            out.append((str(path.relative_to(folder)), 0, os.fsencode(path.readlink()), 0))
        elif path.is_dir():
            out.append((str(path.relative_to(folder)), stat.S_IMODE(status.st_mode), b"", 0))
        else:
            mode = stat.S_IMODE(status.st_mode)
            out.append((str(path.relative_to(folder)), mode, path.read_bytes(), int(status.st_mtime)))
    return out


def sample(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python3.14").write_bytes(b"\x7fELF" * 1000)
    (folder / "bin" / "python3.14").chmod(0o755)
    (folder / "bin" / "python3").symlink_to("python3.14")
    (folder / "lib").mkdir()
    (folder / "lib" / "os.py").write_text("import sys\n")
    (folder / "lib-dynload").mkdir()
    (folder / "lib" / "up").symlink_to("../bin/python3")
    return folder


@given(tree=st.dictionaries(NAMES, TREES, max_size=4))
@settings(max_examples=40, deadline=None)
def test_round_trip(tree: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        lay(base / "tree", tree)
        packed = pack(base / "tree", "top", base / "a.tar.zst")
        unpack(base / "a.tar.zst", base / "again")
        for path in (base / "tree").rglob("*"):
            if path.is_file() and not path.is_symlink():
                os.utime(path, (MTIME, MTIME))
            elif path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
        assert snapshot(base / "again") == snapshot(base / "tree")
        assert pack(base / "again", "top", base / "b.tar.zst") == packed


def test_the_answer_describes_the_file(tmp_path: Path) -> None:
    packed = pack(sample(tmp_path / "tree"), "python", tmp_path / "a.tar.zst")
    data = (tmp_path / "a.tar.zst").read_bytes()
    assert packed == Packed(len(data), hashlib.sha256(data).hexdigest())


def test_the_bytes_are_pinned(tmp_path: Path) -> None:
    """A golden digest: whoever changes it changes every published archive, and the schema's readers with it."""
    packed = pack(sample(tmp_path / "tree"), "python", tmp_path / "a.tar.zst")
    assert zstandard.ZSTD_VERSION == (1, 5, 7)
    assert packed.sha256 == "4c157baa3e0b581804d43fccb7efd94217a799197f6c569a3a58fd12405bc9ac"


def test_times_modes_and_names_of_the_host_do_not_matter(tmp_path: Path) -> None:
    one = sample(tmp_path / "one")
    two = sample(tmp_path / "elsewhere" / "two")
    os.utime(two / "lib" / "os.py", (1, 1))
    (two / "lib" / "os.py").chmod(0o600)
    (two / "bin" / "python3.14").chmod(0o500)
    (two / "lib").chmod(0o777)
    packed = pack(one, "python", tmp_path / "1")
    assert pack(two, "python", tmp_path / "2") == packed
    assert pack(one, "other", tmp_path / "3") != packed


def test_hard_links_become_files(tmp_path: Path) -> None:
    one, two = sample(tmp_path / "one"), sample(tmp_path / "two")
    os.link(one / "lib" / "os.py", one / "lib" / "same.py")
    (two / "lib" / "same.py").write_bytes((two / "lib" / "os.py").read_bytes())
    assert pack(one, "python", tmp_path / "1") == pack(two, "python", tmp_path / "2")


def test_other_programs_can_read_it(tmp_path: Path) -> None:
    pack(sample(tmp_path / "tree"), "python", tmp_path / "a.tar.zst")
    raw = zstandard.ZstdDecompressor().decompress((tmp_path / "a.tar.zst").read_bytes())
    (tmp_path / "a.tar").write_bytes(raw)
    with tarfile.open(tmp_path / "a.tar", "r:") as file:
        found = file.getmembers()
    assert [item.name for item in found] == [
        "python",
        "python/bin",
        "python/bin/python3",
        "python/bin/python3.14",
        "python/lib",
        "python/lib-dynload",
        "python/lib/os.py",
        "python/lib/up",
    ]
    assert {(item.uid, item.gid, item.uname, item.gname, item.mtime) for item in found} == {(0, 0, "", "", MTIME)}
    assert {item.mode for item in found} == {0o644, 0o755}


def test_the_child_gives_the_same_answer(tmp_path: Path) -> None:
    tree = sample(tmp_path / "tree")
    assert pack_in_child(tree, "python", tmp_path / "1") == pack(tree, "python", tmp_path / "2")


def test_the_child_passes_on_what_was_wrong(tmp_path: Path) -> None:
    with pytest.raises(PublishError) as caught:
        pack_in_child(tmp_path / "missing", "python", tmp_path / "1")
    assert caught.value.reason is ArchiveReason.NOT_A_FOLDER
    assert caught.value.hint
    assert not (tmp_path / "1").exists()


def _fifo(folder: Path) -> None:
    os.mkfifo(folder / "fifo")


def _setuid(folder: Path) -> None:
    (folder / "su").touch()
    (folder / "su").chmod(0o4755)


def _outside(folder: Path) -> None:
    (folder / "out").symlink_to("../secret")


def _absolute(folder: Path) -> None:
    (folder / "out").symlink_to("/etc/passwd")


def _case(folder: Path) -> None:
    (folder / "Lib").mkdir()


def _control(folder: Path) -> None:
    (folder / "a\nb").touch()


def _not_utf8(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff")).touch()


def _not_normal(folder: Path) -> None:
    (folder / "e\u0301").touch()


def _long(folder: Path) -> None:
    (folder / ("n" * 101)).touch()


def _long_link(folder: Path) -> None:
    (folder / "link").symlink_to("n" * 101)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_fifo, ArchiveReason.DEVICE),
        (_setuid, ArchiveReason.BAD_MODE),
        (_outside, ArchiveReason.BAD_LINK),
        (_absolute, ArchiveReason.BAD_LINK),
        (_case, ArchiveReason.COLLIDING_PATH),
        (_control, ArchiveReason.BAD_PATH),
        (_not_utf8, ArchiveReason.BAD_PATH),
        (_not_normal, ArchiveReason.BAD_PATH),
        (_long, ArchiveReason.PATH_TOO_LONG),
        (_long_link, ArchiveReason.PATH_TOO_LONG),
    ],
)
def test_what_the_profile_lacks_is_not_packed(tmp_path: Path, spoil: object, reason: ArchiveReason) -> None:
    tree = sample(tmp_path / "tree")
    assert callable(spoil)
    spoil(tree)
    with pytest.raises(PublishError) as caught:
        pack(tree, "python", tmp_path / "a.tar.zst")
    assert caught.value.reason is reason
    assert not (tmp_path / "a.tar.zst").exists()


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.tar.zst").write_text("mine")
    with pytest.raises(PublishError) as caught:
        pack(sample(tmp_path / "tree"), "python", tmp_path / "a.tar.zst")
    assert caught.value.reason is ArchiveReason.WRITE_FAILED
    assert (tmp_path / "a.tar.zst").read_text() == "mine"


def test_members_come_parents_first_and_sorted_by_bytes(tmp_path: Path) -> None:
    paths = [member.path for _, member in members(sample(tmp_path / "tree"), "python")]
    assert paths == sorted(paths, key=str.encode)
