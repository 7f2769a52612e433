"""A run in wasm that a signal ends: nothing of it is left; the module here is a made-up one that never ends."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import wasmtime

from slimepython.install.engine import digest_file, make_engine

ROOT = Path(__file__).parents[4]
ENDLESS = '(module (memory (export "memory") 1) (func (export "_start") (loop br 0)))'
DRIVER = """
import sys
from pathlib import Path
from slimepython.dispatch import Program
from slimepython.launch.interrupt import tidily
from slimepython.launch.sandbox import Grants, Limits, Stdin
from slimepython.launch.wasm import run
from slimepython.router.signals import Tier
script, cwasm = map(Path, sys.argv[1:])
program = Program(Tier.LIGHT, script.with_name("module.wasm"), root=script.parent, cwasm=cwasm)
with tidily():
    run(program, script, [], Grants(), Limits(seconds=60), Stdin.FORBIDDEN)
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGQUIT", "SIGUSR1", "SIGALRM", "SIGXCPU", "SIGRTMAX"])
def test_nothing_is_left(name: str, tmp_path: Path) -> None:
    script, cwasm, scratch = tmp_path / "s.py", tmp_path / "module.cwasm", tmp_path / "scratch"
    script.write_text("pass\n")
    scratch.mkdir()
    cwasm.write_bytes(bytes(wasmtime.Module(make_engine(), ENDLESS).serialize()))
    digest_file(cwasm).write_text(hashlib.sha256(cwasm.read_bytes()).hexdigest())
    # No core of what SIGQUIT ends.
    command = ["sh", "-c", 'ulimit -c 0; exec "$@"', "sh", sys.executable, "-c", DRIVER, str(script), str(cwasm)]
    process = subprocess.Popen(command, env={**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(ROOT)})
    while not list(scratch.glob("*/script/s.py")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(getattr(signal, name))
    assert process.wait(60) == -getattr(signal, name)
    assert list(scratch.iterdir()) == []
