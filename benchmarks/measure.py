"""Measures the pipeline and the runtime: `python -m benchmarks.measure WHAT…` (see README.md beside this file).

Runs the command lines as a user would and reads the pipeline's JSON events, but for single actions.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import decision, overhead, share, wasi_start
from benchmarks.figures import ROOT, Measured, Reach, reaches, with_reaches
from benchmarks.ran import Ran, pipeline
from harness import results
from pipeline.cli.app import session
from pipeline.cli.settings import Settings, cache_folder
from pipeline.plan.graph import plan_toolchains


def unchanged() -> Measured:
    """Five builds of the whole release with nothing to do, after one that makes sure of that."""
    pipeline("build", "--json")
    runs = [pipeline("build", "--json") for _ in range(5)]
    seconds = [run.seconds for run in runs]
    median, peak = statistics.median(seconds), max(run.peak for run in runs)
    figures = with_reaches(
        {"seconds": seconds, "median_seconds": median, "peak_memory_bytes": peak},
        [Reach("a build-full with nothing changed", round(median, 2), 3, "s"), _memory(peak)],
    )
    return Measured(figures, _published(runs[-1]), release=results.RELEASE)


def _published(ran: Ran) -> frozenset[str]:
    """The digests of what a build published."""
    artifacts = ran.events[-1]["artifacts"]
    assert isinstance(artifacts, list)
    return frozenset(item["sha256"] for item in artifacts)


def _memory(peak: int) -> Reach:
    return Reach("memory of the builder itself", round(peak / 1e6, 1), 200, "MB")


def _touched(change: Callable[[Path], None]) -> list[str]:
    """What building the native Full interpreter runs in a copy of the project, after a change."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(
            ROOT, copy, ignore=shutil.ignore_patterns(".git", ".nox", "artifacts", "measured", "__pycache__")
        )
        change(copy)
        built = pipeline("build", "cpython@x86_64", "--json", root=copy).events[-1]["built"]
        assert isinstance(built, dict)
        return sorted(built)


def touch() -> Measured:
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
    wanted = [
        Reach("builds after a touched probe", len(builds["probe"]), 0, "builds"),
        Reach("builds after a touched comment", len(builds["comment"]), 0, "builds"),
        Reach("builds after a changed flag of zlib that changes nothing, but zlib's", len(others), 0, "builds"),
    ]
    return Measured(with_reaches({name: list(actions) for name, actions in ran.items()}, wanted))


def rootfs() -> Measured:
    """Three times into an empty store, packages cached: seconds of each toolchain's own action."""
    runs: dict[str, list[float]] = {}
    for _ in range(3):
        with _empty_store() as cache:
            for name in ("llvm-22", "rust-1.97"):
                with session(Settings(root=ROOT, cache=cache)) as app:
                    report = app.run(plan_toolchains(app.project, [name]))
                runs.setdefault(name, []).append(report.built[f"rootfs/{name}"])
    medians = {name: statistics.median(seconds) for name, seconds in runs.items()}
    figures = {name: {"seconds": seconds, "median_seconds": medians[name]} for name, seconds in runs.items()}
    wanted = [Reach(f"{name} from cached packages", round(median, 1), 30, "s") for name, median in medians.items()]
    return Measured(with_reaches(figures, wanted))


def cold() -> Measured:
    """The whole release once, into an empty store."""
    with _empty_store() as cache:
        return cold_in(cache)


def cold_in(cache: Path) -> Measured:
    """The whole release into the store in `cache`, which stays there."""
    return of_cold(pipeline("build", "--json", cache=cache), len(os.sched_getaffinity(0)))


def of_cold(ran: Ran, processors: int) -> Measured:
    """What comes of a build of everything, on a machine with that many processors."""
    seconds, events = ran.seconds, ran.events
    published = [event for event in events if event.get("event") == "published"]
    built = events[-1]["built"]
    assert isinstance(built, dict)
    available = processors - ran.others / seconds
    by_all, by_available = seconds / (ran.commands / processors), seconds / (ran.commands / available)
    work = sum(float(value) for value in built.values())
    figures = {
        "wall_seconds": seconds,
        "first_published_seconds": published[0]["at"],
        "first_published": published[0]["artifact"],
        "builder_peak_memory_bytes": ran.peak,
        "processors": processors,
        "builder_processor_seconds": ran.own,
        "commands_processor_seconds": ran.commands,
        "others_processor_seconds": ran.others,
        "processors_available": available,
        "wall_over_commands_by_all_processors": by_all,
        "wall_over_commands_by_available_processors": by_available,
        "sum_of_action_seconds": work,
        "actions": dict(sorted(built.items(), key=lambda item: -float(item[1]))),
        "artifacts": events[-1]["artifacts"],
    }
    wanted = [
        Reach("a cold build-full", round(seconds / 60, 1), 60, "min"),
        Reach("its time over its commands' own by all processors", round(by_all, 3), 1.05, "times"),
        Reach("its time over its commands' own by processors available", round(by_available, 3), 1.05, "times"),
        Reach("its first artifact", round(float(str(published[0]["at"])) / 60, 1), 15, "min"),
        _memory(ran.peak),
    ]
    return Measured(with_reaches(figures, wanted), _published(ran), release=results.RELEASE)


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


MEASUREMENTS: dict[str, Callable[[], Measured]] = {
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
    """Measure what is named, write one result each, say where; the exit status is 1 if a figure misses its reach."""
    parser = argparse.ArgumentParser(prog="benchmarks.measure", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", nargs="+", choices=list(MEASUREMENTS))
    missed = False
    for what in parser.parse_args(argv).what:
        begun = results.begin(what)
        measured = MEASUREMENTS[what]()
        path = replace(begun, release=measured.release).write(measured.figures, measured.archives, measured.tables)
        wanted = reaches(measured.figures)
        print("\n".join(each.shown for each in wanted))
        missed |= not all(each.kept for each in wanted)
        print(results.where(path, what), file=sys.stderr)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
