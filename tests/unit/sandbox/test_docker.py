"""Docker without a daemon."""

from __future__ import annotations

import errno
import shutil
import socket
from pathlib import Path
from typing import NoReturn

import pytest

from pipeline.errors import SandboxError
from pipeline.sandbox.docker import Docker
from pipeline.sandbox.errors import SandboxReason
from pipeline.sandbox.protocol import Sandbox


@pytest.mark.parametrize("there", ["nothing", "a file nobody listens at"])
def test_a_daemon_that_does_not_answer_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    path = tmp_path / "socket"
    if there != "nothing":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    report = Docker().check()
    assert not report.ok
    assert str(path) in report.answer
    assert "no daemon listens there: " in report.hint
    with pytest.raises(SandboxError) as caught:
        Docker().run(Sandbox(tmp_path, "0" * 64, (), ("true",), {}), log=tmp_path / "log")
    assert caught.value.reason is SandboxReason.ENGINE_LOST


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EACCES, "usermod"), (errno.EPERM, "usermod"), (errno.ECONNREFUSED, "no daemon listens there: ")],
)
def test_what_to_do_goes_by_the_systems_number_not_by_its_words(
    monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    """Which are in the user's language, and wrapped three times when the daemon is asked over the network."""

    def refuse(*args: object, **more: object) -> NoReturn:
        raise OSError(number, "Das geht hier nicht")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr("urllib3.util.connection.create_connection", refuse)
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:9")
    report = Docker().check()
    assert not report.ok
    assert words in report.hint


@pytest.mark.parametrize(
    ("there", "words"),
    [("dockerd", "`sudo "), ("podman", "podman system service"), ("neither", "sudo apt-get install docker.io")],
)
def test_how_to_start_a_daemon_is_told_by_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str, words: str
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path: f"/usr/sbin/{name}" if name == there else None)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody")
    assert words in Docker().check().hint
