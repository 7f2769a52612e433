"""A bubblewrap on a terminal, played by a shell whose child is its init and whose grandchild works in the sandbox."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from pipeline.sandbox import bwrap_shell
from pipeline.sandbox.bwrap_shell import run_on_terminal

INNER = """
import os, signal, sys
read, write = os.pipe()
init = os.fork()
if init:
    os._exit(os.waitpid(init, 0)[1] >> 8)
if os.fork():
    os.wait()
    os._exit(0)
signal.signal(signal.SIGHUP, {handler})
with open({pid!r}, "w") as file:
    file.write(str(os.getpid()))
os.write(int(sys.argv[1]), bytes([signal.SIGTERM]))
while True:
    signal.pause()
"""


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Where a signal that this process got is read, and where it is written."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


@pytest.mark.parametrize(
    ("code", "status"),
    [("import sys; sys.exit(3)", 3), ("import os; os.kill(os.getpid(), 9)", 137), ("pass", 0)],
)
def test_its_end_is_the_shells(pipe: tuple[int, int], code: str, status: int) -> None:
    assert run_on_terminal([sys.executable, "-c", code], pipe[1], pipe[0]) == status


@pytest.mark.parametrize("listens", [True, False], ids=["listens", "does not listen"])
def test_a_signal_ends_all_in_the_sandbox(
    pipe: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, listens: bool
) -> None:
    """What works there is told that its terminal has gone; what does not end by that is killed."""
    if not listens:
        monkeypatch.setattr(bwrap_shell, "HANGUP_SECONDS", 0.1)
    told = tmp_path / "told"
    handler = f"lambda *_: (open({str(told)!r}, 'w'), os._exit(0))" if listens else "signal.SIG_IGN"
    code = INNER.format(handler=handler, pid=str(tmp_path / "pid"))
    command = [sys.executable, "-c", code, str(pipe[1])]
    wait = psutil.wait_procs

    def as_the_kernel_ends_a_pid_namespace(found: list[psutil.Process], timeout: float) -> object:
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        return wait(found, timeout=timeout)

    monkeypatch.setattr(psutil, "wait_procs", as_the_kernel_ends_a_pid_namespace)
    assert run_on_terminal(command, pipe[1], pipe[0]) == 128 + signal.SIGTERM
    assert told.exists() == listens
    worker = int((tmp_path / "pid").read_text())
    assert not psutil.pid_exists(worker) or psutil.Process(worker).status() == psutil.STATUS_ZOMBIE
