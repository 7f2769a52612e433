"""`python -m harness amortize`: how start-up is paid back: one process that does a thing M times, M = 1 … 10⁶.

A ratio is a runner's whole processor time divided by the reference's (under 1 is faster), as in the field report that
this comes from. May import speed's helpers, runners, results, plots.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from harness import plots, results
from harness.results import Document, NotTheSameError, Recording, table
from harness.runners import ARM, Runner
from harness.speed import ATTEMPTS, WORKLOADS, least

SCRIPT: Final = WORKLOADS / "amortized.py"
COUNTS: Final = tuple(10**power for power in range(7))
MANY: Final = 100_000
"""From here on a run takes long enough to be measured once a round."""


def measure(runners: Sequence[Runner], rounds: int, say: Callable[[str], None]) -> dict[int, dict[str, list[float]]]:
    """Processor seconds of a whole process, by count and runner, one for each round, in turns."""
    times: dict[int, dict[str, list[float]]] = {}
    for count in COUNTS:
        times[count] = {item.name: [] for item in runners}
        for turn in range(rounds):
            say(f"M = {count}, round {turn + 1} of {rounds}")
            answers = set()
            for runner in (*runners[turn % len(runners) :], *runners[: turn % len(runners)]):
                ran = least(runner, SCRIPT, [str(count)], ATTEMPTS if count < MANY else 1)
                answers.add(ran.out)
                times[count][runner.name].append(ran.cpu)
            if len(answers) > 1:
                raise NotTheSameError(f"M = {count}: {answers}")
    return times


def document(runners: Sequence[Runner], times: dict[int, dict[str, list[float]]]) -> Document:
    """All single measurements, ratios, and where each runner meets the baseline."""
    baseline = runners[0].name
    ratios = {
        item.name: {
            count: statistics.median(ours / theirs for ours, theirs in zip(by[item.name], by[baseline], strict=True))
            for count, by in times.items()
        }
        for item in runners[1:]
    }
    return {
        "baseline": baseline,
        "runners": results.describe(runners),
        "seconds": {str(count): by for count, by in times.items()},
        "ratios": {name: {str(count): ratio for count, ratio in by.items()} for name, by in ratios.items()},
        "crossovers": {name: crossover(list(by.items())) for name, by in ratios.items()},
    }


def crossover(points: Sequence[tuple[int, float]]) -> float | None:
    """The count at which the ratio crosses 1 for the first time, between points on logarithmic axes; None if never."""
    for (m, before), (n, after) in pairwise(points):
        if (before - 1) * (after - 1) < 0:
            share = math.log(before) / (math.log(before) - math.log(after))
            return float(math.exp(math.log(m) + share * (math.log(n) - math.log(m))))
    return None


def main(runners: Sequence[Runner], rounds: int, recording: Recording, say: Callable[[str], None]) -> int:
    """Measure, show, write down. What is emulated is left out."""
    measured = [item for item in runners if item.target != ARM]
    made = document(measured, measure(measured, rounds, say))
    others = list(made["ratios"])
    rows: list[tuple[str, ...]] = []
    for count in COUNTS:
        its = statistics.median(made["seconds"][str(count)][made["baseline"]]) * 1000
        rows.append((f"{count:,}", f"{its:.1f}", *(f"{made['ratios'][other][str(count)]:.2f}×" for other in others)))
    crossings = [made["crossovers"][other] for other in others]
    rows.append(("meets it at M =", "", *("never" if at is None else f"{at:,.0f}" for at in crossings)))
    title = f"whole time beside {made['baseline']}: under 1 is faster (medians of {rounds} rounds)"
    results.console().print(table(title, ["M", "its ms", *others], rows))
    if path := recording.write(made, results.archives(measured)):
        plots.lines(
            path.with_suffix(".svg"),
            f"Whole time of a process beside {made['baseline']}",
            ("M: how often it does its work", "time (under 1 is faster)"),
            {other: [(int(count), ratio) for count, ratio in made["ratios"][other].items()] for other in others},
        )
    say(results.where(path, recording.name))
    return 0
