"""Ending a process, or making the disk full, at each system call that changes a file system."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.store import Store
from pipeline.store.files import EPOCH

CHANGING = (
    *("rename", "link", "symlink", "unlink", "rmdir", "mkdir", "open", "chmod", "fchmod", "utime", "sendfile"),
    *("fsync", "pipe2"),
)
FILLING = ("rename", "link", "symlink", "mkdir", "open", "sendfile", "fsync")

Deed = Callable[[Path], object]


def at_call(number: int, names: tuple[str, ...], happen: Callable[[str], None]) -> None:
    """From now on, call `happen` in place of the given call, counting those named from 1."""
    left = number

    def wrap(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            if name != "open" or args[1] & (os.O_WRONLY | os.O_RDWR):
                left -= 1
                if left == 0:
                    happen(name)
            return real(*args, **kwargs)

        return call

    for name in names:
        setattr(os, name, wrap(name, getattr(os, name)))


def in_child(deed: Callable[[], int]) -> int:
    """Do something in a forked process; gives its exit status, negative for a signal."""
    pid = os.fork()
    if pid == 0:
        status = 99
        try:
            status = deed()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def killed_at(number: int, root: Path, deed: Deed) -> bool:
    """Do the deed in a process that gets SIGKILL at its n-th changing call; False if it came to its end."""

    def run() -> int:
        at_call(number, CHANGING, lambda _: os.kill(os.getpid(), signal.SIGKILL))
        deed(root)
        return 0

    status = in_child(run)
    assert status in (0, -signal.SIGKILL), status
    return status != 0


def assert_whole(root: Path) -> None:
    """Whatever has a name in the store is whole, and no scratch of the dead is left."""
    with Store(root) as store:
        assert store.verify() == []
        for path in (root / "blobs").rglob("*"):
            if path.is_file():
                assert path.stat().st_mtime == EPOCH, path
                assert path.stat().st_mode & 0o777 == (0o755 if path.suffix == ".x" else 0o644), path
        for path in (root / "results").rglob("*"):
            if path.is_file():
                assert store.result(path.stem) is not None, path
        assert len(list((root / "work").iterdir())) == 2, "this session's folder and its lock"
        assert not list((root / "quarantine").iterdir())
    assert not list((root / "work").iterdir())
