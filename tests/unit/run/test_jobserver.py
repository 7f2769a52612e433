"""The pool of job slots (that a real make honours it is an integration test)."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.run.jobserver import JobServer


def _drain(server: JobServer) -> int:
    count = 0
    while server.take():
        count += 1
    return count


def test_there_are_as_many_slots_as_jobs(tmp_path: Path) -> None:
    with JobServer(tmp_path / "pipe", 3) as server:
        assert server.free() == 3
        assert _drain(server) == 3
        assert server.free() == 0
        server.give()
        assert _drain(server) == 1
    assert not (tmp_path / "pipe").exists()


def test_slots_that_died_with_their_clients_come_back(tmp_path: Path) -> None:
    with JobServer(tmp_path / "pipe", 2) as server:
        assert server.take()
        server.refill()
        assert _drain(server) == 2


def test_another_process_takes_from_the_same_pool(tmp_path: Path) -> None:
    with JobServer(tmp_path / "pipe", 2) as server:
        fd = os.open(tmp_path / "pipe", os.O_RDWR | os.O_NONBLOCK)
        try:
            assert os.read(fd, 1) == b"+"
            assert _drain(server) == 1
        finally:
            os.close(fd)


def test_a_left_over_pipe_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "pipe").write_text("not a pipe")
    with JobServer(tmp_path / "pipe", 1) as server:
        assert _drain(server) == 1
