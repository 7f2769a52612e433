"""pipeline.load.reading: only plain files are read, and only where they may lie; nothing ever waits."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.load.problems import LoadReason
from pipeline.load.reading import Refused, read_file, resolved


def a_socket(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"/proc/self/fd/{folder}/{path.name}")  # a socket's path must be short
    os.close(folder)


@pytest.mark.parametrize(
    ("make", "reason", "said"),
    [
        (os.mkfifo, LoadReason.NOT_A_FILE, "is a FIFO"),
        (a_socket, LoadReason.NOT_A_FILE, "is a socket"),
        (Path.mkdir, LoadReason.NOT_A_FILE, "is a folder"),
        (lambda path: path.symlink_to("/dev/zero"), LoadReason.NOT_A_FILE, "is a device"),
        (lambda path: path.symlink_to(path.name), LoadReason.UNREADABLE, "cannot be read: Too many levels"),
        (lambda path: path.symlink_to("nothing"), LoadReason.MISSING_FILE, "leads to nothing"),
        (lambda path: None, LoadReason.MISSING_FILE, "does not exist"),
    ],
)
def test_what_is_no_plain_file(tmp_path: Path, make: Callable[[Path], object], reason: LoadReason, said: str) -> None:
    make(tmp_path / "x")
    with pytest.raises(Refused) as caught:
        read_file(tmp_path / "x")
    assert caught.value.reason is reason
    assert caught.value.message.startswith(said)


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        read_file(tmp_path / ("x" * 300))
    assert caught.value.reason is LoadReason.UNREADABLE


@pytest.mark.parametrize("link", ["out", "folder/file"])
def test_links_are_followed_and_lead_nowhere_else(tmp_path: Path, link: str) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "file").write_text("secret")
    (inside / "out").symlink_to("../outside/file")
    (inside / "folder").symlink_to("../outside")
    with pytest.raises(Refused) as caught:
        read_file(inside / link, inside)
    assert caught.value.reason is LoadReason.OUTSIDE
    assert caught.value.message == f"leads out of the project's inside/, to {outside / 'file'}"
    (inside / "here").symlink_to("real")
    (inside / "real").write_text("it")
    assert read_file(inside / "here", inside).data == b"it"
    assert resolved(inside / "here", inside) == inside / "real"


def test_a_neighbour_whose_name_begins_alike_is_outside(tmp_path: Path) -> None:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes-of-others").write_text("x")
    with pytest.raises(Refused) as caught:
        read_file(tmp_path / "recipes" / ".." / "recipes-of-others", tmp_path / "recipes")
    assert caught.value.reason is LoadReason.OUTSIDE


def test_what_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_text("x")

    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(Refused) as caught:
        read_file(tmp_path / "x")
    assert (caught.value.reason, caught.value.message) == (LoadReason.UNREADABLE, "cannot be read: Permission denied")


def test_a_file_that_became_a_fifo_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking and opening: opening does not wait, and what was opened is looked at again."""
    path, real_open = tmp_path / "x", os.open
    path.write_text("x")

    def swapped(name: Path, flags: int) -> int:
        path.unlink()
        os.mkfifo(path)
        return real_open(name, flags)

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(Refused) as caught:
        read_file(path)
    assert caught.value.reason is LoadReason.NOT_A_FILE
