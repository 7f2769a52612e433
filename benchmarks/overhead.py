"""What `slimepython run` adds to a script on Full, beside exec'ing the interpreter itself.

The package is installed as its users install it, and run by its console script and by `python -m`; the interpreter is
exec'ed with the words that `run` gives it, by its path as `slimepython which` prints it: whoever does that once has
nothing in between afterwards. Processes run in turns, whole, after one of each that is not counted. The least of each
counts, since whatever else runs on the machine can only add; processor time (with children) stands beside it. May
import the package's installation.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.figures import Figures, Measured, Reach, installed, of_home, say, with_reaches
from harness.package import install_package
from slimepython.launch import native

ROUNDS = 40
REACH_MS = 30.0
DIRECT = "exec"


def measure() -> Measured:
    """Milliseconds of whole processes, by the way that they were started."""
    with tempfile.TemporaryDirectory(prefix="overhead-") as name:
        folder = Path(name)
        say("installing the package, and Full")
        programs = install_package(folder / "venv")
        env = native.environment(installed(folder / "home", ("full", "native")))
        entry = subprocess.run([programs / "slimepython", "which"], env=env, check=True, capture_output=True, text=True)
        script = folder / "nothing.py"
        script.write_text("pass\n", "ascii")
        run = ["run", str(script)]
        ways = {
            DIRECT: native.command_line(entry.stdout.strip(), [str(script)]),
            "slimepython run": [str(programs / "slimepython"), *run],
            "python -m slimepython run": [str(programs / "python"), "-m", "slimepython", *run],
        }
        wall, cpu = in_turns(ways, env)
        return of_home(figures_of(wall, cpu), folder / "home")


def figures_of(wall: Mapping[str, Sequence[float]], cpu: Mapping[str, Sequence[float]]) -> Figures:
    """What comes of the milliseconds of each way, the first of which is exec'ed."""
    least = {way: min(times) for way, times in wall.items()}
    more = {way: round(least[way] - least[DIRECT], 2) for way in wall if way != DIRECT}
    figures = {
        "rounds": ROUNDS,
        "least_ms": least,
        "median_ms": {way: statistics.median(times) for way, times in wall.items()},
        "least_processor_ms": {way: min(times) for way, times in cpu.items()},
        "more_ms": more,
        "wall_ms": wall,
        "processor_ms": cpu,
    }
    return with_reaches(figures, [Reach(f"{way} over exec", ms, REACH_MS, "ms") for way, ms in more.items()])


def in_turns(
    ways: Mapping[str, Sequence[str]], env: Mapping[str, str]
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Wall and processor milliseconds of each way, `ROUNDS` times; nobody is always the first."""
    wall: dict[str, list[float]] = {way: [] for way in ways}
    cpu: dict[str, list[float]] = {way: [] for way in ways}
    names = list(ways)
    for turn in range(ROUNDS + 1):
        if turn % 10 == 0:
            say(f"round {turn} of {ROUNDS}")
        for way in (*names[turn % len(names) :], *names[: turn % len(names)]):
            began = time.perf_counter()
            pid = os.posix_spawn(ways[way][0], list(ways[way]), env)
            _, status, used = os.wait4(pid, 0)
            seconds = time.perf_counter() - began
            if status:
                raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), ways[way])
            if turn:  # the first one reads everything from the disk, and notes what is ready
                wall[way].append(round(seconds * 1000, 3))
                cpu[way].append(round((used.ru_utime + used.ru_stime) * 1000, 3))
    return wall, cpu
