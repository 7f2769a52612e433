"""What an action's inputs are, as trees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.plan.action import Input
from pipeline.run.inputs import input_digest, input_tree, merged
from pipeline.store.digest import Digest, sha256_bytes
from pipeline.store.errors import StoreReason
from pipeline.store.result import ActionResult
from pipeline.store.store import Store
from pipeline.store.tree import Entry, Tree


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store") as opened:
        yield opened


def put(store: Store, files: Mapping[str, str]) -> Digest:
    entries = [Entry(path, "file", digest=store.put_bytes(text.encode())) for path, text in files.items()]
    return store.put_tree_object(Tree.of(entries))


@pytest.fixture
def results(store: Store) -> dict[str, ActionResult]:
    """`one` has a library and facts, `two` another library, `odd` the first one's with other content."""
    made = {
        "one": {"lib/a": "a", "lib/deep/b": "b", "facts/x": "x", "facts-too": "y"},
        "two": {"lib/c": "c"},
        "odd": {"lib/a": "other"},
    }
    return {name: ActionResult({"out": put(store, files)}) for name, files in made.items()}


def paths(store: Store, digest: Digest) -> list[str]:
    return [entry.path for entry in store.tree(digest).files]


def test_all_of_it_is_its_own_tree(store: Store, results: dict[str, ActionResult]) -> None:
    assert input_tree(store, Input("one", "/deps"), results) == results["one"].outputs["out"]
    assert input_digest(store, Input("one", "/deps"), results) == str(results["one"].outputs["out"])


def test_a_part_is_seen_without_its_folders_name(store: Store, results: dict[str, ActionResult]) -> None:
    assert paths(store, input_tree(store, Input("one", "/deps", subtree="lib"), results)) == ["a", "deep/b"]


def test_what_is_left_out_is_a_folder_and_not_what_begins_like_it(
    store: Store, results: dict[str, ActionResult]
) -> None:
    found = input_tree(store, Input("one", "/deps", exclude=("facts", "lib/deep")), results)
    assert paths(store, found) == ["facts-too", "lib/a"]


def test_a_part_that_is_not_there_is_an_error_or_empty(store: Store, results: dict[str, ActionResult]) -> None:
    with pytest.raises(StoreError) as caught:
        input_tree(store, Input("two", "/facts", subtree="facts"), results)
    assert caught.value.reason is StoreReason.MISSING
    assert input_tree(store, Input("two", "/facts", subtree="facts", optional=True), results) == Tree().digest
    there = input_tree(store, Input("one", "/facts", subtree="facts", optional=True), results)
    assert paths(store, there) == ["x"]


def test_inputs_at_one_place_are_laid_over_one_another(store: Store, results: dict[str, ActionResult]) -> None:
    one, two = Input("one", "/deps", exclude=("facts",)), Input("two", "/deps")
    assert paths(store, merged(store, [one, two], results)) == ["facts-too", "lib/a", "lib/c", "lib/deep/b"]
    assert merged(store, [two, one], results) == merged(store, [one, two], results)
    assert merged(store, [two, two], results) == results["two"].outputs["out"]


def test_inputs_that_conflict_are_named(store: Store, results: dict[str, ActionResult]) -> None:
    with pytest.raises(StoreError) as caught:
        merged(store, [Input("two", "/deps"), Input("one", "/deps"), Input("odd", "/deps")], results)
    assert caught.value.reason is StoreReason.CONFLICT
    for part in ("/deps/lib/a ", " from one", " from odd", sha256_bytes(b"a").hash, sha256_bytes(b"other").hash):
        assert part in caught.value.message


def test_a_damaged_part_is_not_told_as_a_conflict(store: Store, results: dict[str, ActionResult]) -> None:
    store.blob_path(sha256_bytes(b"c")).unlink()
    with pytest.raises(StoreError) as caught:
        merged(store, [Input("one", "/deps"), Input("two", "/deps")], results)
    assert caught.value.reason is StoreReason.MISSING
