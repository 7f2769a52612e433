"""Where things are in a store, who is in it, and what those who died leave."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store.errors import StoreReason
from pipeline.store.layout import FORMAT, Layout, Session, advisory_lock, checked_name

HASH = "ab" * 32


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "store")


def test_places(layout: Layout) -> None:
    places = {
        "blob": layout.blob(HASH, executable=False),
        "program": layout.blob(HASH, executable=True),
        "tree": layout.tree_object(HASH),
        "checkout": layout.checkout(HASH),
        "result": layout.result(HASH),
        "lock": layout.lock("zlib"),
    }
    assert {name: str(path.relative_to(layout.root)) for name, path in places.items()} == {
        "blob": f"blobs/ab/{HASH}",
        "program": f"blobs/ab/{HASH}.x",
        "tree": f"trees/{HASH}.json",
        "checkout": f"trees/{HASH}",
        "result": f"results/ab/{HASH}.json",
        "lock": "locks/zlib.lock",
    }


def test_a_store_is_made_once_and_says_its_format(layout: Layout) -> None:
    assert (layout.root / "FORMAT").read_text() == f"{FORMAT}\n"
    before = sorted(layout.root.iterdir())
    Layout(layout.root)
    assert sorted(layout.root.iterdir()) == before


def test_one_that_is_being_made_by_another_process_is_no_strange_folder(tmp_path: Path) -> None:
    root = tmp_path / "store"
    (root / "blobs").mkdir(parents=True)
    (root / ".FORMAT.0123abcd").write_text("")
    assert (Layout(root).root / "trees").is_dir()


@pytest.mark.parametrize("name", ["a", "zlib-1.3.2@x86_64", "A" * 200, "0._@+-"])
def test_names_that_are_safe(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize("name", ["", ".", "..", "-a", "a/b", "a\0", "a\n", "ä", "A" * 201])
def test_names_that_are_not(name: str) -> None:
    with pytest.raises(StoreError) as caught:
        checked_name(name)
    assert caught.value.reason is StoreReason.BAD_NAME


# Sessions


def test_only_who_is_alone_is_exclusive(layout: Layout) -> None:
    one, other = Session(layout), Session(layout)
    assert not one.exclusive()
    assert not other.exclusive()
    other.close()
    assert one.exclusive()
    one.share()
    third = Session(layout)
    assert not one.exclusive()
    third.close()
    one.close()


def test_a_session_takes_its_scratch_with_it(layout: Layout) -> None:
    session = Session(layout)
    names = {session.temp() for _ in range(10)}
    assert len(names) == 10
    assert {path.parent for path in names} == {session.folder}
    (session.folder / "left").write_text("x")
    session.close()
    assert list(layout.work.iterdir()) == []
    session.close()  # a second time does nothing


def in_child(work: Callable[[], None]) -> int:
    """Do it in a process of its own; its exit status."""
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(60)
    assert child.exitcode is not None
    return child.exitcode


def test_what_a_killed_one_left_is_cleared_by_the_next_but_not_what_lives(layout: Layout) -> None:
    def die() -> None:
        session = Session(layout)
        (session.folder / "deep").mkdir()
        (session.folder / "deep" / "left").write_text("x")
        os.kill(os.getpid(), signal.SIGKILL)

    living = Session(layout)
    assert in_child(die) == -signal.SIGKILL
    assert len([path for path in layout.work.iterdir() if path.is_dir()]) == 2
    later = Session(layout)
    assert {path for path in layout.work.iterdir() if path.is_dir()} == {living.folder, later.folder}
    later.close()
    living.close()
    assert list(layout.work.iterdir()) == []


def test_a_killed_holder_frees_its_lock(layout: Layout) -> None:
    told: list[str] = []

    def die() -> None:
        with advisory_lock(layout.lock("zlib"), None, "zlib"):
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(die) == -signal.SIGKILL
    with advisory_lock(layout.lock("zlib"), told.append, "zlib"):
        assert told == []


def test_a_lock_that_nobody_holds_is_taken_without_a_word(layout: Layout) -> None:
    told: list[str] = []
    for _ in range(2):
        with advisory_lock(layout.lock("zlib"), told.append, "zlib"):
            pass
    with advisory_lock(layout.lock("zlib"), told.append, "zlib"), advisory_lock(layout.lock("xz"), told.append, "xz"):
        pass
    assert told == []
