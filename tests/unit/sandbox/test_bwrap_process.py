"""A started bubblewrap, with programs that only report as it does: an object a line (bwrap(1), --json-status-fd)."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from pipeline.sandbox.bwrap_process import Process, started
from pipeline.sandbox.cgroup import Group
from pipeline.sandbox.protocol import SandboxLimits

PRETENDS = """
import json, os, subprocess, sys
report = open(int(sys.argv[1]), "w")
def say(**what):
    print(json.dumps(what), file=report, flush=True)
"""
CHILD = 'child = subprocess.Popen(["sleep", "600"])\nsay(**{"child-pid": child.pid, "net-namespace": 1})\n'


@pytest.fixture
def options() -> Any:
    """A file descriptor such as bubblewrap reads its options from."""
    number = os.memfd_create("options")
    yield number
    os.close(number)


def start(code: str, options: int, group: Group | None = None) -> Any:
    def command(status: int) -> list[str]:
        return [sys.executable, "-c", PRETENDS + code, str(status)]

    return started(command, options, SandboxLimits(), ("/tmp",), group)


def is_gone(pid: int | None) -> bool:
    """Whether a process has ended, its number being of nobody or of one that only waits to be asked how."""
    return not psutil.pid_exists(pid or 0) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def open_files() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir() if path.exists()}


def test_what_it_reports_is_known_and_nothing_is_left(options: int) -> None:
    before = open_files()
    with start(CHILD + 'print("printed")\nsay(**{"exit-code": 7})', options) as process:
        assert process.exit_status() == 7
        assert os.read(process.output, 100) == b"printed\n"
        assert process.init is not None
        assert not is_gone(process.init)
        assert process.memory() is not None
    assert is_gone(process.init)
    assert open_files() == before


def test_one_that_fails_early_has_no_init_and_no_status(options: int) -> None:
    with start('sys.exit("bwrap: no")', options) as process:
        assert (process.exit_status(), process.init, process.memory(), process.processes()) == (None, None, None, None)
        assert os.read(process.output, 100) == b"bwrap: no\n"


INIT = """
import signal
child = os.fork()
if child == 0:
    os.execvp("sleep", ["sleep", "600"])
signal.signal(signal.SIGTERM, lambda *_: say(asked=1))
say(**{"child-pid": os.getpid()})
os.waitpid(child, 0)
say(**{"exit-code": 143})
"""


def test_asking_it_to_end_spares_the_init(options: int) -> None:
    """That would not care, and its end is the end of all the others."""
    with start(INIT, options) as process:
        process.terminate()
        assert process.exit_status() == 143
        assert [status for status in process.statuses() if "asked" in status] == []


def test_a_program_that_cannot_be_started_leaves_nothing_open(options: int, tmp_path: Path) -> None:
    before = open_files()
    with (
        pytest.raises(FileNotFoundError),
        started(lambda _: [str(tmp_path / "none")], options, SandboxLimits(), (), None),
    ):
        pass
    assert open_files() == before


@dataclass
class Counted:
    """A control group that answers, and remembers that it was to kill all in it."""

    killed: list[str] = field(default_factory=list)

    def memory(self) -> int:
        return 123

    def processes(self) -> int:
        return 4

    def kill(self) -> None:
        self.killed.append("all")


def test_a_control_group_counts_and_kills(options: int) -> None:
    group = Counted()
    with start(CHILD + 'say(**{"exit-code": 0})', options, cast(Group, group)) as process:
        assert (process.memory(), process.processes()) == (123, 4)
    assert group.killed
    assert is_gone(process.init)


def test_a_report_that_is_not_whole_yet_is_not_read(options: int) -> None:
    with start(CHILD, options) as process:
        process.report = bytearray(json.dumps({"child-pid": 1}).encode() + b'\n{"exit-co')
        assert process.statuses() == [{"child-pid": 1}]
        assert isinstance(process, Process)
