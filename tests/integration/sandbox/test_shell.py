"""The interactive shell: on a terminal, and fed from a pipe."""

from __future__ import annotations

import os
import pickle
import pty
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.sandbox.protocol import Engine, Sandbox

ROOT = Path(__file__).parents[3]
SHELL = """
import pickle, sys
from pathlib import Path
from pipeline.sandbox.auto import engines
sandbox = pickle.loads(Path(sys.argv[2]).read_bytes())
engine = next(engine for engine in engines() if engine.name == sys.argv[1])
raise SystemExit(engine.shell(sandbox))
"""
SCRIPT = b"[ -t 0 ] && echo termi''nal; echo sum $((40 + 2)); pwd; echo kept > file; exit 5\n"


@pytest.fixture
def command(engine: Engine, sandbox: Sandbox, tmp_path: Path) -> list[str]:
    wanted = replace(sandbox, command=("/bin/sh",), env={"TERM": "dumb"})
    path = tmp_path / "sandbox.pickle"
    path.write_bytes(pickle.dumps(wanted))
    return [sys.executable, "-c", SHELL, engine.name, str(path)]


def test_a_shell_fed_from_a_pipe(command: list[str], tmp_path: Path) -> None:
    done = subprocess.run(command, input=SCRIPT, capture_output=True, timeout=180, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (5, b"sum 42\n/out\n", b"")
    assert (tmp_path / "out" / "file").read_text() == "kept\n"
    assert (tmp_path / "out" / "file").stat().st_uid == os.geteuid()


def test_a_shell_on_a_terminal(command: list[str], tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, start_new_session=True) as it:
        os.close(theirs)
        shown = b""
        while b"$ " not in shown:
            shown += os.read(ours, 1000)
        os.write(ours, SCRIPT)
        try:
            while data := os.read(ours, 1000):
                shown += data
        except OSError:
            pass  # the terminal's other side is closed
    os.close(ours)
    assert it.returncode == 5, shown
    assert b"terminal" in shown
    assert b"sum 42" in shown
    assert (tmp_path / "out" / "file").read_text() == "kept\n"
