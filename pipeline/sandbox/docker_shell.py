"""A container on this terminal; may import docker_run."""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from docker.errors import APIError
from docker.models.containers import Container

from pipeline.sandbox.docker_run import attached


def attach_terminal(made: Container) -> int:
    """Start a made container with this terminal as its own; gives its exit status.

    Without a terminal, standard input is passed on until its end, and output comes as it is.
    """
    with attached(made, stdin=1) as connection:
        made.start()
        with _raw_terminal(), _resized(made):
            # docker gives a socket, or for unix sockets the file object around one.
            _pass_bytes(getattr(connection, "_sock", connection), is_terminal=os.isatty(0))
    return int(made.wait(timeout=None)["StatusCode"])


def _pass_bytes(connection: socket.socket, *, is_terminal: bool) -> None:
    poller = select.poll()
    poller.register(connection, select.POLLIN)
    poller.register(0, select.POLLIN)
    frames = bytearray()
    while True:
        ready = {number for number, _ in poller.poll()}
        if 0 in ready:
            data = os.read(0, 4096)
            if data:
                connection.sendall(data)
            else:
                poller.unregister(0)
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_WR)
        if connection.fileno() in ready:
            data = connection.recv(65536)
            if not data:
                return
            if is_terminal:
                os.write(1, data)
            else:
                frames += data
                _write_frames(frames)


def _write_frames(frames: bytearray) -> None:
    # Without a terminal the daemon frames the streams: type, three zeros, length in big endian, then the bytes.
    while len(frames) >= 8 and len(frames) >= 8 + (size := int.from_bytes(frames[4:8], "big")):
        os.write(2 if frames[0] == 2 else 1, frames[8 : 8 + size])
        del frames[: 8 + size]


@contextmanager
def _raw_terminal() -> Iterator[None]:
    if not os.isatty(0):
        yield
        return
    before = termios.tcgetattr(0)
    tty.setraw(0)
    try:
        yield
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
        sys.stdout.flush()


@contextmanager
def _resized(made: Container) -> Iterator[None]:
    if not os.isatty(0):
        yield
        return

    def resize(*_: object) -> None:
        columns, lines = shutil.get_terminal_size()
        with suppress(APIError):
            made.resize(lines, columns)

    before = signal.signal(signal.SIGWINCH, resize)
    resize()
    try:
        yield
    finally:
        signal.signal(signal.SIGWINCH, before)
