"""`python -m harness adaptive`: hot scripts again and again, chosen for by what was measured, beside each tier alone.

The store and the choice are the runtime's own; the scripts are those on which both tiers answer the same, and both are
allowed here, whatever the static router makes of them. `slimepython run --router adaptive` is a column of its own: a
script that the router keeps from Light is on Full from its first run there. In wasm it has Full in wasm too, while the
first column, as in the field report, has Full natively.

All of them run in turns. What is judged is processor time, the least of some runs: what else a machine does only adds
to that, and can double what is waited for. The choice itself is judged run by run, so that the least cannot hide a
wrong one. May import the runtime, runners, results and the corpus.
"""

from __future__ import annotations

import hashlib
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from harness import product, results
from harness.corpus import Script, load
from harness.envelope import tables_of
from harness.results import Document, Recording, describe, table
from harness.runners import WASM, X86, NoReleaseError, Ran, Runner
from slimepython.adaptive.choose import choose
from slimepython.adaptive.profiles import ProfileStore, ScriptKey
from slimepython.router.signals import Decision, Platform, Tier

RUNS: Final = 8
FOUND_OUT: Final = 2
"""Runs that it may take to find out which tier is the better one."""
REACH: Final = 1.05
"""What the steady state may take of the better tier's time."""
PLATFORMS: Final = {X86: Platform.NATIVE, WASM: Platform.WASI}
EITHER: Final = "both tiers answer the same"

Pair = Mapping[Tier, Runner]


class Repeated:
    """A script that is run again and again: as the adaptive router would have it, by its command line, and alone."""

    def __init__(self, script: Script, pair: Pair, by_line: Pair, budget: float, store: ProfileStore) -> None:
        self._script, self._pair, self._budget, self._store = script, pair, budget, store
        self._platform = PLATFORMS[pair[Tier.LIGHT].target]
        self._digest = hashlib.sha256(script.path.read_bytes()).hexdigest()
        self._binaries = {tier: str(runner.sha256) for tier, runner in pair.items()}
        self._alone = {runner.name: runner for runner in (*pair.values(), *by_line.values())}
        self.alone: dict[str, list[Ran]] = {name: [] for name in self._alone}
        self.runs: list[Document] = []
        self.line: list[Document] = []

    def turn(self) -> None:
        """Each of them once."""
        for name, runner in self._alone.items():
            self.alone[name].append(runner.run(self._script.path, self._script.args, self._script.stdin))
        self.runs.append(self._chosen())
        self.line.append(self._by_command_line())

    def _chosen(self) -> Document:
        decision = Decision(Tier.LIGHT, self._platform, False, (), EITHER, ())
        choice = choose(decision, self._store.history(self._digest, "here", self._binaries), self._budget)
        ran = self._pair[choice.tier].run(self._script.path, self._script.args, self._script.stdin)
        key = ScriptKey(self._digest, choice.tier, self._binaries[choice.tier], "here")
        self._store.record(key, ran.cpu, ok=True)  # as the runtime does
        return {**_told(choice.tier.value, ran, choice.why), "exploring": choice.exploring}

    def _by_command_line(self) -> Document:
        budget = ("--router", "adaptive", "--budget-ms", str(self._budget * 1000))
        answer = product.run(self._script, self._platform, *budget)
        tier = answer.tier.value if answer.tier else "none"
        told = _told(tier, answer.ran, answer.because)
        return {**told, "exploring": "tried again" in answer.because or "on Light again" in answer.because}


def _told(tier: str, ran: Ran, why: str) -> Document:
    return {"tier": tier, "seconds": round(ran.seconds, 4), "cpu": round(ran.cpu, 4), "why": why}


def judge(runs: Sequence[Document], alone: Mapping[str, float], budget: float) -> list[str]:
    """What is wrong with where a script was from the third run on; `alone` are each tier's processor seconds.

    Trying the slower tier again is not: it is what a steady state costs now and then. Nor is a tier that takes 5 %
    longer at most, nor Light while that is within the budget.
    """
    steady = [run for run in runs[FOUND_OUT:] if not run["exploring"]]
    better = min(alone, key=lambda tier: alone[tier])
    problems = []
    if len({run["tier"] for run in steady}) > 1:
        problems.append(f"it went from tier to tier: {order(runs)}")
    for tier in sorted({run["tier"] for run in steady} - {better}):
        longer = alone[tier] / alone[better]
        within = tier == "light" and statistics.median(run["cpu"] for run in steady if run["tier"] == tier) <= budget
        if longer > REACH and not within:
            problems.append(f"it was on {tier}, which takes {longer:.2f} times as long as {better}")
    return problems


def over(runs: Sequence[Document], alone: Mapping[str, float]) -> float:
    """The least processor time from the third run on, divided by the better tier's."""
    return least(run["cpu"] for run in runs[FOUND_OUT:]) / min(alone.values())


def least(values: Iterator[float]) -> float:
    """Of processor seconds; never 0, which is what very little rounds to."""
    return max(min(values), 1e-4)


def order(runs: Sequence[Document]) -> str:
    """Where each run was, by a letter."""
    return " ".join(run["tier"][0].upper() for run in runs)


def main(found: Sequence[Runner], budget: float, recording: Recording, say: Callable[[str], None]) -> int:
    """Measure, show, write down. The exit status is 1 if a steady state was not what it should be."""
    by_name = {item.name: item for item in found}
    product.prepare()
    needed = {"full x86_64", "light x86_64", "full wasm32", "light wasm32"}
    if not needed <= by_name.keys():
        raise NoReleaseError(f"not in this release: {', '.join(sorted(needed - by_name.keys()))}: nox -s build-full")
    entries = []
    for arch in ("x86_64", "wasm32"):
        pair = {Tier.LIGHT: by_name[f"light {arch}"], Tier.FULL: by_name["full x86_64"]}
        by_line = {**pair, Tier.FULL: by_name[f"full {arch}"]}
        entries += [measure(script, pair, by_line, budget, say) for script in load(["hot"])]
    show(entries, budget)
    document = {"runners": describe(found), "budget_seconds": budget, "scripts": entries}
    archives = [by_name[name].sha256 for name in needed]
    path = recording.write(document, archives, tables_of(archives, product.tables()))
    say(results.where(path, recording.name))
    return 1 if any(entry["problems"] for entry in entries) else 0


def measure(script: Script, pair: Pair, by_line: Pair, budget: float, say: Callable[[str], None]) -> Document:
    """One script: all that was measured, and what is wrong with it."""
    product.forget()
    with tempfile.TemporaryDirectory() as folder:
        repeated = Repeated(script, pair, by_line, budget, ProfileStore(Path(folder, "profiles.sqlite3"), say=say))
        for turn in range(RUNS):
            say(f"{pair[Tier.LIGHT].name}: {script.path.name}, round {turn + 1} of {RUNS}")
            repeated.turn()
    cpu = {name: least(ran.cpu for ran in every) for name, every in repeated.alone.items()}
    seconds = {name: statistics.median(ran.seconds for ran in every) for name, every in repeated.alone.items()}
    alone = {tier.value: cpu[runner.name] for tier, runner in pair.items()}
    alone_by_line = {tier.value: cpu[runner.name] for tier, runner in by_line.items()}
    ratio = over(repeated.runs, alone)
    problems = judge(repeated.runs, alone, budget)
    problems += [f"by the command line {each}" for each in judge(repeated.line, alone_by_line, budget)]
    if not problems and ratio > REACH:
        problems.append(f"from the third run on it takes {ratio:.2f} times what the better tier takes")
    steady = [statistics.median(run["seconds"] for run in runs[FOUND_OUT:]) for runs in (repeated.runs, repeated.line)]
    return {
        "script": script.id,
        "light": pair[Tier.LIGHT].name,
        "stay": seconds[pair[Tier.LIGHT].name],
        "steady": steady[0],
        "better": min(seconds[runner.name] for runner in pair.values()),
        "over_better": round(ratio, 4),
        "line_steady": steady[1],
        "line_more_cpu": round(least(run["cpu"] for run in repeated.line[FOUND_OUT:]) - min(alone_by_line.values()), 4),
        "alone_cpu": {name: [round(ran.cpu, 4) for ran in every] for name, every in repeated.alone.items()},
        "problems": problems,
        "runs": repeated.runs,
        "line": repeated.line,
    }


def show(entries: Sequence[Document], budget: float) -> None:
    """The table, and what is wrong."""
    rows = [
        (
            entry["script"].partition("/")[2],
            entry["light"],
            f"{entry['stay']:.3f}",
            f"{entry['steady']:.3f}",
            f"{entry['stay'] / entry['steady']:.1f}×",
            f"{entry['over_better']:.2f}×",
            order(entry["runs"]),
            f"{entry['line_steady']:.3f}",
            f"{entry['line_more_cpu'] * 1000:.0f}",
            order(entry["line"]),
        )
        for entry in entries
    ]
    columns = ["", "Light is", "s on Light", "s from run 3", "faster", "of the better tier", "runs"]
    by_line = ["s by the command line", "ms that it adds", "its runs"]
    title = f"hot scripts, budget {budget * 1000:.0f} ms (L: on Light, F: on Full); two columns in processor time"
    results.console().print(table(title, [*columns, *by_line], rows))
    for entry in entries:
        for problem in entry["problems"]:
            results.console().print(f"[bold red]{entry['script']}[/], {entry['light']}: {problem}")
