"""pipeline.publish.publisher: whole or not at all, whatever is killed when; no second copy, no stale entry."""

from __future__ import annotations

import errno
import multiprocessing
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import PublishError, StoreError
from pipeline.model.release import Release
from pipeline.publish.archive import PackedFile
from pipeline.publish.manifest import ManifestReason
from pipeline.publish.publisher import Publisher, read_file
from pipeline.store import files
from pipeline.store.errors import StoreReason
from tests.unit.publish.samples import RELEASE, WASM, X86, packed, record


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


@pytest.fixture
def publisher(root: Path) -> Publisher:
    return Publisher(root, RELEASE)


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_published_is_on_disk_and_in_the_manifest(publisher: Publisher, root: Path, tmp_path: Path) -> None:
    archive = packed(tmp_path)
    published = publisher.publish(record(), archive)
    assert published.path == f"artifacts/sha256/{archive.sha256}/cpython-3.14.7-{X86}.tar.zst"
    assert (root / published.path).read_bytes() == b"archive"
    assert (published.size, published.sha256) == (7, archive.sha256)
    assert publisher.manifest().artifacts == (published.artifact,)
    assert published.artifact.file.path == published.path.removeprefix("artifacts/")
    assert publisher.verify() == []


def test_publishing_again_changes_nothing(publisher: Publisher, root: Path, tmp_path: Path) -> None:
    archive = packed(tmp_path)
    publisher.publish(record(), archive)
    before = {path: path.stat().st_ino for path in root.rglob("*") if path.name != ".lock"}
    publisher.publish(record(), archive)
    assert {path: path.stat().st_ino for path in root.rglob("*") if path.name != ".lock"} == before


def test_the_archive_is_a_copy(publisher: Publisher, root: Path, tmp_path: Path) -> None:
    """Whoever writes to artifacts/ must not write to the store."""
    archive = packed(tmp_path)
    published = publisher.publish(record(), archive)
    (root / published.path).write_bytes(b"ruined!")
    assert archive.path.read_bytes() == b"archive"


def test_a_damaged_copy_is_found_and_replaced(publisher: Publisher, root: Path, tmp_path: Path) -> None:
    archive = packed(tmp_path)
    published = publisher.publish(record(), archive)
    for damage in (b"ruined!", b"short"):
        (root / published.path).write_bytes(damage)
        assert len(publisher.verify()) == 1
        publisher.publish(record(), archive)
        assert publisher.verify() == []
    (root / published.path).unlink()
    assert "is not there" in publisher.verify()[0]


def test_a_flipped_bit_in_the_store_is_not_published(publisher: Publisher, root: Path, tmp_path: Path) -> None:
    publisher.publish(record(), packed(tmp_path))
    before = everything(root)
    archive = packed(tmp_path, b"another")
    archive.path.write_bytes(b"anothes")
    with pytest.raises(PublishError) as caught:
        publisher.publish(record(), archive)
    assert caught.value.reason is ManifestReason.DIGEST_MISMATCH
    assert everything(root) == before


def test_a_record_that_cannot_be_described(publisher: Publisher, root: Path, tmp_path: Path) -> None:
    publisher.publish(record(), packed(tmp_path))
    before = everything(root)
    with pytest.raises(PublishError) as caught:
        publisher.publish(record(facts={"elf": {}}), packed(tmp_path, b"another"))
    assert caught.value.reason is ManifestReason.BAD_VALUE
    with pytest.raises(PublishError) as caught:
        publisher.publish(record(version="../3"), packed(tmp_path, b"another"))
    assert caught.value.reason is ManifestReason.BAD_VALUE
    with pytest.raises(PublishError) as caught:
        publisher.publish(record(version="1!3"), packed(tmp_path, b"another"))
    assert caught.value.reason is ManifestReason.BAD_PATH
    with pytest.raises(PublishError) as caught:
        publisher.publish(record(facts={"elf": {"n": 2**60}, "ran": {}}), packed(tmp_path, b"another"))
    assert caught.value.reason is ManifestReason.NOT_CANONICAL
    # The archive of the last one may stand there, unnamed: gc takes it.
    publisher.gc()
    assert everything(root) == before


def test_tables_of_two_archives_come_along_once_both_are_there(
    publisher: Publisher, root: Path, tmp_path: Path
) -> None:
    full, light = packed(tmp_path), packed(tmp_path, b"another")
    committed = root / "manifests" / "tiers"
    committed.mkdir(parents=True)
    name = f"{full.sha256[:12]}-{light.sha256[:12]}.json"
    (committed / name).write_text("first")
    (committed / f"{full.sha256[:12]}-{'0' * 12}.json").write_text("of another release")
    publisher.publish(record(), full)
    assert publisher.manifest().tables == ()
    publisher.publish(record(name="rustpython"), light)
    (first,) = publisher.manifest().tables
    assert (first.path, first.size) == (f"sha256/{first.sha256}/{name}", 5)
    (committed / name).write_text("made anew")
    publisher.publish(record(name="rustpython"), light)
    (second,) = publisher.manifest().tables
    assert (root / "artifacts" / second.path).read_text() == "made anew"
    assert (root / "artifacts" / first.path).read_text() == "first", "whoever has read the older manifest finds it"
    (root / "artifacts" / second.path).write_text("ruined")
    assert publisher.verify() == [f"{second.path}: has 6 bytes, not 9"]
    publisher.release()
    (committed / name).unlink()
    publisher.retain([("cpython", "3.14.7", X86), ("rustpython", "3.14.7", X86)])
    assert publisher.manifest().tables == ()
    assert publisher.gc() == len("first"), "the released manifest names the other one"


def test_another_release_starts_anew_and_keeps_the_archives(publisher: Publisher, root: Path, tmp_path: Path) -> None:
    old = publisher.publish(record(), packed(tmp_path))
    later = Publisher(root, Release(release="2026.12", created="2026-12-01T00:00:00Z", build=("cpython",)))
    new = later.publish(record(target=WASM), packed(tmp_path, b"wasm"))
    assert later.manifest().artifacts == (new.artifact,)
    assert (root / old.path).is_file()


def test_retain_drops_what_is_no_longer_wanted(publisher: Publisher, tmp_path: Path) -> None:
    publisher.publish(record(), packed(tmp_path))
    kept = publisher.publish(record(target=WASM), packed(tmp_path, b"wasm"))
    publisher.retain([("cpython", "3.14.7", WASM)])
    assert publisher.manifest().artifacts == (kept.artifact,)


def test_gc_keeps_what_a_manifest_names(publisher: Publisher, root: Path, tmp_path: Path) -> None:
    released = publisher.publish(record(), packed(tmp_path, b"one"))
    publisher.release()
    replaced = publisher.publish(record(), packed(tmp_path, b"two and"))
    current = publisher.publish(record(), packed(tmp_path, b"three"))
    assert publisher.gc() == len(b"two and")
    assert (root / released.path).is_file()
    assert (root / current.path).is_file()
    assert not (root / replaced.path).parent.exists()
    assert publisher.gc() == 0


def test_release_writes_the_working_manifest(publisher: Publisher, root: Path, tmp_path: Path) -> None:
    publisher.publish(record(), packed(tmp_path))
    released = publisher.release()
    assert released == root / "manifests" / "2026.11.json"
    assert read_file(released) == publisher.manifest()


def test_a_manifest_that_is_not_there(root: Path) -> None:
    with pytest.raises(PublishError) as caught:
        read_file(root / "manifests" / "2026.10.json")
    assert caught.value.reason is ManifestReason.UNREADABLE


def test_a_damaged_working_manifest_is_not_overwritten(publisher: Publisher, root: Path, tmp_path: Path) -> None:
    publisher.publish(record(), packed(tmp_path))
    publisher.path.write_bytes(publisher.path.read_bytes()[:-5])
    before = everything(root)
    with pytest.raises(PublishError) as caught:
        publisher.publish(record(target=WASM), packed(tmp_path, b"wasm"))
    assert caught.value.reason is ManifestReason.NOT_JSON
    assert "may be removed" in caught.value.hint
    assert everything(root) == before


@pytest.mark.parametrize("call", ["sendfile", "fsync"])
def test_18_no_space(
    publisher: Publisher, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """A full disk gets its space back at once, not when something else is published."""
    publisher.publish(record(), packed(tmp_path))
    before = everything(root)

    def full(target: int, *_: object) -> None:
        if call == "sendfile":
            os.write(target, b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("pipeline.store.files._reflink", lambda source, target: False)
    monkeypatch.setattr(os, call, full)
    with pytest.raises(StoreError) as caught:
        publisher.publish(record(target=WASM), packed(tmp_path, b"wasm"))
    assert caught.value.reason is StoreReason.NO_SPACE
    assert everything(root) == before


_CALLS = ("fsync", "rename", "replace", "mkdir", "open", "unlink", "sendfile", "fchmod")


def _die_at(at: int, work: Callable[[], object]) -> None:
    """Work in this process, which ends as by kill -9 just before its `at`-th call that changes the disk."""
    left = at

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                os._exit(9)
            return call(*arguments, **named)

        return run

    files._reflink = lambda source, target: False  # everywhere as where the file system cannot
    for name in _CALLS:
        setattr(os, name, counted(getattr(os, name)))
    work()
    os._exit(0)


def killed_ever_later(work: Callable[[], object]) -> Iterator[int]:
    """Do the work in processes that are killed one call later each time; their exit statuses, 0 being the last."""
    for at in range(100):
        child = multiprocessing.get_context("fork").Process(target=_die_at, args=(at, work))
        child.start()
        child.join()
        assert child.exitcode in (0, 9)
        yield child.exitcode
        if child.exitcode == 0:
            return
    raise AssertionError("never came to its end")


def test_18_killed_at_any_point(publisher: Publisher, root: Path, tmp_path: Path) -> None:
    """After every kill the manifest reads, what it names is whole, and the same command mends the rest."""
    first = publisher.publish(record(), packed(tmp_path, b"first"))
    second = packed(tmp_path, b"second")
    ends = set()
    for status in killed_ever_later(lambda: publisher.publish(record(), second)):
        assert publisher.verify() == []
        (standing,) = publisher.manifest().artifacts
        assert standing.file.sha256 in (first.sha256, second.sha256)
        ends.add((status, standing.file.sha256 == second.sha256))
        if status != 0:
            publisher.publish(record(), packed(tmp_path, b"first"))
            publisher.gc()
            assert everything(root).keys() == {"artifacts/.lock", "artifacts/manifest.json", first.path}
    assert {(9, False), (0, True)} <= ends


def test_18_killed_at_any_point_of_a_release(publisher: Publisher, root: Path, tmp_path: Path) -> None:
    """What is left of a manifest is not taken for one, and goes; the released one is the old or the new."""
    publisher.publish(record(), packed(tmp_path, b"first"))
    released = publisher.release()
    old = released.read_bytes()
    publisher.publish(record(), packed(tmp_path, b"second"))
    whole = everything(root)
    new = publisher.path.read_bytes()
    ends = set()
    for status in killed_ever_later(publisher.release):
        ends.add((status, released.read_bytes() == new))
        assert released.read_bytes() in (old, new)
        released.write_bytes(old)
        assert publisher.gc() == 0
        assert everything(root) == whole
    assert {(9, False), (0, True)} <= ends


def _publish_many(root: Path, archive: PackedFile, name: str) -> None:
    for number in range(10):
        Publisher(root, RELEASE).publish(record(name, version=f"3.{number}"), archive)


def test_25_two_builds_publish_at_once(publisher: Publisher, root: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    children = [
        context.Process(target=_publish_many, args=(root, packed(tmp_path, name.encode()), name))
        for name in ("one", "two", "three")
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0, 0]
    assert len(publisher.manifest().artifacts) == 30
    assert publisher.verify() == []
