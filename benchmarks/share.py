"""Every script of the corpora where the router sends it, with Light preferred, for real.

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
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.figures import ROOT, Measured, Reach, installed, of_home, reaches, say, with_reaches
from slimepython import dispatch
from slimepython.router.signals import Platform, Tier
from slimepython.trials import attempt

FOLDERS = ("dynamic", "rejected", "realworld", "heldout", "beyond", "hot")
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
            "said": outcome.stderr.decode("utf-8", "replace").replace(str(ROOT / "tests/corpus"), "{corpus}")[-200:],
        }
    same = full(script, platform) == (0, outcome.stdout, b"")
    return {**verdict, "verdict": "light" if same else "misroute"}


def measure(folders: Sequence[str] = FOLDERS, platforms: Iterable[Platform] = Platform) -> Measured:
    """What came of every script, by platform. Folders are those of tests/corpus, or paths."""
    found: dict[str, dict[str, dict[str, object]]] = {}
    with tempfile.TemporaryDirectory(prefix="share-") as home:
        for platform in platforms:
            os.environ.update(installed(Path(home), *((tier, platform) for tier in Tier)))
            found[platform] = {}
            for folder in folders:
                scripts = sorted((ROOT / "tests/corpus" / folder).glob("*.py"))
                judged = {f"{Path(folder).name}/{script.name}": judge(script.resolve(), platform) for script in scripts}
                counts = Counter(str(each["verdict"]) for each in judged.values())
                say(f"{platform} {folder}: {len(judged)} scripts, {dict(counts)}")
                found[platform].update(judged)
        measured = of_home({}, Path(home))
    wrong = [
        f"{where} {name}"
        for where, every in found.items()
        for name, each in every.items()
        if each["verdict"] == "misroute"
    ]
    for each in wrong:
        say(f"misroute: {each}")
    return replace(measured, figures=with_reaches(found, [Reach("misroutes", len(wrong), 0, "scripts")]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="benchmarks.share", description="Some folders only, and nothing is kept.")
    parser.add_argument("folders", nargs="*", default=FOLDERS, help="of tests/corpus, or paths")
    parser.add_argument("--platform", choices=list(Platform), action="append")
    options = parser.parse_args()
    figures = measure(options.folders, [Platform(each) for each in options.platform or Platform]).figures
    print(json.dumps(figures, indent=1))
    sys.exit(any(not reach.kept for reach in reaches(figures)))
