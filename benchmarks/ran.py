"""Runs the builder's command line as a user would, and accounts for what the whole machine did meanwhile."""

from __future__ import annotations

import ctypes
import json
import os
import re
import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.figures import ROOT

_PR_SET_CHILD_SUBREAPER = 36
"""From linux/prctl.h."""


@dataclass(frozen=True)
class Ran:
    """One run of the command line: wall seconds, its JSON events, the most memory its own process held (bytes), and
    processor seconds of that process (`own`), of all that it started (`commands`), and of the rest of the machine
    meanwhile (`others`): the kernel's threads, other programs, and what a hypervisor gave to others."""

    seconds: float
    events: list[dict[str, object]]
    peak: int
    own: float
    commands: float
    others: float


def pipeline(*arguments: str, root: Path = ROOT, cache: Path | None = None) -> Ran:
    """Run the command line as a user would. Raises CalledProcessError."""
    env = dict(os.environ)
    if cache is not None:
        env["SLIMEPYTHON_CACHE"] = str(cache)
    command = [sys.executable, "-m", "pipeline", *arguments]
    begun, children, machine = time.monotonic(), _of_children(), _of_machine()
    events, peak, own = [], 0, 0.0
    _adopt_orphans()
    with subprocess.Popen(command, cwd=root, env=env, stdout=subprocess.PIPE, text=True) as process:
        reaper = threading.Thread(target=_reap_all_but, args=(process.pid,))
        reaper.start()
        builder = psutil.Process(process.pid)
        assert process.stdout is not None
        for line in process.stdout:
            peak, own = max(peak, _high_water(process.pid)), _own(builder)
            if line.startswith("{"):
                events.append(json.loads(line))
        reaper.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    seconds, used = time.monotonic() - begun, _of_children() - children
    return Ran(seconds, events, peak, own, used - own, max(0.0, _of_machine() - machine - used))


def _adopt_orphans() -> None:
    """Have the kernel give this process what its descendants leave behind.

    Bubblewrap ends without waiting for the first process of its sandbox, so what that one and all below it have used
    would be on nobody's account.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def _reap_all_but(pid: int) -> None:
    """Take adopted processes' usage on this one's account as they end, until `pid` has ended as well."""
    while (ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)) is not None and ended.si_pid != pid:
        os.waitpid(ended.si_pid, 0)


def _of_children() -> float:
    """Processor seconds of all processes that ended and were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _of_machine() -> float:
    """Processor seconds since the machine was started in which a processor was not idle, or was another machine's."""
    spent = psutil.cpu_times()  # what guests took is in `user` and `nice`
    return float(spent.user + spent.nice + spent.system + spent.irq + spent.softirq + spent.steal)


def _high_water(pid: int) -> int:
    """The most memory that a process has held so far, in bytes; its children do not count."""
    found = re.search(r"^VmHWM:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text("ascii"), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _own(process: psutil.Process) -> float:
    """Processor seconds of a process so far, without its children's."""
    spent = process.cpu_times()
    return float(spent.user + spent.system)
