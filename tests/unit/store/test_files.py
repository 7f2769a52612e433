"""File operations."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store import StoreReason
from pipeline.store.files import EPOCH, copy_file, disk_usage, explained, write_atomically


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (errno.ENOSPC, StoreReason.NO_SPACE, "MiB"),
        (errno.EDQUOT, StoreReason.NO_SPACE, "MiB"),
        (errno.EACCES, StoreReason.NOT_WRITABLE, f"uid {os.geteuid()}"),
        (errno.EROFS, StoreReason.NOT_WRITABLE, "Read-only"),
    ],
)
def test_errors_of_the_disk_come_with_numbers_and_a_hint(
    tmp_path: Path, code: int, reason: StoreReason, words: str
) -> None:
    with pytest.raises(StoreError) as caught, explained(tmp_path):
        raise OSError(code, os.strerror(code), "some/file")
    assert caught.value.reason is reason
    assert "some/file" in caught.value.message
    assert words in caught.value.message
    assert caught.value.hint


def test_other_errors_pass(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), explained(tmp_path):
        (tmp_path / "nothing").read_bytes()


def test_the_epoch_is_the_builds_own() -> None:
    assert EPOCH == 1767225600


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old", temp=tmp_path / "temp")

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        write_atomically(path, b"new", temp=tmp_path / "temp")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_copying_keeps_bytes_sets_the_mode_and_overwrites_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"x" * 3_000_000)
    copy_file(source, target, 0o644)
    assert target.read_bytes() == source.read_bytes()
    assert target.stat().st_mode & 0o777 == 0o644
    with pytest.raises(FileExistsError):
        copy_file(source, target, 0o644)


def test_disk_usage_counts_blocks_and_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"x" * 100_000)
    with (tmp_path / "sparse").open("wb") as stream:
        stream.truncate(1 << 30)
    (tmp_path / "link").symlink_to("/usr")
    assert 100_000 <= disk_usage(tmp_path) < 1_000_000
    assert disk_usage(tmp_path / "nothing") == 0
