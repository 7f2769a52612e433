"""Trees as directories: what links, what is copied, and what a lack leaves."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store import Digest, Entry, StoreReason, Tree, sha256_bytes
from pipeline.store.files import EPOCH
from pipeline.store.ingest import Ingest
from pipeline.store.layout import Layout, Session
from pipeline.store.materialise import checkout, export, find_blob, require_blobs, touch_tree


class Place:
    """An open store's parts, and a tree whose blobs are in it."""

    def __init__(self, root: Path) -> None:
        self.layout = Layout(root)
        self.session = Session(self.layout)
        ingest = Ingest(self.layout, self.session, lambda _: None)
        (root.parent / "tool").write_bytes(b"tool")
        self.data = ingest.data(b"data")
        self.tool = ingest.copy(root.parent / "tool", executable=True)
        self.tree = Tree.of(
            [
                Entry("bin/tool", "file", digest=self.tool, executable=True),
                Entry("data", "file", digest=self.data),
                Entry("deep/same", "file", digest=self.data),
                Entry("empty", "dir"),
                Entry("link", "link", target="../nowhere"),
            ]
        )


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "store")
    yield made
    made.session.close()


def modes(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode)
        for path in sorted(folder.rglob("*"))
        if not path.is_symlink()
    }


def test_a_checkout_links_to_the_blobs_and_a_copy_does_not(place: Place, tmp_path: Path) -> None:
    made = checkout(place.layout, place.session, place.tree)
    export(place.layout, place.tree, tmp_path / "copy")
    for folder, linked in ((made, True), (tmp_path / "copy", False)):
        assert (folder / "data").samefile(find_blob(place.layout, place.data)) == linked
        assert (folder / "data").samefile(folder / "deep" / "same") == linked
        assert (folder / "bin" / "tool").read_bytes() == b"tool"
        assert (folder / "link").readlink() == Path("../nowhere")
        assert modes(folder) == {
            **dict.fromkeys(("bin", "bin/tool", "deep", "empty"), 493),
            **dict.fromkeys(("data", "deep/same"), 420),
        }
        assert {path.lstat().st_mtime for path in (folder, *folder.rglob("*"))} == {EPOCH}


def test_where_a_file_has_too_many_names_it_is_copied(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.EMLINK, os.strerror(errno.EMLINK))

    monkeypatch.setattr(os, "link", full)
    made = checkout(place.layout, place.session, place.tree)
    assert (made / "data").read_bytes() == b"data"
    assert (made / "data").stat().st_nlink == 1
    assert (made / "data").stat().st_mtime == EPOCH


def test_a_link_that_fails_otherwise_leaves_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "link", fail)
    with pytest.raises(OSError, match="Input/output"):
        checkout(place.layout, place.session, place.tree)
    assert list(place.layout.trees.iterdir()) == list(place.session.folder.iterdir()) == []


def test_somebody_who_was_faster_is_no_error(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    first = checkout(place.layout, place.session, place.tree)
    inode = first.stat().st_ino
    assert checkout(place.layout, place.session, place.tree) == first
    assert first.stat().st_ino == inode
    assert list(place.session.folder.iterdir()) == []


def test_a_copy_goes_into_what_is_there_but_over_nothing(place: Place, tmp_path: Path) -> None:
    into = tmp_path / "into"
    (into / "bin").mkdir(parents=True)
    (into / "bin" / "other").write_text("kept")
    export(place.layout, place.tree, into)
    assert (into / "bin" / "other").read_text() == "kept"
    with pytest.raises(StoreError) as caught:
        export(place.layout, place.tree, into)
    assert caught.value.reason is StoreReason.CONFLICT
    assert "is in the way" in caught.value.message


@pytest.mark.parametrize(
    ("damage", "reason"),
    [(lambda path: path.unlink(), StoreReason.MISSING), (lambda path: os.truncate(path, 1), StoreReason.DAMAGED)],
    ids=["missing", "cut short"],
)
def test_a_lack_is_noticed_before_it_is_used(place: Place, tmp_path: Path, damage: object, reason: StoreReason) -> None:
    require_blobs(place.layout, place.tree)
    blob = find_blob(place.layout, place.data)
    assert callable(damage)
    damage(blob)
    for use in (
        lambda: require_blobs(place.layout, place.tree),
        lambda: find_blob(place.layout, place.data),
        lambda: checkout(place.layout, place.session, place.tree),
        lambda: export(place.layout, place.tree, tmp_path / "copy"),
    ):
        with pytest.raises(StoreError) as caught:
            use()
        assert caught.value.reason is reason
    assert list(place.layout.trees.iterdir()) == []


def test_the_other_variant_of_a_blob_does_not_count_for_a_tree(place: Place) -> None:
    """An executable file's blob cannot be linked to as a plain one."""
    tree = Tree.of([Entry("tool", "file", digest=place.tool)])
    assert find_blob(place.layout, place.tool).name.endswith(".x")
    with pytest.raises(StoreError) as caught:
        require_blobs(place.layout, tree)
    assert caught.value.reason is StoreReason.MISSING


def test_use_is_noted(place: Place) -> None:
    blob = place.layout.blob(place.data.hash, executable=False)
    os.utime(blob, (1, EPOCH))
    find_blob(place.layout, place.data)
    assert blob.stat().st_atime > EPOCH
    assert blob.stat().st_mtime == EPOCH
    path = place.layout.tree_object(place.tree.digest.hash)
    assert not touch_tree(place.layout, place.tree.digest)
    path.write_bytes(place.tree.to_bytes())
    os.utime(path, (1, 1))
    assert touch_tree(place.layout, place.tree.digest)
    assert path.stat().st_mtime > EPOCH
    assert not touch_tree(place.layout, Digest(sha256_bytes(b"another").hash, 7))
