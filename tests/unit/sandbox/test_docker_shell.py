"""Bytes between standard input and output and a container, without a terminal (with one: the shell's own test)."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from docker.models.containers import Container

from pipeline.sandbox import docker_shell
from pipeline.sandbox.docker_shell import _write_frames, attach_terminal
from pipeline.sandbox.terminal import ending_signals


def frame(stream: int, data: bytes) -> bytes:
    """As the daemon sends it: "Attach to a container" in the Docker Engine API."""
    return bytes([stream, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> dict[int, bytes]:
    """What was written to standard output and error."""
    found = {1: b"", 2: b""}

    def write(number: int, data: bytes | bytearray) -> int:
        found[number] += bytes(data)
        return len(data)

    monkeypatch.setattr(os, "write", write)
    return found


@pytest.mark.parametrize("size", [1, 7, 8, 9, 1000])
def test_frames_are_put_together_from_any_pieces(written: dict[int, bytes], size: int) -> None:
    sent = frame(1, b"out") + frame(2, b"error") + frame(1, b"") + frame(1, bytes(300))
    frames = bytearray()
    for at in range(0, len(sent), size):
        frames += sent[at : at + size]
        _write_frames(frames)
    assert frames == b""
    assert written == {1: b"out" + bytes(300), 2: b"error"}


def test_what_is_not_whole_is_kept(written: dict[int, bytes]) -> None:
    frames = bytearray(frame(1, b"out")[:-1])
    _write_frames(frames)
    assert (bytes(frames), written[1]) == (frame(1, b"out")[:-1], b"")


@dataclass
class Made:
    """A container that says back what it gets until its input ends, and ends with 3."""

    ours: socket.socket
    theirs: socket.socket
    obeys: str = "yes"
    killed: list[str] = field(default_factory=list)

    def attach_socket(self, params: dict[str, int]) -> socket.socket:
        assert params["stdin"] == 1
        return self.ours

    def start(self) -> None:
        threading.Thread(target=self._talk).start()

    def _talk(self) -> None:
        with self.theirs, suppress(BrokenPipeError):  # nobody may be there to hear the last word
            while data := self.theirs.recv(100):
                self.theirs.sendall(frame(1, data.upper()))
            self.theirs.sendall(frame(2, b"bye"))

    def kill(self, name: str) -> None:
        self.killed.append(name)
        if self.obeys == "yes":
            self.theirs.shutdown(socket.SHUT_RDWR)

    def wait(self, timeout: None) -> dict[str, Any]:
        return {"StatusCode": 3}


@pytest.fixture
def stdin() -> Iterator[int]:
    """What writes to this process's standard input, for once a pipe."""
    before = os.dup(0)
    end, other = os.pipe()
    os.dup2(end, 0)
    os.close(end)
    yield other
    os.dup2(before, 0)
    os.close(before)


def test_standard_input_is_passed_on_until_its_end(stdin: int, capfd: pytest.CaptureFixture[str]) -> None:
    os.write(stdin, b"hello")
    os.close(stdin)
    with ending_signals(None) as asked:
        assert attach_terminal(cast(Container, Made(*socket.socketpair())), asked) == 3
    assert capfd.readouterr() == ("HELLO", "bye")


@pytest.mark.parametrize("obeys", ["yes", "no"])
def test_a_signal_hangs_it_up_and_whoever_does_not_hear_that_is_left_to_be_removed(
    stdin: int, monkeypatch: pytest.MonkeyPatch, obeys: str
) -> None:
    monkeypatch.setattr(docker_shell, "HANGUP_SECONDS", 0.3)
    made = Made(*socket.socketpair(), obeys)
    with ending_signals(None) as asked:
        threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGTERM]).start()
        assert attach_terminal(cast(Container, made), asked) == 128 + signal.SIGTERM
    assert made.killed == ["SIGHUP"]
    os.close(stdin)
