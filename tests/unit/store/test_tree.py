"""Trees as values."""

from __future__ import annotations

import json
import re
from contextlib import suppress

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import StoreError
from pipeline.store import Entry, StoreReason, Tree, sha256_bytes

names = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=8).filter(
    lambda name: name not in (".", "..")
)
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
contents = st.one_of(
    st.tuples(st.binary(max_size=4), st.booleans()).map(
        lambda item: Entry("x", "file", digest=sha256_bytes(item[0]), executable=item[1])
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(lambda text: Entry("x", "link", target=text)),
    st.just(Entry("x", "dir")),
)


def entry(path: str, data: bytes = b"", *, executable: str = "no") -> Entry:
    return Entry(path, "file", digest=sha256_bytes(data), executable=executable == "yes")


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    result = Tree()
    for path, content in draw(st.lists(st.tuples(paths, contents), max_size=6)):
        placed = Entry(path, content.type, content.digest, content.executable, content.target)
        with suppress(StoreError):  # this path is taken
            result = Tree.merge(result, Tree.of([placed]))
    return result


@settings(deadline=None)
@given(trees())
def test_canonical_form_is_rfc_8785_and_reads_back(tree: Tree) -> None:
    data = tree.to_bytes()
    assert data == rfc8785.dumps([item.to_json() for item in tree.entries])
    assert Tree.from_bytes(data) == tree
    assert tree.digest == sha256_bytes(data)


@settings(deadline=None)
@given(trees(), trees())
def test_merging_is_commutative(one: Tree, other: Tree) -> None:
    if any(one.by_path[path] != other.by_path[path] for path in one.by_path.keys() & other.by_path.keys()):
        for pair in ((one, other), (other, one)):
            with pytest.raises(StoreError) as caught:
                Tree.merge(*pair)
            assert caught.value.reason is StoreReason.CONFLICT
    else:
        merged = Tree.merge(one, other)
        assert merged == Tree.merge(other, one)
        assert Tree.merge(merged, one) == merged


@settings(deadline=None)
@given(trees(), names)
def test_a_tree_moved_under_a_folder_is_its_subtree(tree: Tree, name: str) -> None:
    assert tree.under(name).subtree(name) == tree


def test_golden_form() -> None:
    tree = Tree.of([entry("bin/sh", b"x", executable="yes"), Entry("lib", "link", target="usr/lib"), entry("ä", b"")])
    x, nothing = sha256_bytes(b"x").hash, sha256_bytes(b"").hash
    assert tree.to_bytes().decode() == (
        '[{"path":"bin","type":"dir"},'
        f'{{"digest":"{x}","exec":true,"path":"bin/sh","size":1,"type":"file"}},'
        '{"path":"lib","target":"usr/lib","type":"link"},'
        f'{{"digest":"{nothing}","exec":false,"path":"ä","size":0,"type":"file"}}]'
    )


def test_a_conflict_names_path_and_both_contents() -> None:
    with pytest.raises(StoreError) as caught:
        Tree.merge(Tree.of([entry("lib/a", b"one")]), Tree.of([entry("lib/a", b"two", executable="yes")]))
    assert caught.value.reason is StoreReason.CONFLICT
    assert "'lib/a'" in caught.value.message
    assert str(sha256_bytes(b"one")) in caught.value.message
    assert f"executable file with digest {sha256_bytes(b'two')}" in caught.value.message


def test_a_file_where_another_tree_has_a_folder_is_a_conflict() -> None:
    with pytest.raises(StoreError) as caught:
        Tree.merge(Tree.of([entry("lib")]), Tree.of([entry("lib/a")]))
    assert caught.value.reason is StoreReason.CONFLICT


@pytest.mark.parametrize("path", ["", "/a", "a/", "a//b", "./a", "a/..", "../a", "a\0b"])
def test_paths_out_of_the_tree_are_refused(path: str) -> None:
    with pytest.raises(StoreError) as caught:
        Tree.of([entry(path)])
    assert caught.value.reason is StoreReason.BAD_NAME


def test_a_missing_subtree_is_named_with_what_there_is() -> None:
    with pytest.raises(StoreError) as caught:
        Tree.of([entry("bin/sh"), entry("lib/a")]).subtree("usr")
    assert caught.value.reason is StoreReason.MISSING
    assert "bin, lib" in caught.value.hint


def _spoil(text: str) -> list[bytes]:
    reordered = json.dumps(list(reversed(json.loads(text))), separators=(",", ":"))
    return [
        b"",
        b"{}",
        b"[1]",
        b"[" * 100_000,
        text.encode() + b"\n",
        reordered.encode(),
        text.replace('"a/b"', '"a/../b"').encode(),
        text.replace('"size":1', '"size":1.0').encode(),
        text.replace('"size":1', '"size":-1').encode(),
        text.replace('"exec":false', '"exec":0').encode(),
        text.replace('"type":"file"', '"type":"fifo"').encode(),
        text.replace('"exec":false,', "").encode(),
        text.replace('"exec":false', '"exec":false,"mode":1').encode(),
        re.sub(r"[0-9a-f]{64}", "0" * 63, text).encode(),
        text.replace('{"path":"a","type":"dir"},', "").encode(),
    ]


@pytest.mark.parametrize("number", range(15))
def test_nothing_but_the_canonical_form_is_read(number: int) -> None:
    text = Tree.of([entry("a/b", b"x")]).to_bytes().decode()
    data = _spoil(text)[number]
    assert data != text.encode()
    with pytest.raises(StoreError) as caught:
        Tree.from_bytes(data)
    assert caught.value.reason is StoreReason.DAMAGED
