"""A bubblewrap on this terminal; may import the sandbox's terminal and usage."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from contextlib import suppress

import psutil

from pipeline.sandbox.terminal import HANGUP_SECONDS
from pipeline.sandbox.usage import tree_of

_GONE_SECONDS = 30.0


def run_on_terminal(command: list[str], options: int, asked: int) -> int:
    """Run it to its end, or to the signal that `asked` gives; its exit status, 128+n after signal n.

    Nothing of it is left: the init in the sandbox dies with bubblewrap's outer process.
    """
    outer = subprocess.Popen(command, env={}, pass_fds=(options,))
    try:
        done = os.pidfd_open(outer.pid)
        try:
            poller = select.poll()
            poller.register(done, select.POLLIN)
            poller.register(asked, select.POLLIN)
            ready = {number for number, _ in poller.poll()}
        finally:
            os.close(done)
        if asked in ready:
            number = os.read(asked, 1)[0]
            _hang_up(outer)
            return 128 + number
        status = outer.wait()
        return 128 - status if status < 0 else status
    finally:
        outer.kill()
        outer.wait()


def _hang_up(outer: subprocess.Popen[bytes]) -> None:
    found = tree_of(outer.pid)
    for process in found[2:]:  # not bubblewrap's own two
        with suppress(psutil.Error):
            process.send_signal(signal.SIGHUP)
            process.send_signal(signal.SIGCONT)
    with suppress(subprocess.TimeoutExpired):
        outer.wait(HANGUP_SECONDS)
    outer.kill()
    psutil.wait_procs(found[1:], timeout=_GONE_SECONDS)
