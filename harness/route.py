"""`python -m harness route`: every script through the static router, beside what the tiers really answer.

A misroute is a script that the router sends to Light though Light answers otherwise than Full on the same platform, and
worth a look is one whose corpus says that nobody promises what both happened to answer. In wasm Light only tries:
what does not end cleanly runs on Full and is no misroute. What the tiers answer is taken from the last `bit-exact`
run, of these very archives. May import the runtime, results and the corpus.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from harness import results
from harness.corpus import FORTY, ROOT, Script, load
from harness.results import Document, NoTruthError, table
from harness.runners import WASM, X86, NoReleaseError, installed
from slimepython.router import tables as tier_tables
from slimepython.router.analyse import analyse
from slimepython.router.decide import decide
from slimepython.router.signals import Decision, Platform, Policy, Tier

PLATFORMS: Final = {Platform.NATIVE: X86, Platform.WASI: WASM}
TIMES: Final = 7
"""How often each decision is timed."""


def routed(script: Script, tables: tier_tables.Tables, platform: Platform) -> tuple[Decision, float]:
    """The decision under a policy that prefers Light, and the fastest of some times it took (seconds)."""
    source, path = script.path.read_bytes(), str(script.path)
    best = float("inf")
    for _ in range(TIMES):
        began = time.perf_counter()
        decision = decide(analyse(source, path, tables), Policy(Tier.LIGHT, platform))
        best = min(best, time.perf_counter() - began)
    return decision, best


def judge(script: Script, decision: Decision, truth: Document) -> str:
    """`light`, `full`, `tried` (on Light, in vain), `misroute`, or `unpromised`: the same bytes, but by luck."""
    if decision.tier is Tier.FULL:
        return "full"
    if decision.platform is Platform.WASI and not truth["clean"]:
        return "tried"
    if not truth["as_full"] or decision.platform.value in script.must_be_full:
        return "misroute"
    return "unpromised" if script.unpromised else "light"


def main(release: Path, folders: Sequence[str], say: Callable[[str], None]) -> int:
    """Route, show, keep. The exit status is 1 if anything was misrouted."""
    document: Document = {"platforms": {}}
    for platform in PLATFORMS:
        document["platforms"][platform.value] = _platform(release, folders, platform, say)
    _show(document, folders)
    if set(folders) >= set(FORTY):
        say(f"kept in {results.write('route', document).relative_to(ROOT)}")
    return 1 if any(each["misroutes"] for each in document["platforms"].values()) else 0


def _platform(release: Path, folders: Sequence[str], platform: Platform, say: Callable[[str], None]) -> Document:
    digests = {
        str(item.artifact.tier): item.artifact.file.sha256
        for item in installed(release, lambda _: None)
        if item.artifact.target == PLATFORMS[platform]
    }
    if digests.keys() != {"full", "light"}:
        raise NoReleaseError(f"{release} has not both tiers for {PLATFORMS[platform]}: nox -s build-full")
    full, light = digests["full"], digests["light"]
    path = release / "tiers" / f"{full[:12]}-{light[:12]}.json"
    began = time.perf_counter()
    tables = tier_tables.load(path, full, light)
    loading = time.perf_counter() - began
    truths = _truths(platform, digests)
    scripts = []
    for script in load(folders):
        decision, seconds = routed(script, tables, platform)
        if script.id not in truths:
            raise NoTruthError(f"{script.id}: run `python -m harness bit-exact` again")
        scripts.append(
            {
                "script": script.id,
                "lines": script.path.read_bytes().count(b"\n"),
                "verdict": judge(script, decision, truths[script.id]),
                "could_be_light": _could(script, platform, truths[script.id]),
                "signals": dict(Counter(signal.kind.value for signal in decision.signals)),
                "because": decision.because.replace(str(ROOT), ""),
                "milliseconds": round(seconds * 1000, 3),
            }
        )
    say(f"{platform}: {len(scripts)} scripts")
    return {
        "full": full,
        "light": light,
        "table_milliseconds": round(loading * 1000, 2),
        "misroutes": [item["script"] for item in scripts if item["verdict"] == "misroute"],
        "unpromised": [item["script"] for item in scripts if item["verdict"] == "unpromised"],
        "scripts": scripts,
    }


def _could(script: Script, platform: Platform, truth: Document) -> bool:
    """Whether Light would have been right, and not by luck."""
    given = script.unpromised or platform.value in script.must_be_full
    return bool(truth["as_full"]) and not given and (platform is Platform.NATIVE or bool(truth["clean"]))


def _truths(platform: Platform, digests: dict[str, str]) -> dict[str, Document]:
    """What Light gave for each script on this platform. Raises `NoTruthError`."""
    document = results.read("bit-exact")
    names = {item["sha256"]: item["name"] for item in document["runners"]} if document else {}
    if document is None or not set(digests.values()) <= names.keys():
        raise NoTruthError(f"{platform}: these archives were not compared yet: run `python -m harness bit-exact`")
    light = names[digests["light"]]
    return {item["script"]: item["runs"][light] for item in document["scripts"]}


def _show(document: Document, folders: Sequence[str]) -> None:
    screen = results.console()
    for platform, found in document["platforms"].items():
        rows = []
        for folder in folders:
            of = [item for item in found["scripts"] if item["script"].startswith(f"{folder}/")]
            verdicts = Counter(item["verdict"] for item in of)
            counts = [verdicts[name] for name in ("light", "unpromised", "tried", "full", "misroute")]
            rows.append((folder, len(of), sum(item["could_be_light"] for item in of), *counts))
        columns = ["", "scripts", "Light could", "on Light", "unpromised", "tried in vain", "on Full", "misroutes"]
        screen.print(table(f"routes where Light is preferred, {platform}", columns, rows))
        times = [item["milliseconds"] for item in found["scripts"]]
        longest = max(found["scripts"], key=lambda item: item["lines"])
        screen.print(
            f"a decision takes {statistics.median(times):.2f} ms, at most {max(times):.2f} ms "
            f"(longest script, {longest['lines']} lines: {longest['milliseconds']:.2f} ms); "
            f"loading the table {found['table_milliseconds']:.1f} ms"
        )
        for name in found["misroutes"]:
            screen.print(f"[bold red]misroute[/]: {name}")
        if found["unpromised"]:
            screen.print(
                f"on Light, with the same bytes, though nobody promises them: {', '.join(found['unpromised'])}"
            )
        kinds = Counter(kind for item in found["scripts"] for kind in item["signals"])
        screen.print("scripts by kind of signal: " + ", ".join(f"{kind} {n}" for kind, n in kinds.most_common()))
