"""The daemon's socket, reached or not."""

from __future__ import annotations

import gc
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
from requests.exceptions import ConnectionError as ConnectionLost

from pipeline.sandbox.docker_socket import close_what_fails


def client(host: str) -> docker.DockerClient:
    made = docker.DockerClient(base_url=host, version="1.43", timeout=60)
    close_what_fails(made)
    return made


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Path]:
    """A daemon that answers pings."""
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    while connection.recv(65536):
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")

        thread = threading.Thread(target=serve)
        thread.start()
        yield path
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_daemon_is_reached(daemon: Path) -> None:
    made = client(f"unix://{daemon}")
    assert made.ping()
    made.close()


def test_a_socket_that_nobody_answers_is_not_left_open(tmp_path: Path) -> None:
    """An open one would be told as a warning, which is an error here, once it is collected."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
    made = client(f"unix://{tmp_path / 'socket'}")
    for _ in range(3):
        with pytest.raises(ConnectionLost):
            made.ping()
        gc.collect()
    made.close()


def test_a_daemon_that_is_reached_otherwise_is_left_alone() -> None:
    made = docker.DockerClient(base_url="tcp://127.0.0.1:9", version="1.43")
    before = dict(made.api.adapters)
    close_what_fails(made)
    assert made.api.adapters == before
    made.close()
