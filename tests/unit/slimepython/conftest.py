"""What the runtime's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.slimepython.places import Place, make_place


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here loses power; that the disk is waited for is a test of its own."""
    monkeypatch.setattr("slimepython.install.install.sync_file_system", lambda folder: None)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A home with one thing installed."""
    return make_place(tmp_path)
