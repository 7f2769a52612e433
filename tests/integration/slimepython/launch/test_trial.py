"""A trial natively: bounded, without effects, and gone without a trace; the interpreter here is this very one."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from slimepython.errors import LaunchError
from slimepython.launch.failure import LaunchReason
from slimepython.launch.interrupt import SIGNALS
from slimepython.launch.sandbox import Ended, Limits, Outcome
from slimepython.launch.trial import problem_of, problem_of_locale, run

ROOT = Path(__file__).parents[4]


def attempt(code: str, tmp_path: Path, limits: Limits | None = None, *, copy: bytes | None = None) -> Outcome:
    script = tmp_path / "script.py"
    script.write_text(code)
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    before = tempfile.tempdir
    tempfile.tempdir = str(scratch)
    try:
        env = {"PATH": os.environ["PATH"]}
        return run(Path(sys.executable), str(script), ["one"], env, limits or Limits(seconds=60), copy=copy)
    finally:
        tempfile.tempdir = before
        assert list(scratch.iterdir()) == []


def test_a_clean_one(tmp_path: Path) -> None:
    outcome = attempt("import sys\nprint('ü', sys.argv[1:])\n", tmp_path)
    assert (outcome.ended, outcome.status, outcome.stdout, outcome.stderr) == (
        Ended.EXITED,
        0,
        "ü ['one']\n".encode(),
        b"",
    )
    assert problem_of(outcome) is None


def test_something_else_may_be_done_meanwhile(tmp_path: Path) -> None:
    done = tmp_path / "done"
    script = tmp_path / "script.py"
    script.write_text(f"import os, time\nwhile not os.path.exists({str(done)!r}): time.sleep(0.01)\nprint('seen')\n")
    outcome = run(Path(sys.executable), str(script), [], {}, Limits(seconds=60), copy=None, meanwhile=done.touch)
    assert (outcome.ended, outcome.stdout) == (Ended.EXITED, b"seen\n")


def test_what_fails_meanwhile_ends_the_trial(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import time\ntime.sleep(7403)\n")

    def fail() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(Path(sys.executable), str(script), [], {}, Limits(seconds=60), copy=None, meanwhile=fail)
    assert [each for each in psutil.Process().children() if str(script) in each.cmdline()] == []


def test_the_limits_are_not_for_who_asks(tmp_path: Path) -> None:
    """A program that uses this package may have computed for longer than a trial may."""
    script = tmp_path / "script.py"
    script.write_text("print('clean')")
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from slimepython.launch.sandbox import Limits\nfrom slimepython.launch.trial import run\n"
        "while time.process_time() < 2.5: pass\n"
        f"print(run(Path(sys.executable), {str(script)!r}, [], {{}}, Limits(seconds=1), copy=None).ended)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() in (Ended.EXITED, Ended.TIME)


def test_a_copy_runs_under_the_scripts_name(tmp_path: Path) -> None:
    outcome = attempt("print('script')", tmp_path, copy=b"import sys, os\nprint('copy', os.path.basename(sys.argv[0]))")
    assert outcome.stdout == b"copy script.py\n"


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("import sys\nsys.exit(3)", "status 3"),
        ("import sys\nsys.exit('text')", "status 1"),
        ("1 / 0", "ZeroDivisionError"),
        ("import os\nos._exit(9)", "status 9"),
        ("import sys\nprint('x', file=sys.stderr)", "stderr"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "signal 9"),
        ("import sys\nsys.stdin.read()", "status 1"),
        ("print(object())", "kept"),
        ("import json\nprint([json])", "kept"),
    ],
)
def test_26_what_is_not_clean_does_not_count(code: str, problem: str, tmp_path: Path) -> None:
    found = problem_of(attempt(code, tmp_path))
    assert found is not None
    assert problem in found


HEAD = "class A:\n    def m(self): pass\ndef f(): yield\no = A()\n"


@pytest.mark.parametrize(
    "code",
    [
        "print(o)",
        "print(f'{o}')",
        "print('%s' % o)",
        "print('{}'.format(o))",
        "print(str([o]))",
        "print(repr({'f': f}))",
        "print([lambda: 0], {1: [].append})",
        "print((x for x in ()), f())",
        "print(o.m, [o.m])",
        "print(ValueError(o), [KeyError(f)])",
        "print(', '.join(map(repr, [o])))",
        "import functools; print(functools.partial(f))",
        "import dataclasses\n@dataclasses.dataclass\nclass D:\n    x: object\nprint(D(o))",
        "import collections; print(collections.namedtuple('P', 'x')(o), collections.deque([f]))",
        "import logging; logging.warning('%s', o)",
        "import json; print(json)",
        "import json, os; print([os], {'json': json})",
        "import sys; sys.stdout.write(str(o))",
        "print(iter([]), zip(), map(str, []), reversed([]))",
        "import weakref; print(weakref.ref(o))",
        "import io; print(io.StringIO())",
    ],
)
def test_texts_that_show_where_something_is_kept_do_not_count(code: str, tmp_path: Path) -> None:
    assert problem_of(attempt(f"{HEAD}{code}\n", tmp_path)) is not None


@pytest.mark.parametrize(
    ("env", "counts"),
    [
        ({}, True),
        ({"LANG": "C"}, True),
        ({"LC_ALL": "de_DE.UTF-8"}, True),
        ({"LANG": "de_DE.utf8@euro", "LC_ALL": ""}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({"LC_ALL": "ja_JP.eucJP", "LANG": "C.UTF-8"}, False),
    ],
)
def test_text_is_written_as_the_locale_says(env: dict[str, str], counts: bool) -> None:  # noqa: FBT001
    outcome = Outcome(Ended.EXITED, 0, "ü".encode(), b"", 0.1)
    assert (problem_of_locale(outcome, env) is None) == counts
    assert problem_of_locale(Outcome(Ended.EXITED, 0, b"u", b"", 0.1), env) is None


def test_26_binary_output_does_not_count(tmp_path: Path) -> None:
    code = "import sys\nsys.stdout.buffer.write(bytes(range(256)))"
    assert problem_of(attempt(code, tmp_path)) == "it wrote bytes that are no text"


def test_26_endless(tmp_path: Path) -> None:
    began = time.monotonic()
    outcome = attempt("print('x', flush=True)\nwhile True: pass", tmp_path, Limits(seconds=1.0))
    assert outcome.ended is Ended.TIME
    assert time.monotonic() - began < 60
    assert problem_of(outcome) == "time"


def test_26_sleeping(tmp_path: Path) -> None:
    assert attempt("import time\ntime.sleep(600)", tmp_path, Limits(seconds=1.0)).ended is Ended.TIME


def test_26_gigabytes_of_output_are_bounded(tmp_path: Path) -> None:
    code = "import os\nwhile True: os.write(1, b'x' * 65536)"
    outcome = attempt(code, tmp_path, Limits(seconds=60, output_bytes=1 << 20))
    assert outcome.ended is Ended.OUTPUT or outcome.status == 1
    assert len(outcome.stdout) <= 1 << 20
    assert problem_of(outcome) is not None


def test_26_a_file_cannot_grow(tmp_path: Path) -> None:
    code = f"open({str(tmp_path / 'big')!r}, 'wb').write(b'x' * (2 << 20))"
    assert problem_of(attempt(code, tmp_path, Limits(seconds=60, output_bytes=1 << 20))) is not None
    assert (tmp_path / "big").stat().st_size <= 1 << 20


def test_own_limits_come_back(tmp_path: Path) -> None:
    kinds = (resource.RLIMIT_FSIZE, resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_CORE)
    before = [resource.getrlimit(each) for each in kinds]
    attempt("print(1)", tmp_path)
    assert [resource.getrlimit(each) for each in kinds] == before


def test_what_cannot_be_started_is_said(tmp_path: Path) -> None:
    with pytest.raises(LaunchError) as caught:
        run(tmp_path / "none", "x.py", [], {}, Limits(), copy=None)
    assert caught.value.reason is LaunchReason.CANNOT_START


FORKS = """
import os, signal, sys, time
if os.fork() == 0:
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.close(1)
    os.close(2)
    with open({pid!r} + ".new", "w") as file:
        file.write(str(os.getpid()))
    os.rename({pid!r} + ".new", {pid!r})
    time.sleep(600)
    os._exit(0)
while not os.path.exists({pid!r}):
    time.sleep(0.01)
"""
"""A child that minds no signal and lets go of its output, and a parent that ends, or not, once the child is there."""


def is_gone(pid_file: Path) -> bool:
    """Whether the process whose number the file holds ends within a moment; else it is killed."""
    pid = int(pid_file.read_text("ascii"))
    for _ in range(500):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    return False


@pytest.mark.parametrize(
    ("then", "ended"),
    [
        ("print('done')", Ended.EXITED),
        ("os._exit(3)", Ended.EXITED),
        ("os.kill(os.getpid(), signal.SIGKILL)", Ended.TRAPPED),
        ("time.sleep(600)", Ended.TIME),
    ],
)
def test_26_forks(then: str, ended: Ended, tmp_path: Path) -> None:
    """However the parent ends, its child is ended with it and does nothing later."""
    pid = tmp_path / "pid"
    outcome = attempt(FORKS.format(pid=str(pid)) + then, tmp_path, Limits(seconds=5 if ended is Ended.TIME else 60))
    assert outcome.ended is ended
    assert is_gone(pid)


DRIVER = """
import os, sys
from pathlib import Path
from slimepython.launch.interrupt import tidily
from slimepython.launch.sandbox import Limits
from slimepython.launch.trial import run
with tidily():
    run(Path(sys.executable), sys.argv[1], [], dict(os.environ), Limits(seconds=60), copy=None)
"""


@pytest.mark.parametrize("number", sorted(SIGNALS - {signal.SIGPIPE, signal.SIGXFSZ} | {signal.SIGKILL}))
def test_26_whatever_ends_this_process_ends_all_of_it(number: signal.Signals, tmp_path: Path) -> None:
    """The trial is not in the group that a terminal's signals go to. Python ignores SIGPIPE and SIGXFSZ."""
    script, pid, scratch = tmp_path / "script.py", tmp_path / "pid", tmp_path / "scratch"
    script.write_text(FORKS.format(pid=str(pid)) + "time.sleep(600)\n")
    scratch.mkdir()
    env = {**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(Path(__file__).parents[4])}
    # No core of what SIGQUIT ends.
    command = ["sh", "-c", 'ulimit -c 0; exec "$@"', "sh", sys.executable, "-c", DRIVER, str(script)]
    process = subprocess.Popen(command, env=env, start_new_session=True)
    while not pid.exists():
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, number)
    assert process.wait(60) == -number
    assert is_gone(pid)
    assert number == signal.SIGKILL or list(scratch.iterdir()) == []


def test_an_interrupted_one_leaves_no_process(tmp_path: Path) -> None:
    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(KeyboardInterrupt):
            attempt("while True: pass", tmp_path)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
