"""Giving space back."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store import ActionResult, Digest, GcReport, Store, StoreReason

DAY = 86400.0
SIZE = 100_000


def key(letter: str) -> str:
    return letter * 64


def age(store: Store, letter: str, days: float) -> None:
    then = time.time() - days * DAY
    os.utime(store.root / "results" / (letter * 2) / f"{key(letter)}.json", (then, then))


def build(store: Store, tmp_path: Path, letter: str, days: float) -> Digest:
    """Record a result with a file of its own and one that all results share."""
    folder = tmp_path / f"folder-{letter}"
    folder.mkdir()
    (folder / "own").write_bytes(letter.encode() * SIZE)
    (folder / "shared").write_bytes(b"s" * SIZE)
    digest = store.adopt_tree(folder)
    store.checkout(digest)
    store.record(key(letter), ActionResult({"out": digest}, log=store.put_bytes(b"log " + letter.encode())))
    age(store, letter, days)
    return digest


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file() or path.parent.name == "trees"}


def test_what_was_not_used_for_long_goes_and_the_rest_stays_whole(store: Store, tmp_path: Path) -> None:
    build(store, tmp_path, "a", days=40)
    kept = build(store, tmp_path, "b", days=1)
    report = store.gc(max_age_days=30)
    assert report == GcReport(1, 1, 2, 0, freed_bytes=SIZE + 5, kept_bytes=2 * SIZE + 5)
    assert store.result(key("a")) is None
    assert store.result(key("b")) is not None
    assert store.verify() == []
    assert names(store.root / "trees") >= {f"{kept.hash}.json", kept.hash}
    assert len(list((store.root / "trees").iterdir())) == 2


def test_the_least_recently_used_go_until_the_size_is_right(store: Store, tmp_path: Path) -> None:
    for letter, days in (("a", 1.0), ("b", 3.0), ("c", 2.0)):
        build(store, tmp_path, letter, days)
    report = store.gc(max_bytes=int(2.5 * SIZE))
    assert [store.result(key(letter)) is None for letter in "abc"] == [False, True, True]
    assert report.results == 2
    assert report.kept_bytes == 2 * SIZE + 5


def test_using_a_result_keeps_it(store: Store, tmp_path: Path) -> None:
    build(store, tmp_path, "a", days=40)
    assert store.result(key("a")) is not None
    assert store.gc(max_age_days=30).results == 0


def test_what_is_to_be_kept_stays_whatever_its_age(store: Store, tmp_path: Path) -> None:
    by_key = build(store, tmp_path, "a", days=40)
    by_tree = build(store, tmp_path, "b", days=40)
    build(store, tmp_path, "c", days=40)
    store.gc(max_bytes=0, max_age_days=1, keep=[key("a"), by_tree.hash])
    store.check_tree(by_key)
    store.check_tree(by_tree)
    assert store.result(key("c")) is None


def test_without_limits_nothing_of_use_goes(store: Store, tmp_path: Path) -> None:
    build(store, tmp_path, "a", days=4000)
    digest = store.put_bytes(b"a download")
    assert store.gc() == GcReport(0, 0, 0, 0, 0, kept_bytes=2 * SIZE + 5 + 10)
    assert store.has(digest)


def test_downloads_and_trees_without_a_result_have_an_age_of_their_own(store: Store, tmp_path: Path) -> None:
    old, new = store.put_bytes(b"old download"), store.put_bytes(b"new download")
    folder = tmp_path / "loose"
    folder.mkdir()
    (folder / "file").write_bytes(b"loose")
    loose = store.adopt_tree(folder)
    then = time.time() - 40 * DAY
    os.utime(store.blob_path(old), (then, store.blob_path(old).stat().st_mtime))
    os.utime(store.root / "trees" / f"{loose.hash}.json", (then, then))
    store.gc(max_age_days=30)
    assert (store.has(old), store.has(new), store.has(loose)) == (False, True, False)
    assert store.verify() == []


@pytest.mark.parametrize("years", [-10, 10])
def test_18_a_clock_ten_years_off(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, years: int) -> None:
    """Too much may go, or too little, but what stays is whole; and what is to be kept stays."""
    kept = build(store, tmp_path, "a", days=1)
    build(store, tmp_path, "b", days=2)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + years * 365.25 * DAY)
    report = store.gc(max_age_days=30, keep=[key("a")])
    assert report.results == (1 if years > 0 else 0)
    assert store.check_tree(kept).digest == kept
    assert store.verify() == []
    monkeypatch.undo()
    assert store.gc(max_bytes=2 * SIZE + 5).results == (0 if years > 0 else 1), "by size it goes by order, not by age"
    assert store.result(key("a")) is not None
    assert store.verify() == []


def test_failed_trees_go_by_age(store: Store) -> None:
    for name, days in (("old", 40), ("new", 1)):
        kept = store.keep_failed(store.workdir("work"), name)
        (kept / "log").write_bytes(b"x" * SIZE)
        then = time.time() - days * DAY
        os.utime(kept, (then, then))
    report = store.gc(max_age_days=30)
    assert report.failed == 1
    assert report.freed_bytes >= SIZE
    assert [path.name for path in (store.root / "failed").iterdir()] == ["new"]


def test_a_result_that_names_a_lost_tree_goes_and_frees_what_it_held(store: Store, tmp_path: Path) -> None:
    digest = build(store, tmp_path, "a", days=0)
    (store.root / "trees" / f"{digest.hash}.json").unlink()
    store.gc(max_bytes=0)
    assert not list((store.root / "results").rglob("*.json"))
    assert not list((store.root / "trees").iterdir())
    assert not [path for path in (store.root / "blobs").rglob("*") if path.is_file()]


def test_25_no_collection_while_another_builder_is_in_the_store(store: Store, tmp_path: Path) -> None:
    build(store, tmp_path, "a", days=400)
    with Store(store.root) as another:
        with pytest.raises(StoreError) as caught:
            another.gc(max_bytes=0)
        assert caught.value.reason is StoreReason.BUSY
        assert another.result(key("a")) is not None
    assert store.gc(max_bytes=0).results == 1
