"""`python -m harness speed`: workloads on every tier beside a reference, in turns, in one run; and start-up.

A ratio is the reference's time divided by a runner's, taken within one round and then the median over rounds, so that
a machine that gets slower or faster meanwhile does so for all. Over 1 is faster than the reference. Workloads time
themselves, within the interpreter; start-up is the processor time of a whole process. May import the corpus' paths,
runners, results, plots.
"""

from __future__ import annotations

import ast
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from harness import plots, results
from harness.corpus import ROOT
from harness.results import Document, NotTheSameError, Recording, table
from harness.runners import ARM, Ran, Runner

WORKLOADS: Final = ROOT / "benchmarks" / "workloads"
DRIVER: Final = WORKLOADS / "driver.py"
NOTHING: Final = WORKLOADS / "nothing.py"
START_UP: Final = "start-up"
LOOPS: Final = 9
ATTEMPTS: Final = 7
"""How often a run that takes milliseconds is repeated within a round."""
_OTHERS: Final = frozenset({"driver", "nothing", "amortized"})

Times = dict[str, dict[str, list[float]]]
"""Seconds by workload and runner, one for each round."""


def workloads() -> list[Path]:
    """All workloads, by name."""
    return sorted(path for path in WORKLOADS.glob("*.py") if path.stem not in _OTHERS)


def measure(runners: Sequence[Runner], rounds: int, say: Callable[[str], None]) -> Times:
    """Everything `rounds` times, in turns. Raises `NotTheSameError`."""
    times: Times = {name: {item.name: [] for item in runners} for name in (START_UP, *(p.stem for p in workloads()))}
    for turn in range(rounds):
        ordered = [*runners[turn % len(runners) :], *runners[: turn % len(runners)]]  # nobody is always the first
        for runner in ordered:
            times[START_UP][runner.name].append(least(runner, NOTHING).cpu)
        for path in workloads():
            say(f"round {turn + 1} of {rounds}: {path.stem}")
            answers = {}
            for runner in ordered:
                answer, seconds = _timed(runner, path)
                answers[runner.name] = answer
                times[path.stem][runner.name].append(seconds)
            if len(set(map(repr, answers.values()))) > 1:
                raise NotTheSameError(f"{path.stem}: {answers}")
    return times


def least(runner: Runner, path: Path, args: Sequence[str] = (), attempts: int = ATTEMPTS) -> Ran:
    """Of some runs the one that a processor worked for least: others on the machine only ever add."""
    runs = [_checked(runner.run(path, args), runner, path) for _ in range(attempts)]
    return min(runs, key=lambda ran: ran.cpu)


def _timed(runner: Runner, path: Path) -> tuple[object, float]:
    ran = _checked(runner.run(DRIVER, [str(path), str(LOOPS)], dirs=[WORKLOADS]), runner, path)
    answer, seconds = ast.literal_eval(ran.out.decode())
    return answer, min(seconds)  # others on the machine only ever add


def _checked(ran: Ran, runner: Runner, path: Path) -> Ran:
    if ran.status != 0:
        last = ran.err.decode(errors="replace").strip().splitlines()[-1:]
        raise NotTheSameError(f"{runner.name} ended with {ran.status} in {path.stem}: {last}")
    return ran


def ratios(times: Mapping[str, Mapping[str, Sequence[float]]], baseline: str) -> dict[str, dict[str, float]]:
    """The baseline's time divided by each runner's, by workload: medians over rounds."""
    return {
        workload: {
            runner: statistics.median(theirs / ours for theirs, ours in zip(by_runner[baseline], seconds, strict=True))
            for runner, seconds in by_runner.items()
        }
        for workload, by_runner in times.items()
    }


def geometric_mean(values: Sequence[float]) -> float:
    """Of ratios."""
    return math.exp(statistics.fmean(map(math.log, values)))


def document(runners: Sequence[Runner], times: Times) -> Document:
    """All single measurements and what comes of them."""
    baseline = runners[0].name
    found = ratios(times, baseline)
    work = [name for name in found if name != START_UP]
    return {
        "baseline": baseline,
        "runners": results.describe(runners),
        "rounds": len(times[START_UP][baseline]),
        "seconds": times,
        "ratios": found,
        "means": {item.name: geometric_mean([found[name][item.name] for name in work]) for item in runners},
    }


def main(runners: Sequence[Runner], rounds: int, recording: Recording, say: Callable[[str], None]) -> int:
    """Measure, show, write down. What is emulated is left out: its time says nothing."""
    measured = [item for item in runners if item.target != ARM]
    made = document(measured, measure(measured, rounds, say))
    show(made)
    names = [name for name in made["ratios"] if name != START_UP]
    others = [item.name for item in measured[1:]]
    if path := recording.write(made, results.archives(measured)):
        plots.bars(
            path.with_suffix(".svg"),
            f"Speed beside {made['baseline']} (over 1 is faster)",
            "speed",
            names,
            {other: [made["ratios"][name][other] for name in names] for other in others},
        )
    say(results.where(path, recording.name))
    return 0


def show(document: Document) -> None:
    """The table."""
    baseline = document["baseline"]
    others = [item["name"] for item in document["runners"] if item["name"] != baseline]
    rows = [
        (name, f"{statistics.median(document['seconds'][name][baseline]) * 1000:.1f}", *(_times(by[o]) for o in others))
        for name, by in document["ratios"].items()
    ]
    rows.append(("geometric mean of the workloads", "", *(_times(document["means"][other]) for other in others)))
    title = f"speed beside {baseline}: over 1 is faster (medians of {document['rounds']} rounds)"
    results.console().print(table(title, ["", "its ms", *others], rows))


def _times(ratio: float) -> str:
    return f"{ratio:.2f}×"
