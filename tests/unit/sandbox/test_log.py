"""The log of a run."""

from __future__ import annotations

import tempfile
import tracemalloc
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sandbox.log import LogWriter


def test_lines_and_file_have_what_was_printed(tmp_path: Path) -> None:
    lines: list[str] = []
    with LogWriter(tmp_path / "log", 1000, lines.append) as log:
        for piece in (b"one\ntw", b"o\r\n", b"\n", b"thr\xc3", b"\xa4\nlast"):
            log.feed(piece)
    assert lines == ["one", "two", "", "thrä", "last"]
    assert (tmp_path / "log").read_bytes() == b"one\ntwo\r\n\nthr\xc3\xa4\nlast"
    assert not log.is_full


@settings(deadline=None)
@given(st.lists(st.binary(max_size=12), max_size=12))
def test_24_whatever_is_printed_the_log_is_utf_8(pieces: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder, LogWriter(Path(folder) / "log", 1000) as log:
        for piece in pieces:
            log.feed(piece)
        log.close()
        assert log.path.read_bytes().decode("utf-8") == b"".join(pieces).decode("utf-8", "replace")


def test_24_a_gigabyte_leaves_the_beginning_and_the_end_and_takes_no_memory(tmp_path: Path) -> None:
    limit = 100_000
    lines = 0

    def count(_line: str) -> None:
        nonlocal lines
        lines += 1

    piece = (b"x" * 99 + b"\n") * 600
    tracemalloc.start()
    with LogWriter(tmp_path / "log", limit, count) as log:
        log.feed(b"first\n")
        for _ in range((1 << 30) // len(piece) + 1):
            log.feed(piece)
        log.feed(b"last\n")
        assert log.is_full
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    data = (tmp_path / "log").read_bytes()
    assert data.startswith(b"first\n")
    assert data.endswith(b"last\n")
    assert b"limit of 100000 bytes was passed" in data
    assert len(data) < limit + (66 << 10)
    assert lines <= limit // 100 + 2
    assert peak < 4 << 20


def test_24_a_line_without_an_end_comes_in_pieces(tmp_path: Path) -> None:
    lines: list[str] = []
    with LogWriter(tmp_path / "log", 1 << 20, lines.append) as log:
        for _ in range(10):
            log.feed(b"y" * 5000)
    assert "".join(lines) == "y" * 50_000
    assert max(map(len, lines)) <= 4096


def test_closing_twice_is_fine(tmp_path: Path) -> None:
    with LogWriter(tmp_path / "log", 10) as log:
        log.feed(b"x")
        log.close()
    assert (tmp_path / "log").read_bytes() == b"x"
