"""The store as a whole."""

from __future__ import annotations

import errno
import os
import socket
import stat
import threading
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store import ActionResult, Digest, Entry, Store, StoreReason, Tree, layout, sha256_bytes, sha256_file
from pipeline.store import store as store_module
from pipeline.store.files import EPOCH

KEY = "ab" * 32


def described(folder: Path) -> dict[str, tuple[str, str, int]]:
    """Everything that can be seen of a folder: path → mode, content, modification time."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = str(path.readlink()) if path.is_symlink() else ""
        if path.is_file() and not path.is_symlink():
            content = sha256_file(path).hash
        mode = "link" if path.is_symlink() else stat.filemode(status.st_mode)
        found[str(path.relative_to(folder))] = (mode, content, int(status.st_mtime))
    return found


def expected(sample: Path) -> dict[str, tuple[str, str, int]]:
    modes = {"link": "link", "d": "drwxr-xr-x", "-": "-rw-r--r--", "x": "-rwxr-xr-x"}
    return {
        path: (modes["x" if path == "bin/tool" else mode if mode == "link" else mode[0]], content, EPOCH)
        for path, (mode, content, _) in described(sample).items()
    }


# Blobs


def test_blobs_come_back(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    digest = store.put_file(path)
    assert digest == sha256_bytes(b"content") == store.put_bytes(b"content")
    assert path.read_bytes() == b"content"
    assert store.has(digest)
    assert not store.has(sha256_bytes(b"other"))
    with store.open(digest) as stream:
        assert stream.read() == b"content"
    assert store.blob_path(digest).stat().st_mtime == EPOCH


def test_an_adopted_file_is_moved(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    inode = path.stat().st_ino
    digest = store.adopt_file(path)
    assert not path.exists()
    assert store.blob_path(digest).stat().st_ino == inode


def test_one_from_another_file_system_is_copied_and_removed(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    rename = os.rename

    def elsewhere(source: str | Path, target: str | Path) -> None:
        if Path(source) == path:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        rename(source, target)

    monkeypatch.setattr(os, "rename", elsewhere)
    digest = store.adopt_file(path)
    assert not path.exists()
    assert store.blob_path(digest).read_bytes() == b"content"


def test_a_missing_blob_is_named(store: Store) -> None:
    with pytest.raises(StoreError) as caught:
        store.blob_path(sha256_bytes(b"nothing"))
    assert caught.value.reason is StoreReason.MISSING
    assert sha256_bytes(b"nothing").hash in caught.value.message


def test_a_blob_cut_short_by_a_power_cut_is_noticed_and_replaced(store: Store) -> None:
    digest = store.put_bytes(b"content")
    os.truncate(store.blob_path(digest), 3)
    assert not store.has(digest)
    with pytest.raises(StoreError) as caught:
        store.open(digest)
    assert caught.value.reason is StoreReason.DAMAGED
    store.put_bytes(b"content")
    assert store.blob_path(digest).read_bytes() == b"content"


# Trees


def test_a_checkout_is_the_folder_with_normal_modes_and_times(store: Store, sample: Path) -> None:
    before = described(sample)
    digest = store.put_tree(sample)
    assert described(sample) == before
    checkout = store.checkout(digest)
    assert described(checkout) == expected(sample)
    assert store.checkout(digest) == checkout
    tool = checkout / "bin" / "tool"
    assert tool.samefile(store.blob_path(sha256_file(tool)))


def test_copying_and_adopting_give_the_same_tree(store: Store, sample: Path) -> None:
    want, copied = expected(sample), store.put_tree(sample)
    assert store.adopt_tree(sample) == copied
    assert not sample.exists()
    assert described(store.checkout(copied)) == want


def test_trees_do_not_depend_on_owner_time_umask_or_order(store: Store, sample: Path, tmp_path: Path) -> None:
    digest = store.put_tree(sample)
    for path in sample.rglob("*"):
        os.utime(path, (1, 1), follow_symlinks=False)
    (sample / "lib" / "a.h").chmod(0o666)
    old = os.umask(0o077)
    try:
        other = store.checkout(store.put_tree(sample))
        store.export(digest, tmp_path / "again")
        assert store.put_tree(tmp_path / "again") == digest
    finally:
        os.umask(old)
    assert other == store.checkout(digest)
    assert stat.S_IMODE((tmp_path / "again").stat().st_mode) == 0o755


def test_an_export_is_private_and_writable(store: Store, sample: Path, tmp_path: Path) -> None:
    digest = store.put_tree(sample)
    store.export(digest, tmp_path / "build" / "src")
    assert described(tmp_path / "build" / "src") == expected(sample)
    (tmp_path / "build" / "src" / "lib" / "a.h").write_bytes(b"changed")
    assert store.check_tree(digest).digest == digest


def test_an_export_does_not_overwrite(store: Store, sample: Path, tmp_path: Path) -> None:
    digest = store.put_tree(sample)
    (tmp_path / "into" / "lib").mkdir(parents=True)
    (tmp_path / "into" / "lib" / "a.h").write_bytes(b"mine")
    with pytest.raises(StoreError) as caught:
        store.export(digest, tmp_path / "into")
    assert caught.value.reason is StoreReason.CONFLICT
    assert "a.h" in caught.value.message
    assert (tmp_path / "into" / "lib" / "a.h").read_bytes() == b"mine"


def test_a_file_that_others_can_write_to_is_copied_when_adopted(store: Store, sample: Path, tmp_path: Path) -> None:
    os.link(sample / "lib" / "a.h", tmp_path / "outside")
    digest = store.adopt_tree(sample)
    (tmp_path / "outside").write_bytes(b"spoilt")
    store.check_tree(digest)


def test_another_users_file_is_copied_when_adopted(store: Store, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only its owner may give a blob its mode and time."""
    inode = (sample / "lib" / "a.h").stat().st_ino
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    store.adopt_tree(sample)
    assert store.blob_path(sha256_bytes(b"int a;\n")).stat().st_ino != inode


def test_merged_and_partial_trees_can_be_put_in(store: Store, sample: Path) -> None:
    whole = store.tree(store.put_tree(sample))
    part = store.put_tree_object(whole.subtree("lib").under("usr/include"))
    assert (store.checkout(part) / "usr" / "include" / "deep" / "same.h").read_bytes() == b"int a;\n"


def test_a_tree_without_its_blobs_is_refused(store: Store) -> None:
    tree = Tree.of([Entry("a", "file", digest=sha256_bytes(b"nowhere"))])
    with pytest.raises(StoreError) as caught:
        store.put_tree_object(tree)
    assert caught.value.reason is StoreReason.MISSING
    assert not store.has(tree.digest)


@pytest.mark.parametrize("kind", ["fifo", "socket"])
def test_special_files_are_refused_and_nothing_is_recorded(store: Store, sample: Path, kind: str) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        if kind == "fifo":
            os.mkfifo(sample / "lib" / "special")
        else:
            server.bind(str(sample / "lib" / "special"))
        with pytest.raises(StoreError) as caught:
            store.put_tree(sample)
    assert caught.value.reason is StoreReason.BAD_ENTRY
    assert "lib/special" in caught.value.message
    assert not list((store.root / "trees").iterdir())


def test_names_that_are_not_utf_8_are_refused(store: Store, sample: Path) -> None:
    (sample / os.fsdecode(b"caf\xe9")).write_bytes(b"")
    with pytest.raises(StoreError) as caught:
        store.put_tree(sample)
    assert caught.value.reason is StoreReason.BAD_NAME
    assert "caf\\xe9" in caught.value.message


def test_a_checkout_that_cannot_be_made_leaves_nothing_and_drops_the_result(store: Store, sample: Path) -> None:
    digest = store.put_tree(sample)
    store.record(KEY, ActionResult({"out": digest}))
    store.blob_path(sha256_bytes(b"int a;\n")).unlink()
    with pytest.raises(StoreError) as caught:
        store.checkout(digest)
    assert caught.value.reason is StoreReason.MISSING
    assert store.result(KEY) is None
    assert not list((store.root / "trees").iterdir())
    assert store.put_tree(sample) == digest
    assert store.checkout(digest).is_dir()


def test_a_missing_tree_is_named(store: Store) -> None:
    with pytest.raises(StoreError) as caught:
        store.checkout(Digest("0" * 64, 5))
    assert caught.value.reason is StoreReason.MISSING


def test_threads_that_want_the_same_checkout_all_get_it(store: Store, sample: Path) -> None:
    digest = store.put_tree(sample)
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(store.checkout(digest))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [store.root / "trees" / digest.hash] * 8
    assert described(found[0]) == expected(sample)


# Results


def test_a_result_comes_back_and_the_last_one_counts(store: Store, sample: Path) -> None:
    assert store.result(KEY) is None
    result = ActionResult({"out": store.put_tree(sample)}, seconds=2.5, meta={"engine": "bubblewrap"})
    store.record(KEY, result)
    assert store.result(KEY) == result
    later = ActionResult(result.outputs, seconds=1.0)
    store.record(KEY, later)
    assert store.result(KEY) == later


def test_a_result_of_an_unknown_tree_is_refused(store: Store) -> None:
    with pytest.raises(StoreError) as caught:
        store.record(KEY, ActionResult({"out": Digest("0" * 64, 5)}))
    assert caught.value.reason is StoreReason.MISSING
    assert store.result(KEY) is None


def test_a_result_whose_tree_is_gone_or_that_cannot_be_read_counts_as_absent(store: Store, sample: Path) -> None:
    digest = store.put_tree(sample)
    store.record(KEY, ActionResult({"out": digest}))
    (store.root / "trees" / f"{digest.hash}.json").unlink()
    assert store.result(KEY) is None
    store.put_tree(sample)
    assert store.result(KEY) is not None
    path = store.root / "results" / KEY[:2] / f"{KEY}.json"
    path.write_bytes(path.read_bytes()[:-10])
    assert store.result(KEY) is None


@pytest.mark.parametrize("asked", [True, False], ids=["asked for", "never asked for"])
@pytest.mark.parametrize("damage", ["none", "cut short", "same size", "tree"])
def test_after_a_power_cut_what_is_left_is_looked_at_closely(
    store: Store, sample: Path, monkeypatch: pytest.MonkeyPatch, *, damage: str, asked: bool
) -> None:
    """A result that is asked for is checked; where none is, the same bytes put in again replace what was damaged."""
    digest = store.put_tree(sample)
    store.record(KEY, ActionResult({"out": digest}))
    store.checkout(digest)
    blob = store.blob_path(sha256_bytes(b"int a;\n"))
    monkeypatch.setattr(store_module, "boot", lambda: "another start of the machine")
    if damage == "cut short":
        os.truncate(blob, 0)
    elif damage == "same size":
        blob.write_bytes(b"\0" * 7)
    elif damage == "tree":
        os.truncate(store.root / "trees" / f"{digest.hash}.json", 0)
    with Store(store.root) as later:
        if asked:
            assert (later.result(KEY) is None) == (damage != "none")
        assert later.put_tree(sample) == digest
        later.record(KEY, ActionResult({"out": digest}))
        assert later.result(KEY) is not None
        later.check_tree(digest)
        assert (later.checkout(digest) / "lib" / "a.h").read_bytes() == b"int a;\n"


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "a b", "x" * 201, "ä"])
def test_names_are_safe_as_file_names(store: Store, name: str) -> None:
    for use in (store.result, store.workdir, lambda name: store.lock(name).__enter__()):
        with pytest.raises(StoreError) as caught:
            use(name)
        assert caught.value.reason is StoreReason.BAD_NAME


# Locks and scratch


def test_a_lock_is_exclusive_and_waiting_is_told_once(store: Store) -> None:
    told: list[str] = []
    order: list[str] = []
    held, waits = threading.Event(), threading.Event()

    def on_wait(name: str) -> None:
        told.append(name)
        waits.set()

    def second() -> None:
        held.wait()
        with store.lock("action", on_wait):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with store.lock("action", on_wait):
        held.set()
        assert waits.wait(60)
        order.append("first")
    thread.join()
    assert (order, told) == (["first", "second"], ["action"])


def test_work_folders_are_fresh_and_go_with_the_session(tmp_path: Path) -> None:
    with Store(tmp_path / "store") as store:
        one, other = store.workdir("zlib"), store.workdir("zlib")
        assert one != other
        assert list(one.iterdir()) == []
        (one / "file").write_text("x")
        store.remove_workdir(other)
        assert not other.exists()
    assert list((tmp_path / "store" / "work").iterdir()) == []


def test_the_last_failed_tree_is_kept(store: Store) -> None:
    for text in ("first", "second"):
        work = store.workdir("zlib")
        (work / "config.log").write_text(text)
        kept = store.keep_failed(work, "zlib")
        assert not work.exists()
        assert kept == store.root / "failed" / "zlib"
        assert [path.name for path in kept.iterdir()] == ["config.log"]
        assert (kept / "config.log").read_text() == text


def test_what_failed_is_kept_without_set_id_bits(store: Store) -> None:
    work = store.workdir("zlib")
    (work / "out").mkdir()
    (work / "out" / "program").write_text("x")
    (work / "out" / "program").chmod(0o6777)
    kept = store.keep_failed(work, "zlib")
    assert (kept / "out" / "program").stat().st_mode & 0o7777 == 0o755


@pytest.mark.parametrize("mode", [0o755, 0o777])
def test_what_builds_write_is_its_owners_alone_in_new_and_old_stores(tmp_path: Path, mode: int) -> None:
    for _ in ("new", "old"):
        with Store(tmp_path / "store") as store:
            found = {name: (store.root / name).stat().st_mode & 0o7777 for name in ("work", "failed", "trees")}
            assert found == {"work": 0o700, "failed": 0o700, "trees": 0o755}
        for name in ("work", "failed"):
            (tmp_path / "store" / name).chmod(mode)


def test_scratch_that_cannot_be_removed_is_told_until_it_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_folder: Path) -> None:
        raise PermissionError(1, "not permitted", "file")

    with monkeypatch.context() as patched:
        patched.setattr(layout, "remove_tree", refuse)
        with Store(tmp_path / "store") as store:
            work = store.workdir("zlib")
            store.remove_workdir(work)
            assert [(path, error.strerror) for path, error in store.left] == [(work, "not permitted")]
        with Store(tmp_path / "store") as store:
            assert [path for path, _ in store.left] == [work.parent], "of the session before"
    with Store(tmp_path / "store") as store:
        assert store.left == ()
        assert not work.exists()
    assert list((tmp_path / "store" / "work").iterdir()) == []


# Formats


def test_25_a_store_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    Store(tmp_path / "store").close()
    (tmp_path / "store" / "FORMAT").write_text("2\n")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StoreError) as caught:
        Store(tmp_path / "store")
    assert caught.value.reason is StoreReason.NEWER_FORMAT
    assert "format 2" in caught.value.message
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("text", ["", "zero", "0", "-1", "1.5"])
def test_a_format_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    Store(tmp_path / "store").close()
    (tmp_path / "store" / "FORMAT").write_text(text)
    with pytest.raises(StoreError) as caught:
        Store(tmp_path / "store")
    assert caught.value.reason is StoreReason.NOT_A_STORE


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(StoreError) as caught:
        Store(tmp_path)
    assert caught.value.reason is StoreReason.NOT_A_STORE
    assert "thesis.tex" in caught.value.message
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
