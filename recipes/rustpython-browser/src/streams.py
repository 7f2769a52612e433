"""What a script finds open: what it prints goes to JavaScript line by line, and there is nothing to read."""

import builtins
import io
import posix
import sys


class Stream(io.RawIOBase):
    """A file descriptor as the lowest of the three layers that `io` makes a text stream of."""

    def __init__(self, fd, name):
        self._fd = fd
        self.name = name

    def fileno(self):
        return self._fd

    def readable(self):
        return self._fd == 0

    def writable(self):
        return self._fd != 0

    def readinto(self, _buffer):
        return 0

    def write(self, data):
        return posix.write(self._fd, data)


def stream(fd, name, errors):
    layer = io.BufferedWriter if fd else io.BufferedReader
    text = io.TextIOWrapper(layer(Stream(fd, f"<{name}>")), "utf-8", errors, "\n", line_buffering=True)
    text.mode = "w" if fd else "r"
    setattr(sys, name, text)
    setattr(sys, f"__{name}__", text)


stream(0, "stdin", "strict")
stream(1, "stdout", "strict")
stream(2, "stderr", "backslashreplace")


def open(file, mode="r", *_, **__):
    """Fail as `os` does, where `io` would say that it was built without files."""
    refuse = posix.open if set(mode).isdisjoint("wax") else posix.truncate
    refuse(file)


builtins.open = io.open = open
