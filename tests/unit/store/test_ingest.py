"""A blob that is there already stands for new content only if its bytes are right."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.store import Store, damage, sha256_bytes

CONTENT = b"int a;\n"
DIGEST = sha256_bytes(CONTENT)


def put_bytes(store: Store, folder: Path) -> Path:
    return store.blob_path(store.put_bytes(CONTENT))


def put_file(store: Store, folder: Path) -> Path:
    (folder / "file").write_bytes(CONTENT)
    return store.blob_path(store.put_file(folder / "file"))


def adopt_file(store: Store, folder: Path) -> Path:
    (folder / "file").write_bytes(CONTENT)
    return store.blob_path(store.adopt_file(folder / "file"))


def put_tree(store: Store, folder: Path) -> Path:
    (folder / "tree").mkdir()
    (folder / "tree" / "file").write_bytes(CONTENT)
    return store.checkout(store.put_tree(folder / "tree")) / "file"


def adopt_tree(store: Store, folder: Path) -> Path:
    (folder / "tree").mkdir()
    (folder / "tree" / "file").write_bytes(CONTENT)
    return store.checkout(store.adopt_tree(folder / "tree")) / "file"


DOORS = [put_bytes, put_file, adopt_file, put_tree, adopt_tree]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("left", [bytes(len(CONTENT)), b"", CONTENT[:-1] + b"x", CONTENT + b"x"])
def test_a_left_over_blob_with_other_bytes_is_replaced(
    store: Store, tmp_path: Path, door: Callable[[Store, Path], Path], left: bytes
) -> None:
    told: list[str] = []
    store.say = told.append
    blob = store.root / "blobs" / DIGEST.hash[:2] / DIGEST.hash
    blob.parent.mkdir(exist_ok=True)
    blob.write_bytes(left)
    assert door(store, tmp_path).read_bytes() == CONTENT
    assert blob.read_bytes() == CONTENT
    assert (store.root / "quarantine" / DIGEST.hash).read_bytes() == left
    assert len(told) == 1
    assert "it is replaced" in told[0]
    assert store.verify() == []


def test_what_links_to_the_bytes_of_before_is_not_used(store: Store, tmp_path: Path) -> None:
    """A checkout whose tree is sound again since somebody brought the right bytes."""
    before = adopt_tree(store, tmp_path)
    before.write_bytes(bytes(len(CONTENT)))
    with Store(store.root) as after:
        after.put_bytes(CONTENT)
        tree = after.put_tree(_folder(tmp_path))
        assert (after.checkout(tree) / "file").read_bytes() == CONTENT
    assert before.read_bytes() == CONTENT


def _folder(folder: Path) -> Path:
    (folder / "again").mkdir()
    (folder / "again" / "file").write_bytes(CONTENT)
    return folder / "again"


def test_a_sound_blob_is_hashed_once_and_kept(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    real = damage.of_file

    def counted(path: Path, digest_hash: str, size: int | None, *, executable: bool) -> str:
        hashed.append(digest_hash)
        return real(path, digest_hash, size, executable=executable)

    first = put_bytes(store, tmp_path)
    number = first.stat().st_ino
    monkeypatch.setattr(damage, "of_file", counted)
    for door in (put_bytes, put_file, adopt_file):
        assert door(store, tmp_path).stat().st_ino == number
    assert hashed == [DIGEST.hash]


def test_a_left_over_tree_object_with_other_bytes_is_replaced(store: Store, tmp_path: Path) -> None:
    tree = store.put_tree(_folder(tmp_path))
    path = store.root / "trees" / f"{tree.hash}.json"
    data = path.read_bytes()
    path.write_bytes(bytes(len(data)))
    with Store(store.root) as after:
        shutil.rmtree(tmp_path / "again")
        assert after.put_tree(_folder(tmp_path)) == tree
        assert path.read_bytes() == data
        assert (after.checkout(tree) / "file").read_bytes() == CONTENT
