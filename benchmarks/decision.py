"""`python -m benchmarks.decision`: how long the router takes to decide about scripts of 200 lines.

The scripts are those of the corpora, put together until they have 200 lines or a little more. What is timed is all that
`slimepython run --prefer light` does to decide once it has started: loading the table of the pair, reading the script,
examining it with everything that a trial needs, and deciding. `first_ms` is what that takes in a new process, after a
decision about another script; `again_ms` the same once more, as the harness times it. The fastest of some processes
counts, since whatever else runs on the machine can only add. May import the runtime.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from slimepython.router.analyse import examine
from slimepython.router.decide import decide
from slimepython.router.signals import Platform, Policy, Tier
from slimepython.router.tables import load

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "decision.json"
LINES = 200
TARGETS = {Platform.NATIVE: "x86_64-unknown-linux-gnu", Platform.WASI: "wasm32-wasip1"}


def scripts() -> Iterator[tuple[str, bytes]]:
    """Names, and texts of 200 lines or a little more."""
    names, text = [], b""
    for folder in ("dynamic", "rejected", "realworld", "heldout"):
        for path in sorted((ROOT / "tests/corpus" / folder).glob("*.py")):
            source = path.read_bytes()
            if b"__future__" in source or b"coding" in source[:100]:
                continue
            names.append(path.stem)
            text += source.rstrip(b"\n") + b"\n\n\n"
            if text.count(b"\n") >= LINES:
                yield "+".join(names), text
                names, text = [], b""


def pair(where: Platform) -> tuple[Path, str, str]:
    """The table of the released pair, and its digests."""
    document = json.loads((ROOT / "artifacts/manifest.json").read_bytes())
    digests = {
        item["tier"]: item["file"]["sha256"]
        for item in document["artifacts"]
        if item["kind"] == "interpreter" and not item["options"] and item["target"] == TARGETS[where]
    }
    full, light = digests["full"], digests["light"]
    return ROOT / "manifests/tiers" / f"{full[:12]}-{light[:12]}.json", full, light


def once(where: Platform, script: Path) -> dict[str, float | str]:
    """One decision in this process, after one about nothing."""
    table = pair(where)
    decide(examine(b"print(1)\n", "x.py", load(*table), trial=True).signals, Policy(Tier.LIGHT, where, trial=True))
    times = []
    for _ in range(8):
        began = time.perf_counter()
        tables = load(*table)
        examined = examine(script.read_bytes(), str(script), tables, trial=True)
        decision = decide(examined.signals, Policy(Tier.LIGHT, where, trial=True))
        times.append((time.perf_counter() - began) * 1000)
    return {"first_ms": times[0], "again_ms": min(times[1:]), "tier": decision.tier.value}


def main() -> int:
    """Measure, show, keep."""
    parser = argparse.ArgumentParser(prog="benchmarks.decision", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--once", nargs=2, metavar=("PLATFORM", "SCRIPT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        print(json.dumps(once(Platform(options.once[0]), Path(options.once[1]))))
        return 0
    document: dict[str, object] = {"python": platform.python_version(), "cores": os.cpu_count(), "times": options.times}
    with tempfile.TemporaryDirectory(prefix="decision-") as folder:
        for where in Platform:
            rows: list[dict[str, Any]] = []
            for number, (name, text) in enumerate(scripts()):
                path = Path(folder, f"{number}.py")
                path.write_bytes(text)
                command = [sys.executable, "-m", "benchmarks.decision", "--once", where, str(path)]
                runs = [
                    json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
                    for _ in range(options.times)
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
            document[where] = {**summary, "scripts": rows}
            print(f"{where}: {len(rows)} scripts of {LINES} lines: {summary}", flush=True)
    RESULTS.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
