"""A container on this terminal; may import docker_run and terminal."""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from docker.errors import APIError
from docker.models.containers import Container

from pipeline.sandbox.docker_run import attached
from pipeline.sandbox.terminal import HANGUP_SECONDS, lent_terminal


def attach_terminal(made: Container, asked: int) -> int:
    """Start a made container with this terminal as its own, to its end or to a signal; gives its exit status.

    Without a terminal, standard input is passed on until its end, and output comes as it is. `asked` gives the number
    of a signal that asks to end; whoever made the container then removes it.
    """
    with attached(made, stdin=1) as connection:
        made.start()
        with lent_terminal() as is_terminal, _resized(made):
            if is_terminal:
                tty.setraw(0)
            # docker gives a socket, or for unix sockets the file object around one.
            number = _pass_bytes(made, getattr(connection, "_sock", connection), asked, is_terminal=is_terminal)
    return 128 + number if number else int(made.wait(timeout=None)["StatusCode"])


def _pass_bytes(made: Container, connection: socket.socket, asked: int, *, is_terminal: bool) -> int:
    """Pass bytes both ways until the container closes its side; gives the signal that was the reason, or 0."""
    poller = select.poll()
    for number in (connection.fileno(), 0, asked):
        poller.register(number, select.POLLIN)
    frames = bytearray()
    signalled, end = 0, float("inf")
    while time.monotonic() < end:
        ready = {number for number, _ in poller.poll(None if not signalled else 100)}
        if asked in ready:
            signalled, end = os.read(asked, 1)[0], time.monotonic() + HANGUP_SECONDS
            with suppress(APIError):  # it may have ended by itself
                made.kill("SIGHUP")
        if 0 in ready and not _pass_input(connection):
            poller.unregister(0)
        if connection.fileno() in ready:
            data = connection.recv(65536)
            if not data:
                break
            if is_terminal:
                _write(1, data)
            else:
                frames += data
                _write_frames(frames)
    return signalled


def _pass_input(connection: socket.socket) -> bool:
    """Whether there may be more."""
    try:
        data = os.read(0, 4096)
    except OSError:  # a terminal that is gone
        data = b""
    if data:
        connection.sendall(data)
        return True
    with suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
    return False


def _write(number: int, data: bytes | bytearray) -> None:
    with suppress(OSError):  # a terminal that is gone
        os.write(number, data)


def _write_frames(frames: bytearray) -> None:
    # Without a terminal the daemon frames the streams: type, three zeros, length in big endian, then the bytes.
    while len(frames) >= 8 and len(frames) >= 8 + (size := int.from_bytes(frames[4:8], "big")):
        _write(2 if frames[0] == 2 else 1, frames[8 : 8 + size])
        del frames[: 8 + size]


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
