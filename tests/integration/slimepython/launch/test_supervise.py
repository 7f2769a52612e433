"""slimepython.launch.supervise with real processes, signals and a real terminal."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from slimepython.launch.supervise import FORWARDED

ROOT = Path(__file__).parents[4]
DRIVER = """
import os, sys
from slimepython.launch.supervise import end_likewise, supervise_child
sys.exit(end_likewise(supervise_child([sys.executable, "-c", sys.argv[1]], dict(os.environ))))
"""
SECONDS = 120
READY = "import signal, sys, time, os\n"
"""A child says that it is ready, by its process id on stdout."""


def start(code: str, **options: object) -> subprocess.Popen[bytes]:
    """A supervised Python child that runs `code`.

    Both are in a process group of their own: in one that nobody in its session waits for, as a service's is, the kernel
    drops a SIGTSTP.
    """
    given: dict[str, object] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": ROOT, **options}
    given["process_group"] = 0
    return subprocess.Popen([sys.executable, "-c", DRIVER, READY + code], **given)  # type: ignore[call-overload, no-any-return]


def wait_for_line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    return process.stdout.readline()


def ended(process: subprocess.Popen[bytes]) -> int:
    """Wait for its end; its status, or minus the signal."""
    process.communicate(timeout=SECONDS)
    return process.returncode


def state(pid: int) -> str:
    """A process's state letter."""
    return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]


def wait_for_state(pid: int, wanted: str) -> None:
    """Wait until a process has stopped (T) or sleeps (S), for a bounded time."""
    until = time.monotonic() + SECONDS
    while (now := state(pid)) != wanted:
        assert time.monotonic() < until, f"it is {now}, not {wanted}"
        time.sleep(0.01)


@pytest.mark.parametrize("status", [0, 1, 42, 255])
def test_the_status_is_the_childs(status: int) -> None:
    assert ended(start(f"sys.exit({status})")) == status


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGPIPE])
def test_death_by_a_signal_is_the_childs(number: signal.Signals) -> None:
    code = f"signal.signal({number}, signal.SIG_DFL) if {number} != 9 else 0\nos.kill(os.getpid(), {number})"
    assert ended(start(code)) == -number


def test_every_signal_is_passed_on() -> None:
    """All that can be caught: each is sent to the one that supervises, and said by the child."""
    assert {1, 2, 3, 10, 12, 14, 15, 21, 22, 24, 26, 27, signal.SIGRTMIN, signal.SIGRTMAX} <= FORWARDED
    code = (
        f"for number in {sorted(map(int, FORWARDED))}:\n"
        "    signal.signal(number, lambda number, _: print(number, flush=True))\n"
        "print('ready', flush=True)\nsys.stdin.read()"
    )
    process = start(code, stdin=subprocess.PIPE)
    assert wait_for_line(process) == b"ready\n"
    for number in sorted(FORWARDED):
        process.send_signal(number)
        assert int(wait_for_line(process)) == number
    assert ended(process) == 0


@pytest.mark.parametrize("name", ["SIGUSR1", "SIGALRM", "SIGXCPU", "SIGVTALRM", "SIGRTMIN"])
def test_a_signal_that_nobody_catches_ends_both(name: str) -> None:
    process = start("print(1, flush=True)\ntime.sleep(600)")
    wait_for_line(process)
    process.send_signal(getattr(signal, name))
    assert ended(process) == -getattr(signal, name)


def test_a_timer_that_was_running_before_is_the_childs() -> None:
    """As if the interpreter had been called itself: an alarm outlives `execve`."""
    code = "print(1, flush=True)\ntime.sleep(600)"
    process = start(code, preexec_fn=lambda: signal.setitimer(signal.ITIMER_REAL, 2))
    assert ended(process) == -signal.SIGALRM


def test_interrupting_shows_pythons_own_traceback() -> None:
    process = start("print(1, flush=True)\ntime.sleep(600)")
    wait_for_line(process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == -signal.SIGINT
    assert err.rstrip().endswith(b"KeyboardInterrupt")
    assert err.count(b"Traceback") == 1, "the one that supervises has nothing to say"


def test_stopping_and_going_on() -> None:
    process = start("print(os.getpid(), flush=True)\nwhile not os.path.exists(sys.argv[0] + '/none'): time.sleep(0.01)")
    child = int(wait_for_line(process))
    for _ in range(2):
        process.send_signal(signal.SIGTSTP)
        wait_for_state(child, "T")
        wait_for_state(process.pid, "T")
        process.send_signal(signal.SIGCONT)
        wait_for_state(child, "S")
        wait_for_state(process.pid, "S")
    process.terminate()
    assert ended(process) == -signal.SIGTERM


def test_a_child_that_stops_itself_stops_both() -> None:
    process = start("print(os.getpid(), flush=True)\nos.kill(os.getpid(), signal.SIGSTOP)\nsys.exit(5)")
    child = int(wait_for_line(process))
    wait_for_state(child, "T")
    wait_for_state(process.pid, "T")
    process.send_signal(signal.SIGCONT)
    assert ended(process) == 5


def test_nothing_of_the_supervision_is_inherited() -> None:
    """Signal mask, ignored signals and descriptors are as in a Python that was started directly.

    But for 32 and 33, glibc's own, which its posix_spawn leaves ignored and its threads set up anew.
    """
    code = (
        "fields = dict(line.split(':') for line in open('/proc/self/status').read().splitlines())\n"
        "print(int(fields['SigBlk'], 16), int(fields['SigIgn'], 16) & ~(3 << 31), os.listdir('/proc/self/fd'))"
    )
    direct = subprocess.run([sys.executable, "-c", READY + code], capture_output=True, check=True, cwd=ROOT)
    out, _ = start(code).communicate()
    assert out == direct.stdout


def test_a_parent_that_ignores_its_children() -> None:
    """A disposition that is inherited and would lose the status."""
    process = start("sys.exit(9)", preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    assert ended(process) == 9


def test_standard_input_and_both_outputs() -> None:
    code = "data = sys.stdin.buffer.read()\nsys.stdout.buffer.write(data[::-1])\nsys.stderr.buffer.write(data)"
    process = start(code, stdin=subprocess.PIPE)
    assert process.communicate(b"\0\xffabc") == (b"cba\xff\0", b"\0\xffabc")


def test_ctrl_c_reaches_the_child_once() -> None:
    """In a terminal the kernel sends it to the whole group: passing it on would make two of it."""
    code = (
        "seen = []\nsignal.signal(signal.SIGINT, lambda *_: seen.append(1))\nprint('ready', flush=True)\n"
        "while not seen: time.sleep(0.01)\ntime.sleep(0.3)\nprint('seen', len(seen), flush=True)"
    )
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-c", DRIVER, READY + code])
    shown = b""
    sent = False
    while not re.search(rb"seen \d", shown):
        shown += os.read(terminal, 1000)
        if b"ready" in shown and not sent:
            os.write(terminal, b"\x03")
            sent = True
    assert b"seen 1" in shown
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    os.close(terminal)


def test_a_lost_terminal_reaches_the_child(tmp_path: Path) -> None:
    """Of that the kernel tells the session's leader, which is the one that supervises."""
    told = tmp_path / "told"
    code = (
        f"signal.signal(signal.SIGHUP, lambda *_: (open({str(told)!r}, 'w'), os._exit(0)))\n"
        "print('ready', flush=True)\ntime.sleep(600)"
    )
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-c", DRIVER, READY + code])
    shown = b""
    while b"ready" not in shown:
        shown += os.read(terminal, 1000)
    os.close(terminal)
    # The leader is told as one of the group as well: the second time may find it with no child left to tell.
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) in (0, -signal.SIGHUP)
    assert told.exists()
