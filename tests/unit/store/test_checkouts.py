"""What a checkout holds has been hashed, whatever a power cut or another hand did to it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store import ActionResult, Digest, Store, StoreReason, damage, sha256_bytes
from pipeline.store.tree import Tree

KEY = "a" * 64
CONTENT = b"int a;\n"
FILE = "lib/a.h"


@pytest.fixture
def built(store: Store, sample: Path) -> Digest:
    digest = store.put_tree(sample)
    store.record(KEY, ActionResult({"out": digest}))
    return digest


@pytest.fixture
def told(store: Store) -> list[str]:
    lines: list[str] = []
    store.say = lines.append
    return lines


def zero(path: Path) -> None:
    """What a power cut leaves: the right size and time, no bytes."""
    found = path.stat()
    path.write_bytes(bytes(found.st_size))
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def test_a_zeroed_blob_is_refused_also_through_a_checkout_made_before(store: Store, built: Digest) -> None:
    zero(store.checkout(built) / FILE)
    with Store(store.root) as after:
        with pytest.raises(StoreError) as caught:
            after.checkout(built)
        assert caught.value.reason is StoreReason.DAMAGED
        assert FILE in caught.value.message
        assert "run the same command again" in caught.value.hint
        assert after.result(KEY) is None, "it counts as not built"
        assert not (store.root / "trees" / built.hash).exists()


def test_what_was_hashed_before_is_hashed_again_when_it_was_written_to(store: Store, built: Digest) -> None:
    (store.checkout(built) / FILE).write_bytes(bytes(len(CONTENT)))
    with pytest.raises(StoreError) as caught:
        store.checkout(built)
    assert caught.value.reason is StoreReason.DAMAGED


@pytest.mark.parametrize("how", ["other bytes", "missing", "stranger", "mode"])
def test_a_checkout_of_sound_blobs_is_made_anew_and_said(
    store: Store, built: Digest, told: list[str], how: str
) -> None:
    path = store.checkout(built) / FILE
    if how == "stranger":
        path.with_name("stranger").touch()
    else:
        path.unlink()
    if how != "missing":
        path.unlink(missing_ok=True)
        path.write_bytes(CONTENT if how == "mode" else bytes(len(CONTENT)))
        path.chmod(0o755 if how == "mode" else 0o644)
    made = store.checkout(built)
    assert (made / FILE).read_bytes() == CONTENT
    assert not (made / "lib" / "stranger").exists()
    assert (made / FILE).stat().st_mode & 0o777 == 0o644
    assert len(told) == 1
    assert "made anew" in told[0]
    assert store.result(KEY) is not None


def test_everything_on_the_same_damaged_blob_is_forgotten(store: Store, built: Digest, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "same").write_bytes(CONTENT)
    other = store.put_tree(tmp_path / "other")
    store.record("b" * 64, ActionResult({"out": other}))
    zero(store.blob_path(sha256_bytes(CONTENT)))
    with pytest.raises(StoreError):
        store.checkout(built)
    assert store.result("b" * 64) is None


def test_a_checkout_is_hashed_once(store: Store, built: Digest, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[Path] = []
    real = damage.of_folder

    def counted(folder: Path, tree: Tree) -> str:
        hashed.append(folder)
        return real(folder, tree)

    monkeypatch.setattr(damage, "of_folder", counted)
    paths = {store.checkout(built) for _ in range(3)}
    assert hashed == [*paths]


def test_a_copy_of_a_damaged_tree_is_refused(store: Store, built: Digest, tmp_path: Path) -> None:
    zero(store.blob_path(sha256_bytes(CONTENT)))
    (tmp_path / "into").mkdir()
    with pytest.raises(StoreError) as caught:
        store.export(built, tmp_path / "into")
    assert caught.value.reason is StoreReason.DAMAGED
    assert store.result(KEY) is None
