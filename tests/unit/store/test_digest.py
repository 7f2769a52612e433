"""Digests."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store import Digest, StoreReason, sha256_bytes, sha256_file

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_bytes_and_file_agree_beyond_one_buffer(tmp_path: Path) -> None:
    data = bytes(range(256)) * 10_000
    path = tmp_path / "file"
    path.write_bytes(data)
    assert sha256_file(path) == sha256_bytes(data) == Digest(hashlib.sha256(data).hexdigest(), 2_560_000)


def test_text_form_is_the_remote_execution_apis() -> None:
    assert str(sha256_bytes(b"")) == f"{EMPTY}/0"
    assert Digest.parse(f"{EMPTY}/0") == Digest(EMPTY, 0)


@pytest.mark.parametrize(
    "text",
    [EMPTY, f"{EMPTY}/", f"{EMPTY}/-1", f"{EMPTY}/01", f"{EMPTY.upper()}/0", f"{EMPTY}/0\n", f"{EMPTY}/9" + "9" * 16],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(StoreError) as caught:
        Digest.parse(text)
    assert caught.value.reason is StoreReason.BAD_NAME
