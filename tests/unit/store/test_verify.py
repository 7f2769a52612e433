"""Finding damage and forgetting what is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store import ActionResult, Digest, Store, StoreReason, sha256_bytes

GOOD, BAD = "a" * 64, "b" * 64


def flip_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.fixture
def built(store: Store, sample: Path, tmp_path: Path) -> Digest:
    """Two results, of which one is the sample's."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("other")
    store.record(GOOD, ActionResult({"out": store.put_tree(tmp_path / "other")}))
    digest = store.put_tree(sample)
    store.record(BAD, ActionResult({"out": digest}))
    return digest


def test_a_whole_store_has_no_problems(store: Store, built: Digest) -> None:
    store.checkout(built)
    store.put_bytes(b"a download")
    assert store.verify() == []
    assert store.result(BAD) is not None


def test_25_a_flipped_bit_drops_what_stands_on_it_and_nothing_else(store: Store, built: Digest, sample: Path) -> None:
    store.checkout(built)
    blob = store.blob_path(sha256_bytes(b"int a;\n"))
    flip_bit(blob)
    problems = store.verify()
    assert any(problem.path == blob and "other bytes" in problem.what for problem in problems)
    assert store.result(BAD) is None
    assert store.result(GOOD) is not None
    assert not blob.exists()
    assert [path.name for path in (store.root / "quarantine").iterdir()] == [blob.name]
    assert store.verify() == []
    # Built again, it is as before.
    assert store.put_tree(sample) == built
    assert (store.checkout(built) / "lib" / "a.h").read_bytes() == b"int a;\n"


def test_25_a_flipped_bit_is_found_before_publishing(store: Store, built: Digest) -> None:
    flip_bit(store.blob_path(sha256_bytes(b"int a;\n")))
    with pytest.raises(StoreError) as caught:
        store.check_tree(built)
    assert caught.value.reason is StoreReason.DAMAGED
    assert "lib/a.h" in caught.value.message
    assert store.result(BAD) is None


def test_25_a_flipped_bit_in_a_tree_object_drops_it(store: Store, built: Digest) -> None:
    flip_bit(store.root / "trees" / f"{built.hash}.json")
    with pytest.raises(StoreError) as caught, Store(store.root) as another:
        another.tree(built)
    assert caught.value.reason is StoreReason.DAMAGED
    assert store.result(BAD) is None
    assert store.result(GOOD) is not None


def test_25_a_flipped_bit_in_a_result_costs_that_result_only(store: Store, built: Digest) -> None:
    path = store.root / "results" / BAD[:2] / f"{BAD}.json"
    path.write_bytes(path.read_bytes().replace(b'"out"', b'"oup"').replace(built.hash.encode(), b"0" * 64))
    assert store.result(BAD) is None
    path.write_bytes(b"{")
    assert [problem.path for problem in store.verify()] == [path]
    assert not path.exists()
    assert store.result(GOOD) is not None


def test_a_checkout_that_was_changed_is_made_anew(store: Store, built: Digest) -> None:
    checkout = store.checkout(built)
    (checkout / "lib" / "a.h").unlink()
    (checkout / "lib" / "a.h").write_bytes(b"changed")
    assert [problem.path for problem in store.verify()] == [checkout]
    assert (store.checkout(built) / "lib" / "a.h").read_bytes() == b"int a;\n"


def test_a_missing_blob_counts_as_damage(store: Store, built: Digest) -> None:
    store.blob_path(sha256_bytes(b"int a;\n")).unlink()
    assert store.verify()
    assert store.result(BAD) is None


def test_a_store_in_use_is_not_verified(store: Store, built: Digest) -> None:
    with Store(store.root) as another, pytest.raises(StoreError) as caught:
        another.verify()
    assert caught.value.reason is StoreReason.BUSY
    assert store.verify() == []
