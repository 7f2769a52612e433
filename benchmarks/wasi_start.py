"""Where the time of starting Light in wasm goes, from the command to its answer.

Runs `slimepython run --platform wasi --router light` on a script that prints one word, in new processes, and the same
steps one by one in a process of their own: importing the engine, comparing the compiled module's digest, making the
engine, loading the module, running it. The fastest of each counts, since whatever else runs on the machine can only
add. May import the runtime.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.figures import ROOT, Figures, Measured, Reach, installed, of_home, say, with_reaches

TIMES = 20
REACH_MS = 150.0


def measure() -> Measured:
    """Milliseconds of the whole, and of each step."""
    with tempfile.TemporaryDirectory(prefix="wasi-start-") as name:
        folder = Path(name)
        env = installed(folder / "home", ("light", "wasi"))
        script = folder / "hello.py"
        script.write_text("print('hello')\n", "ascii")
        command = [sys.executable, "-m", "slimepython", "run", "--platform", "wasi", "--router", "light", str(script)]
        inner = [sys.executable, "-m", "benchmarks.wasi_start", str(script)]
        whole, found = [], []
        for turn in range(TIMES + 1):
            if turn % 5 == 0:
                say(f"round {turn} of {TIMES}")
            began = time.perf_counter()
            said = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True).stdout
            seconds = time.perf_counter() - began
            assert said == b"hello\n"
            told = subprocess.run(inner, cwd=ROOT, env=env, check=True, capture_output=True).stdout
            if turn:  # the first one is not warm
                whole.append(round(seconds * 1000, 2))
                found.append(json.loads(told))
        return of_home(figures_of(whole, found), folder / "home")


def figures_of(whole: Sequence[float], found: Sequence[Mapping[str, float]]) -> Figures:
    """What comes of the milliseconds of whole runs, and of their steps."""
    figures = {
        "times": TIMES,
        "least_ms": min(whole),
        "median_ms": statistics.median(whole),
        "least_steps_ms": {step: min(each[step] for each in found) for step in found[0]},
        "whole_ms": whole,
    }
    return with_reaches(figures, [Reach("Light in wasm, from the command to its end", min(whole), REACH_MS, "ms")])


def steps(script: Path) -> dict[str, float]:
    """Milliseconds of each step, here and now."""
    times = {}
    began = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal began
        now = time.perf_counter()
        times[name] = round((now - began) * 1000, 2)
        began = now

    from slimepython import dispatch
    from slimepython.launch.sandbox import Grants, Limits
    from slimepython.router.signals import Platform, Tier

    lap("import_runtime")
    request = dispatch.Request(str(script), router="light", platform=Platform.WASI)
    program = dispatch.require_program(request, Tier.LIGHT)
    lap("find")
    assert program.cwasm is not None
    from slimepython.install.engine import is_intact, make_engine

    assert is_intact(program.cwasm)
    lap("digest")
    from wasmtime import Module

    lap("import_engine")
    engine = make_engine()
    lap("make_engine")
    Module.deserialize_file(engine, str(program.cwasm))
    lap("load")
    from slimepython.launch.wasm import run

    began = time.perf_counter()
    outcome = run(program, script, [], Grants(), Limits(), b"")
    times["run_with_engine_and_load"] = round((time.perf_counter() - began) * 1000, 2)
    times["run"] = round(outcome.seconds * 1000, 2)
    return times


if __name__ == "__main__":
    print(json.dumps(steps(Path(sys.argv[1]))))
