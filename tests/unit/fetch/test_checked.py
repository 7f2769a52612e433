"""A pinned file that is hashed while it is read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pipeline.errors import FetchError
from pipeline.fetch.checked import checked
from pipeline.fetch.pins import FetchReason

CONTENT = bytes(range(256)) * 20_000
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    return path


@pytest.mark.parametrize("count", [0, 1, 3_000_000, -1])
def test_however_much_is_read_the_whole_is_hashed(file: Path, count: int) -> None:
    with checked(file, SHA, "a file") as stream:
        assert stream.read(count) == (CONTENT if count < 0 else CONTENT[:count])
    file.write_bytes(CONTENT[:-1] + b"x")
    with pytest.raises(FetchError) as caught, checked(file, SHA, "a file") as stream:
        stream.read(count)
    assert caught.value.reason is FetchReason.DIGEST_MISMATCH
    assert caught.value.message.startswith("a file was changed")


def test_what_the_reader_says_of_changed_bytes_is_not_the_error(file: Path) -> None:
    file.write_bytes(b"other")
    with pytest.raises(FetchError) as caught, checked(file, SHA, "a file"):
        raise EOFError
    assert caught.value.reason is FetchReason.DIGEST_MISMATCH
    assert isinstance(caught.value.__cause__, EOFError)


def test_what_the_reader_says_of_the_right_bytes_is(file: Path) -> None:
    with pytest.raises(EOFError), checked(file, SHA, "a file"):
        raise EOFError


def test_a_file_that_changes_while_it_is_read(file: Path) -> None:
    def change() -> None:
        with file.open("r+b") as other:
            other.seek(4_000_000)
            other.write(b"changed")

    def read() -> None:
        with checked(file, SHA, "a file") as stream:
            stream.read(1)
            change()
            stream.read()

    with pytest.raises(FetchError) as caught:
        read()
    assert caught.value.reason is FetchReason.DIGEST_MISMATCH
