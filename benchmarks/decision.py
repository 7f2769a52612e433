"""How long the router takes to decide about scripts of 200 lines.

The scripts are those of the corpora, put together until they have 200 lines or a few more. What is timed is all that
`slimepython run --prefer light` does to decide once it has started: loading the table of the pair, reading the script,
examining it with everything that a trial needs, and deciding. (Whether a script that Light may try compiles without a
warning is asked while it is tried.) `first_ms` is what that takes in a new process, after a
decision about another script; `again_ms` the same once more, as the harness times it. The fastest of some processes
counts, since whatever else runs on the machine can only add. May import the runtime.
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figures import RELEASE, ROOT, Figures, Measured, Reach, say, with_reaches
from harness.envelope import tables_of
from slimepython.router.analyse import examine
from slimepython.router.decide import decide
from slimepython.router.signals import Platform, Policy, Tier
from slimepython.router.tables import load

LINES = 200
TIMES = 15
REACH_MS = 5.0
TARGETS = {Platform.NATIVE: "x86_64-unknown-linux-gnu", Platform.WASI: "wasm32-wasip1"}


def scripts() -> Iterator[tuple[str, bytes]]:
    """Names, and texts of 200 lines or a few more."""
    left = {}
    for folder in ("dynamic", "rejected", "realworld", "heldout"):
        for path in sorted((ROOT / "tests/corpus" / folder).glob("*.py")):
            source = path.read_bytes()
            if b"__future__" not in source and b"coding" not in source[:100]:
                left[path.stem] = source.rstrip(b"\n") + b"\n\n\n"
    while left:
        names, text = [], b""
        while left and text.count(b"\n") < LINES:
            missing = LINES - text.count(b"\n")
            lines = {name: each.count(b"\n") for name, each in left.items()}
            fitting = [name for name in lines if lines[name] <= missing]
            name = max(fitting, key=lines.__getitem__) if fitting else min(lines, key=lines.__getitem__)
            names.append(name)
            text += left.pop(name)
        if text.count(b"\n") >= LINES:
            yield "+".join(names), text


def pair(where: Platform) -> tuple[Path, str, str]:
    """The committed table of the release's pair, and its digests. Raises `KeyError` where it has no such pair."""
    document = json.loads((RELEASE / "manifest.json").read_bytes())
    digests = {
        item["tier"]: item["file"]["sha256"]
        for item in document["artifacts"]
        if item["kind"] == "interpreter" and not item["options"] and item["target"] == TARGETS[where]
    }
    full, light = digests["full"], digests["light"]
    return ROOT / "manifests/tiers" / f"{full[:12]}-{light[:12]}.json", full, light


def measure() -> Measured:
    """Milliseconds of decisions, for each platform that the release has a pair of."""
    document: Figures = {"python": platform.python_version(), "times": TIMES}
    reaches, archives = [], set[str]()
    with tempfile.TemporaryDirectory(prefix="decision-") as folder:
        for where in Platform:
            try:
                table, *digests = pair(where)
            except KeyError as missing:
                say(f"without {where}: the release has no {missing} there")
                continue
            archives |= set(digests)
            document[where] = of_platform(where, Path(folder))
            what = f"a decision, {where}, median of {len(document[where]['scripts'])} scripts of {LINES} lines"
            reaches.append(Reach(what, document[where]["first_ms"]["median"], REACH_MS, "ms"))
            say(f"{where}: the worst of them takes {document[where]['first_ms']['worst']} ms")
    return Measured(with_reaches(document, reaches), frozenset(archives), tables_of(archives, table.parent))


def of_platform(where: Platform, folder: Path) -> Figures:
    """The fastest of `TIMES` new processes for each script, and what comes of it."""
    rows: list[dict[str, Any]] = []
    for number, (name, text) in enumerate(scripts()):
        say(f"{where}: script {number + 1}")
        path = folder / f"{number}.py"
        path.write_bytes(text)
        command = [sys.executable, "-m", "benchmarks.decision", where, str(path)]
        runs = [
            json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout) for _ in range(TIMES)
        ]
        least = {key: round(min(each[key] for each in runs), 2) for key in ("first_ms", "again_ms")}
        rows.append({"script": name, "lines": text.count(b"\n"), **least, "tier": runs[0]["tier"]})
    summary = {
        key: {
            "median": round(statistics.median(row[key] for row in rows), 2),
            "worst": max(row[key] for row in rows),
        }
        for key in ("first_ms", "again_ms")
    }
    return {**summary, "scripts": rows}


def once(where: Platform, script: Path) -> dict[str, float | str]:
    """One decision in this process, after one about nothing."""
    table = pair(where)
    name = str(script) if where is Platform.NATIVE else None
    policy = Policy(Tier.LIGHT, where, trial=True)
    decide(examine(b"print(1)\n", "x.py", load(*table), trial=True, script=name, brief=True).signals, policy)
    times = []
    for _ in range(8):
        began = time.perf_counter()
        examined = examine(script.read_bytes(), str(script), load(*table), trial=True, script=name, brief=True)
        decision = decide(examined.signals, policy)
        times.append((time.perf_counter() - began) * 1000)
    return {"first_ms": times[0], "again_ms": min(times[1:]), "tier": decision.tier.value}


if __name__ == "__main__":
    print(json.dumps(once(Platform(sys.argv[1]), Path(sys.argv[2]))))
