"""Measures the pipeline and the runtime: `python -m benchmarks.measure WHAT…` (see README.md beside this file).

Runs the command lines as a user would and reads the pipeline's JSON events, but for single actions.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks import decision, overhead, share, wasi_start
from benchmarks.figures import ROOT, Figures, Reach, reaches, with_reaches
from pipeline.cli.app import session
from pipeline.cli.settings import Settings, cache_folder
from pipeline.plan.graph import plan_toolchains

RESULTS = Path(__file__).parent / "results"

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


def unchanged() -> Figures:
    """Five builds of the whole release with nothing to do, after one that makes sure of that."""
    pipeline("build", "--json")
    runs = [pipeline("build", "--json") for _ in range(5)]
    seconds = [run.seconds for run in runs]
    median, peak = statistics.median(seconds), max(run.peak for run in runs)
    return with_reaches(
        {"seconds": seconds, "median_seconds": median, "peak_memory_bytes": peak},
        [Reach("a build-full with nothing changed", round(median, 2), 3, "s"), _memory(peak)],
    )


def _memory(peak: int) -> Reach:
    return Reach("memory of the builder itself", round(peak / 1e6, 1), 200, "MB")


def _touched(change: Callable[[Path], None]) -> list[str]:
    """What building the native Full interpreter runs in a copy of the project, after a change."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".nox", "artifacts", "__pycache__"))
        change(copy)
        built = pipeline("build", "cpython@x86_64", "--json", root=copy).events[-1]["built"]
        assert isinstance(built, dict)
        return sorted(built)


def touch() -> Figures:
    """What a change to a probe, a comment and a flag has built anew, once everything is in the store."""

    def probe(root: Path) -> None:
        path = root / "pipeline" / "probe" / "elf.py"
        path.write_text(path.read_text("utf-8") + "\n# touched\n", "utf-8")

    def comment(root: Path) -> None:
        path = root / "recipes" / "zlib" / "recipe.yaml"
        path.write_text("# touched\n" + path.read_text("utf-8"), "utf-8")

    def flag(root: Path) -> None:
        # A name nobody asks for, new each time, so that no result of an earlier measurement fits.
        path = root / "recipes" / "zlib" / "recipe.yaml"
        text = path.read_text("utf-8")
        changed = text.replace("      make libz.a\n", f"      make libz.a UNUSED={time.time_ns()}\n")
        assert changed != text
        path.write_text(changed, "utf-8")

    pipeline("build", "cpython@x86_64", "--json")
    ran = {change.__name__: _touched(change) for change in (probe, comment, flag)}
    builds = {name: [each for each in actions if each.startswith("build/")] for name, actions in ran.items()}
    others = [each for each in builds["flag"] if not each.startswith("build/zlib-")]
    return with_reaches(
        {name: list(actions) for name, actions in ran.items()},
        [
            Reach("builds after a touched probe", len(builds["probe"]), 0, "builds"),
            Reach("builds after a touched comment", len(builds["comment"]), 0, "builds"),
            Reach("builds after a changed flag of zlib that changes nothing, but zlib's", len(others), 0, "builds"),
        ],
    )


def rootfs() -> Figures:
    """Three times into an empty store, packages cached: seconds of each toolchain's own action."""
    runs: dict[str, list[float]] = {}
    for _ in range(3):
        with _empty_store() as cache:
            for name in ("llvm-22", "rust-1.97"):
                with session(Settings(root=ROOT, cache=cache)) as app:
                    report = app.run(plan_toolchains(app.project, [name]))
                runs.setdefault(name, []).append(report.built[f"rootfs/{name}"])
    medians = {name: statistics.median(seconds) for name, seconds in runs.items()}
    return with_reaches(
        {name: {"seconds": seconds, "median_seconds": medians[name]} for name, seconds in runs.items()},
        [Reach(f"{name} from cached packages", round(median, 1), 30, "s") for name, median in medians.items()],
    )


def cold() -> Figures:
    """The whole release once, into an empty store."""
    with _empty_store() as cache:
        return cold_in(cache)


def cold_in(cache: Path) -> Figures:
    """The whole release into the store in `cache`, which stays there."""
    ran = pipeline("build", "--json", cache=cache)
    seconds, events = ran.seconds, ran.events
    published = [event for event in events if event.get("event") == "published"]
    built = events[-1]["built"]
    assert isinstance(built, dict)
    jobs = len(os.sched_getaffinity(0))
    available = jobs - ran.others / seconds
    ratio = seconds / (ran.commands / available)
    work = sum(float(value) for value in built.values())
    figures = {
        "wall_seconds": seconds,
        "first_published_seconds": published[0]["at"],
        "first_published": published[0]["artifact"],
        "builder_peak_memory_bytes": ran.peak,
        "processors": jobs,
        "builder_processor_seconds": ran.own,
        "commands_processor_seconds": ran.commands,
        "others_processor_seconds": ran.others,
        "processors_available": available,
        "wall_over_commands_by_processors": ratio,
        "sum_of_action_seconds": work,
        "actions": dict(sorted(built.items(), key=lambda item: -float(item[1]))),
        "artifacts": events[-1]["artifacts"],
    }
    wanted = [
        Reach("a cold build-full", round(seconds / 60, 1), 60, "min"),
        Reach("its time over its commands' own by processor", round(ratio, 3), 1.05, "times"),
        Reach("its first artifact", round(float(str(published[0]["at"])) / 60, 1), 15, "min"),
        _memory(ran.peak),
    ]
    return with_reaches(figures, wanted)


class _empty_store:
    """A cache folder with the real downloads and an empty store."""

    def __enter__(self) -> Path:
        self.folder = tempfile.TemporaryDirectory(dir=cache_folder())
        path = Path(self.folder.name)
        (path / "downloads").symlink_to(cache_folder() / "downloads")
        return path

    def __exit__(self, *_: object) -> None:
        (Path(self.folder.name) / "downloads").unlink()
        self.folder.cleanup()


MEASUREMENTS: dict[str, Callable[[], Figures]] = {
    "unchanged": unchanged,
    "touch": touch,
    "rootfs": rootfs,
    "cold": cold,
    "decision": decision.measure,
    "overhead": overhead.measure,
    "wasi-start": wasi_start.measure,
    "share": share.measure,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what is named and write one result file each; the exit status is 1 if a figure misses its reach."""
    parser = argparse.ArgumentParser(prog="benchmarks.measure", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", nargs="+", choices=list(MEASUREMENTS))
    RESULTS.mkdir(exist_ok=True)
    missed = False
    for what in parser.parse_args(argv).what:
        figures = MEASUREMENTS[what]()
        (RESULTS / f"{what}.json").write_text(json.dumps(figures, indent=1, sort_keys=what == "share") + "\n", "utf-8")
        if wanted := reaches(figures):
            print("\n".join(each.shown for each in wanted))
            missed |= not all(each.kept for each in wanted)
        else:
            print(json.dumps({what: figures}, indent=2))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
