"""One pool of job slots for every make and cargo in every sandbox; may import nothing of the pipeline.

The protocol is GNU make's job server (the manual's "POSIX Jobserver Interaction") in its named-pipe form,
which make ≥ 4.4 and cargo understand: a byte in the pipe is a free slot, whoever starts a job reads one and
writes it back. An action holds one slot while it runs, its makes take more from the same pipe, so all
sandboxes together never run more than `jobs` jobs.
"""

from __future__ import annotations

import array
import contextlib
import fcntl
import os
import termios
from pathlib import Path

INSIDE = "/jobserver"
"""Where a sandbox sees the pipe."""


class JobServer:
    """A pipe at `path` with `jobs` slots; a context manager that removes it."""

    def __init__(self, path: Path, jobs: int) -> None:
        self.path = path
        self.jobs = jobs
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        os.mkfifo(path, 0o666)
        path.chmod(0o666)
        # Read and write, so that the pipe keeps its bytes while no client is connected.
        self._fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self._put(jobs)

    def take(self) -> bool:
        """Take one slot if one is free."""
        try:
            return len(os.read(self._fd, 1)) == 1
        except BlockingIOError:
            return False

    def give(self) -> None:
        """Give one slot back."""
        self._put(1)

    def free(self) -> int:
        """How many slots nobody holds at this moment."""
        count = array.array("i", [0])
        fcntl.ioctl(self._fd, termios.FIONREAD, count)
        return count[0]

    def refill(self) -> None:
        """With nothing running: make the pool whole again, whatever killed clients took with them."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self._fd, 4096):
                pass
        self._put(self.jobs)

    def _put(self, count: int) -> None:
        os.write(self._fd, b"+" * count)

    def close(self) -> None:
        """Remove the pipe."""
        os.close(self._fd)
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> JobServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def client_environment(jobs: int) -> dict[str, str]:
    """Variables that make a sandbox's make and cargo clients of the pool.

    Not part of any key: how many jobs run at once must not change a build's output.
    """
    auth = f"--jobserver-auth=fifo:{INSIDE}"
    return {"MAKEFLAGS": f" -j{jobs} {auth}", "CARGO_MAKEFLAGS": f"-j {auth}"}
