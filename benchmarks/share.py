"""`python -m benchmarks.share`: every script of the corpora where the router sends it, with Light preferred, for real.

Each is run by the runtime as `slimepython run --prefer light` would run it, natively and in wasm, and beside it on Full
alone. What counts as wrong is a script whose answer came from Light and is not Full's, byte for byte. Unlike the
harness's `route`, which judges by what the tiers answer when nobody watches them, this runs the trials themselves: with
their guards, and with what is thrown away thrown away. May import the runtime.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from slimepython import dispatch
from slimepython.router.signals import Platform, Tier
from slimepython.trials import attempt

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("dynamic", "rejected", "realworld", "heldout", "beyond", "hot")
RESULTS = ROOT / "benchmarks" / "results" / "share.json"
SECONDS = 60


def full(script: Path, platform: Platform) -> tuple[int, bytes, bytes]:
    """What Full answers."""
    command = [sys.executable, "-m", "slimepython", "run", "--router", "full", "--platform", platform, script.name]
    done = subprocess.run(
        command,
        cwd=script.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return done.returncode, done.stdout, done.stderr


def judge(script: Path, platform: Platform) -> dict[str, object]:
    """Where the router sends a script, and what came of it."""
    os.chdir(script.parent)
    request = dispatch.Request(script.name, router="static", platform=platform, prefer=Tier.LIGHT)
    routed = dispatch.route(request)
    signals = sorted({f"{each.kind} {each.subject}" for each in routed.decision.signals})
    verdict: dict[str, object] = {"verdict": "full", "signals": signals, "guards": len(routed.guards)}
    if routed.decision.tier is Tier.FULL:
        return verdict
    began = time.perf_counter()
    outcome, problem = attempt(request, routed)
    verdict["seconds"] = round(time.perf_counter() - began, 3)
    if problem is not None:
        return {
            **verdict,
            "verdict": "tried",
            "problem": problem,
            "said": outcome.stderr[-200:].decode("utf-8", "replace"),
        }
    same = full(script, platform) == (0, outcome.stdout, b"")
    return {**verdict, "verdict": "light" if same else "misroute"}


def main() -> int:
    """Run, show, keep. The exit status is 1 if anything was answered wrongly."""
    parser = argparse.ArgumentParser(prog="benchmarks.share", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", default=FOLDERS, help="of tests/corpus, or paths")
    parser.add_argument("--platform", choices=list(Platform), action="append")
    options = parser.parse_args()
    document: dict[str, dict[str, dict[str, object]]] = {}
    with tempfile.TemporaryDirectory(prefix="share-") as home:
        os.environ.setdefault("SLIMEPYTHON_HOME", home)
        for platform in [Platform(each) for each in options.platform or Platform]:
            for tier in Tier:
                install = ["install", "--from", str(ROOT / "artifacts"), "--tier", tier, "--platform", platform]
                subprocess.run(
                    [sys.executable, "-m", "slimepython", *install], cwd=ROOT, check=True, capture_output=True
                )
            document[platform] = {}
            for folder in options.folders:
                scripts = sorted((ROOT / "tests/corpus" / folder).glob("*.py"))
                found = {f"{Path(folder).name}/{script.name}": judge(script.resolve(), platform) for script in scripts}
                counts = Counter(str(each["verdict"]) for each in found.values())
                print(f"{platform} {folder}: {len(found)} scripts, {dict(counts)}", flush=True)
                document[platform].update(found)
    wrong = [
        f"{where} {name}"
        for where, every in document.items()
        for name, each in every.items()
        if each["verdict"] == "misroute"
    ]
    print("misroutes:", ", ".join(wrong) or "none")
    if tuple(options.folders) == FOLDERS and not options.platform:
        RESULTS.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", "utf-8")
    else:
        for where, every in document.items():
            for name, each in every.items():
                if each["verdict"] != "light":
                    print(where, name, json.dumps(each))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
