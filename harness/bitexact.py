"""`python -m harness bit-exact`: every script on every tier and target, beside a reference, byte by byte.

May import the corpus, runners and results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from rich.table import Table

from harness.corpus import Script
from harness.results import Document, describe, table
from harness.runners import X86, Ran, Runner

SHOWN = 100
"""Characters of a line that differs."""
JUDGED = {"native": "light x86_64", "wasi": "light wasm32"}
"""Which runner shows whether Light may have a script on a platform."""


@dataclass(frozen=True)
class Row:
    """One script on all runners, the baseline among them."""

    script: Script
    runs: dict[str, Ran]

    def agrees(self, one: str, other: str) -> bool:
        """Whether two runners gave the same bytes and the same status."""
        return not self.runs[one].differs(self.runs[other])


def run_all(scripts: Sequence[Script], runners: Sequence[Runner], jobs: int, say: Callable[[str], None]) -> list[Row]:
    """Each script on all runners side by side, a few scripts at once."""

    rows: list[Row] = []

    def one(script: Script) -> None:
        rows.append(Row(script, {item.name: item.run(script.path, script.args, script.stdin) for item in runners}))
        say(f"{len(rows)} of {len(scripts)}: {script.id}")

    pool = ThreadPoolExecutor(jobs)
    try:
        for done in [pool.submit(one, script) for script in scripts]:
            done.result()
    finally:
        pool.shutdown(cancel_futures=True)  # an interrupt ends it after the scripts that run now
    order = {script.id: index for index, script in enumerate(scripts)}
    return sorted(rows, key=lambda row: order[row.script.id])


def expect(scripts: Iterable[Script], runner: Runner, say: Callable[[str], None]) -> int:
    """Write down what a distribution's CPython gives; what two runs of it disagree about is not expected of anybody.

    Returns how many scripts did not end with the status that their corpus says.
    """
    wrong = 0
    for script in scripts:
        if not script.comparable:
            continue
        first, second = (runner.run(script.path, script.args, script.stdin) for _ in range(2))
        if first.differs(second):
            raise ValueError(f"{script.id}: two runs of {runner.version} differ: say so in its corpus.toml")
        if first.status != script.status:
            say(f"{script.id}: ended with {first.status}, and is said to end with {script.status}")
            wrong += 1
        script.expect(first.out, first.err)
    return wrong


def document(rows: Sequence[Row], runners: Sequence[Runner]) -> Document:
    """All that was seen, without the output itself."""
    return {
        "baseline": runners[0].name,
        "runners": describe(runners),
        "scripts": [_entry(row, runners) for row in rows],
    }


def _entry(row: Row, runners: Sequence[Runner]) -> Document:
    script = row.script
    return {
        "script": script.id,
        "compared": script.comparable,
        "runs": {item.name: _run(row, item, runners) for item in runners},
    }


def _run(row: Row, runner: Runner, runners: Sequence[Runner]) -> Document:
    ran, baseline = row.runs[runner.name], row.runs[runners[0].name]
    entry: Document = {"status": ran.status, "seconds": round(ran.seconds, 4), "clean": ran.status == 0 and not ran.err}
    if runner is not runners[0]:
        entry["differs"] = list(ran.differs(baseline))
        if entry["differs"] and row.script.comparable and runner.tier != "reference":
            entry["first"] = first_difference(ran, baseline, bytes(row.script.path.parent))
    for other in runners:
        if other.target == X86 and other.tier == runner.tier and other is not runner and runner.tier != "reference":
            entry["as_native"] = row.agrees(runner.name, other.name)
        if other.tier == "full" and other.target == runner.target and runner.tier == "light":
            entry["as_full"] = row.agrees(runner.name, other.name)
    return entry


def first_difference(ran: Ran, baseline: Ran, folder: bytes) -> list[str]:
    """The first line that differs, theirs and ours; paths of this machine are left out."""
    for ours, theirs in ((ran.out, baseline.out), (ran.err, baseline.err)):
        if ours != theirs:
            a, b = theirs.splitlines(), ours.splitlines()
            index = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
            return [_line(lines, index, folder) for lines in (a, b)]
    return [f"status {baseline.status}", f"status {ran.status}"]


def _line(lines: Sequence[bytes], index: int, folder: bytes) -> str:
    if index >= len(lines):
        return "(no such line)"
    return lines[index].replace(folder, b"{corpus}").decode("utf-8", "backslashreplace")[:SHOWN]


def count(document: Document, runner: str, folder: str) -> tuple[int, int]:
    """How many of a folder's comparable scripts a runner answered as the baseline did, and of how many."""
    entries = [
        item
        for item in document["scripts"]
        if item["compared"] and item["script"].startswith(f"{folder}/") and runner in item["runs"]
    ]
    return sum(not item["runs"][runner].get("differs") for item in entries), len(entries)


def as_native(document: Document, runner: str, folder: str) -> tuple[int, int]:
    """How many of a folder's scripts gave on this target what the same tier gives on x86_64, and of how many."""
    entries = [item for item in document["scripts"] if item["compared"] and item["script"].startswith(f"{folder}/")]
    told = [item["runs"][runner]["as_native"] for item in entries if "as_native" in item["runs"].get(runner, {})]
    return sum(told), len(told)


def tables(document: Document, scripts: Sequence[Script]) -> list[Table]:
    """Counts against the baseline, other targets against x86_64, and what differs though it should not."""
    folders = list(dict.fromkeys(script.folder for script in scripts))
    causes = {script.id: script.cause for script in scripts}
    baseline = document["baseline"]
    runners = [item for item in document["runners"] if item["name"] != baseline]
    rows = [
        (item["name"], item["version"], *(_share(count(document, item["name"], folder)) for folder in folders))
        for item in runners
    ]
    made = [table(f"the same bytes as {baseline}", ["", "version", *folders], rows)]
    others = [item for item in runners if item["tier"] != "reference" and item["target"] != X86]
    rows = [
        (item["name"], "", *(_share(as_native(document, item["name"], folder)) for folder in folders))
        for item in others
    ]
    made.append(table("the same bytes as the same tier on x86_64", ["", "", *folders], rows))
    news = [
        (item["script"], runner["name"], ", ".join(run["differs"]), *run.get("first", ["", ""]))
        for item in document["scripts"]
        for runner in runners
        if (run := item["runs"].get(runner["name"], {})).get("differs") and item["compared"]
        if runner["tier"] != "reference" and (runner["name"] == "full x86_64" or causes.get(item["script"]) is None)
    ]
    if news:
        made.append(table("", ["differs, and is not known to", "on", "in", "baseline's", "its own"], news))
    marks = wrong_marks(document, scripts)
    if marks:
        made.append(table("", ["its corpus.toml has to be mended", "on", "where Light answers"], marks))
    return made


def wrong_marks(document: Document, scripts: Sequence[Script]) -> list[tuple[str, str, str]]:
    """Scripts that a corpus gives to Full though Light answers the same, or not though it does not, by platform."""
    seen = {item["script"]: item["runs"] for item in document["scripts"]}
    return [
        (script.id, platform, "as Full does" if same else "otherwise than Full")
        for script in scripts
        for platform, runner in JUDGED.items()
        if not script.nondeterministic
        and (same := seen.get(script.id, {}).get(runner, {}).get("as_full")) is not None
        and same == (platform in script.must_be_full)
    ]


def _share(counted: tuple[int, int]) -> str:
    same, of = counted
    return f"{same}/{of}" if of else "–"
