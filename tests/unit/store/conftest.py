"""Fixtures of the store's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store") as opened:
        yield opened


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A folder with what trees are made of: nested and empty folders, equal files, links, odd modes and times."""
    top = tmp_path / "sample"
    (top / "bin").mkdir(parents=True)
    (top / "lib" / "deep").mkdir(parents=True)
    (top / "empty").mkdir(mode=0o700)
    (top / "bin" / "tool").write_bytes(b"#!/bin/sh\n")
    (top / "bin" / "tool").chmod(0o4775)
    (top / "lib" / "a.h").write_bytes(b"int a;\n")
    (top / "lib" / "deep" / "same.h").write_bytes(b"int a;\n")
    (top / "lib" / "a.h").chmod(0o600)
    (top / "lib" / "große Datei").write_bytes(b"x" * 2_500_000)
    (top / "lib" / "nothing").write_bytes(b"")
    (top / "lib64").symlink_to("lib")
    (top / "lib" / "out").symlink_to("/nonexistent/../etc")
    return top
