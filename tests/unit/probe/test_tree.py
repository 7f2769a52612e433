"""Tests of `pipeline.probe.tree`."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.probe import tree
from pipeline.probe.facts import ProbeError, ProbeReason
from pipeline.probe.tree import read_tree, search

FORBIDDEN = ("/build/", "/out/")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"prefix=/build/src\n", ["/build/"]),
        (b"/out/a:/build/b", ["/build/", "/out/"]),
        (b"'/build/x'", ["/build/"]),
        (b"$(srcdir)/build/lib", []),
        (b"a/build/b ../build/c ~/out/d", []),
        (b"/builds/", []),
        (b"nothing", []),
        (b"", []),
        # In a .pyc a string's length may look like a letter.
        (b"\0\x01z\x41/build/src/x.py", ["/build/"]),
        (b"s\xfaA/build/src/x.py", ["/build/"]),
        (b"s\xda//build/src/x.py", ["/build/"]),
        (b"s\xda\x20pip/operations/build/x.py", []),
        (b"\xff\xfe/out/", ["/out/"]),
    ],
)
def test_build_paths(data: bytes, found: list[str]) -> None:
    assert search(io.BytesIO(data), FORBIDDEN) == found


@given(before=st.text("ab/ '", max_size=40), after=st.text("ab/ ", max_size=40), piece=st.integers(1, 12))
def test_pieces_make_no_difference(before: str, after: str, piece: int) -> None:
    data = (before + "/build/" + after).encode()

    class Dripping(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(piece)

    assert search(Dripping(data), FORBIDDEN) == search(io.BytesIO(data), FORBIDDEN)


def test_leaks_are_found_in_links_targets_files_and_zips(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "data.py").write_text("PATH = '/build/x'\n")
    (tmp_path / "lib" / "os.pyc").write_bytes(b"\0\0\x0e/out/lib/os.py")
    (tmp_path / "fine").write_bytes(b"\0fine")
    with zipfile.ZipFile(tmp_path / "lib" / "python.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.py", "x = '/build/y'\n" * 100)
        archive.writestr("c.py", "x = 1\n")
    facts = read_tree(tmp_path, FORBIDDEN)
    assert facts["leaks"] == {
        "lib/data.py": ["/build/"],
        "lib/os.pyc": ["/out/"],
        "lib/python.zip!/a/b.py": ["/build/"],
    }
    assert facts["files"] == 4


def test_a_broken_zip_is_an_error_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", b"x" * 100)
    path.write_bytes(path.read_bytes().replace(b"x" * 100, b"y" * 100))
    with pytest.raises(ProbeError) as caught:
        read_tree(tmp_path, FORBIDDEN)
    assert caught.value.reason is ProbeReason.MALFORMED
    assert "a.zip" in caught.value.message


def test_nothing_forbidden_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("/build/")
    assert read_tree(tmp_path, ())["leaks"] == {}


def test_odd_members(tmp_path: Path) -> None:
    folder = tmp_path / "top"
    folder.mkdir()
    (folder / "file").write_text("x")
    (folder / "good").symlink_to("file")
    (folder / "absolute").symlink_to("/etc/passwd")
    (folder / "out").symlink_to("../elsewhere")
    (folder / "dangling").symlink_to("gone")
    (folder / "set").write_text("x")
    (folder / "set").chmod(0o4755)
    (folder / "open").write_text("x")
    (folder / "open").chmod(0o666)
    os.mkfifo(folder / "fifo")
    assert read_tree(folder, FORBIDDEN)["odd"] == {
        "absolute": "absolute link to /etc/passwd",
        "dangling": "dangling link to gone",
        "fifo": "neither a file nor a link",
        "open": "writable by everyone",
        "out": "link out of the folder to ../elsewhere",
        "set": "set-user-id or set-group-id",
    }


def test_linked_folders_are_not_entered(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_text("x")
    (tmp_path / "link").symlink_to("real")
    assert [name for name, _ in tree.walk(tmp_path)] == ["link", "real/file"]
    assert [name for name, _ in tree.regular_files(tmp_path)] == ["real/file"]
