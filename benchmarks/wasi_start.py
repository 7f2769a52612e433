"""`python -m benchmarks.wasi_start`: where the time of starting Light in wasm goes, from the command to its answer.

Runs `slimepython run --platform wasi --router light` on a script that prints one word, in new processes, and the same
steps one by one in a process of their own: importing the engine, comparing the compiled module's digest, making the
engine, loading the module, running it. The fastest of each counts, since whatever else runs on the machine can only
add. May import the runtime.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "wasi_start.json"


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


def main() -> int:
    """Measure, show, keep."""
    parser = argparse.ArgumentParser(prog="benchmarks.wasi_start", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--steps", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.steps:
        print(json.dumps(steps(options.steps)))
        return 0
    with tempfile.TemporaryDirectory(prefix="wasi-start-") as folder:
        script = Path(folder, "hello.py")
        script.write_text("print('hello')\n", "ascii")
        environ = {**os.environ, "SLIMEPYTHON_HOME": os.environ.get("SLIMEPYTHON_HOME", f"{folder}/home")}
        slimepython = [sys.executable, "-m", "slimepython"]
        install = [*slimepython, "install", "--from", "artifacts", "--tier", "light", "--platform", "wasi"]
        subprocess.run(install, cwd=ROOT, env=environ, check=True, capture_output=True)
        whole, found = [], []
        for _ in range(options.times):
            began = time.perf_counter()
            command = [*slimepython, "run", "--platform", "wasi", "--router", "light", str(script)]
            said = subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True).stdout
            whole.append((time.perf_counter() - began) * 1000)
            assert said == b"hello\n"
            command = [sys.executable, "-m", "benchmarks.wasi_start", "--steps", str(script)]
            said = subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True).stdout
            found.append(json.loads(said))
        document = {
            "times": options.times,
            "whole_ms": round(min(whole), 1),
            "steps_ms": {name: min(each[name] for each in found) for name in found[0]},
        }
    print(json.dumps(document, indent=1))
    RESULTS.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
