"""Telling whether files and folders are what their digests say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.store import Store, damage, sha256_bytes
from pipeline.store.tree import Tree


def test_a_file(tmp_path: Path) -> None:
    path, digest = tmp_path / "file", sha256_bytes(b"content")
    path.write_bytes(b"content")
    path.chmod(0o644)
    assert damage.of_file(path, digest.hash, digest.size, executable=False) == ""
    assert damage.of_file(path, digest.hash, None, executable=False) == ""
    assert "is not executable" in damage.of_file(path, digest.hash, None, executable=True)
    assert "8 bytes" not in damage.of_file(path, digest.hash, 8, executable=False).partition("where")[0]
    path.write_bytes(bytes(7))
    assert "other bytes" in damage.of_file(path, digest.hash, digest.size, executable=False)
    path.unlink()
    assert "cannot be read" in damage.of_file(path, digest.hash, None, executable=False)
    path.symlink_to(__file__)
    assert damage.of_file(path, sha256_bytes(Path(__file__).read_bytes()).hash, None, executable=False) == "is no file"


@pytest.fixture
def tree(store: Store, sample: Path) -> Tree:
    return store.tree(store.put_tree(sample))


@pytest.fixture
def folder(store: Store, tree: Tree, tmp_path: Path) -> Path:
    """A true copy of the tree."""
    into = tmp_path / "copy"
    into.mkdir()
    store.export(tree.digest, into)
    return into


def test_a_true_folder(tree: Tree, folder: Path) -> None:
    assert damage.of_folder(folder, tree) == ""
    assert damage.of_folder(folder, Tree()) != ""


@pytest.mark.parametrize("entry", ["dir", "file", "link"])
def test_whatever_is_missing_or_of_another_kind_is_found(tree: Tree, folder: Path, entry: str) -> None:
    path = folder / next(item.path for item in tree.entries if item.type == entry)
    path.rename(folder.parent / "away")
    assert damage.of_folder(folder, tree) != ""
    path.symlink_to("elsewhere")
    assert damage.of_folder(folder, tree) != ""


def test_a_stranger_is_found(tree: Tree, folder: Path) -> None:
    (folder / "lib" / "stranger").touch()
    assert damage.strangers(folder, tree) == ["lib/stranger"]
    assert "lib/stranger" in damage.of_folder(folder, tree)
    assert damage.of_entries(folder, tree) == ""


def test_a_name_that_is_no_text_is_a_stranger(tree: Tree, folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff")).touch()
    assert damage.of_folder(folder, tree) != ""


def test_zeros_of_the_right_size_are_found(tree: Tree, folder: Path) -> None:
    for entry in tree.files:
        assert entry.digest is not None
        data = (folder / entry.path).read_bytes()
        (folder / entry.path).write_bytes(bytes(len(data)))
        found = damage.of_folder(folder, tree)
        assert (f"the content of {entry.path!r} has other bytes" in found) is (data.strip(b"\0") != b"")
        (folder / entry.path).write_bytes(data)
    assert damage.of_folder(folder, tree) == ""


def test_a_folder_that_is_not_there(tree: Tree, tmp_path: Path) -> None:
    assert "cannot be read" in damage.of_folder(tmp_path / "none", tree)
    assert damage.stamp(tmp_path / "none") == ""


def test_a_stamp_changes_with_every_write(tree: Tree, folder: Path) -> None:
    path = folder / tree.files[0].path
    seen = {damage.stamp(folder)}
    assert damage.stamp(folder) in seen
    path.write_bytes(bytes(path.stat().st_size))
    seen.add(damage.stamp(folder))
    other = folder.parent / "other"
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.replace(path)
    seen.add(damage.stamp(folder))
    path.chmod(0o755 if not path.stat().st_mode & 0o100 else 0o644)
    seen.add(damage.stamp(folder))
    assert len(seen) == 4
