"""A command on a pseudo-terminal, typed into and read as a person would."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from tests.integration.pipeline.workspace import Workspace


class Terminal:
    """What was printed so far is in `text`; whoever closes `handle` sets it to -1."""

    def __init__(self, process: subprocess.Popen[str], handle: int) -> None:
        self.process = process
        self.handle = handle
        self.text = ""
        self._read = 0

    def type(self, line: str) -> None:
        """Type a line and Enter."""
        os.write(self.handle, f"{line}\n".encode())

    def wait_for(self, text: str, seconds: float = 120) -> None:
        """Read until the text has been printed, after what the last such call waited for."""
        end = time.monotonic() + seconds
        while text not in self.text[self._read :]:
            assert time.monotonic() < end, f"{text!r} did not come:\n{self.text}"
            if select.select([self.handle], [], [], 0.5)[0]:
                try:
                    data = os.read(self.handle, 65536)
                except OSError:  # the other end is closed
                    data = b""
                assert data, f"ended before {text!r} came:\n{self.text}"
                self.text += data.decode("utf-8", "replace")
        self._read = self.text.index(text, self._read) + len(text)

    def end(self, seconds: float = 60) -> int:
        """Wait for the command's end; gives its exit status."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.handle], [], [], 0.2)[0]:
                try:
                    self.text += os.read(self.handle, 65536).decode("utf-8", "replace")
                except OSError:
                    break
            elif self.process.poll() is not None:
                break
        return self.process.wait(timeout=max(1, end - time.monotonic()))


@contextmanager
def terminal(workspace: Workspace, *arguments: str) -> Iterator[Terminal]:
    """The command line on a terminal of its own, from which it also takes its signals."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (40, 160))
    attached = replace(workspace, prefix=("setsid", "--ctty", "--wait"))
    process = attached.start(*arguments, stdin=theirs, stdout=theirs, stderr=theirs, env={"TERM": "xterm"})
    os.close(theirs)
    attachment = Terminal(process, ours)
    try:
        yield attachment
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        if attachment.handle >= 0:
            os.close(ours)
