"""`python -m harness route`: what `slimepython run` makes of every script, beside what Full itself answers.

Those that the router does not give to Full at once are run by the command line where Light is preferred, on both
platforms, and their bytes are compared with those of Full, started directly. A misroute is a script whose bytes are
other ones, wherever it ran. Whether Light could have had
a script is taken from the last `bit-exact` run, of these very archives; worth a look is one that Light had though its
corpus says that nobody promises what both happened to answer. May import the runtime through `product`, runners,
results and the corpus.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from harness import product, results
from harness.corpus import ROOT, Script, load
from harness.envelope import tables_of
from harness.product import Answer
from harness.results import Document, NoTruthError, Recording, table
from harness.runners import TIERS, WASM, X86, NoReleaseError, Ran, Runner, runners
from slimepython.router.signals import Decision, Kind, Platform, Tier

PLATFORMS: Final = {Platform.NATIVE: X86, Platform.WASI: WASM}
TIMES: Final = 5
"""How often each decision is timed."""
VERDICTS: Final = ("light", "unpromised", "tried", "full", "misroute")


def judge(script: Script, decision: Decision, answer: Answer, full: Ran) -> str:
    """What became of a script.

    `light` and `full`: where it ran; `tried`: on Light first, in vain; `unpromised`: on Light, the same bytes by luck;
    `misroute`: other bytes than Full's. What no two runs agree about may not go to Light at all.
    """
    if script.comparable and answer.ran.differs(full):
        return "misroute"
    if answer.tier is Tier.LIGHT:
        if script.nondeterministic or decision.platform.value in script.must_be_full:
            return "misroute"
        return "unpromised" if script.unpromised else "light"
    if answer.tier is None:
        return "misroute"
    return "tried" if decision.tier is Tier.LIGHT else "full"


def main(folders: Sequence[str], jobs: int, recording: Recording, say: Callable[[str], None]) -> int:
    """Route, show, write down. The exit status is 1 if anything was misrouted."""
    found = runners(recording.release, lambda _: None)
    product.prepare()
    document: Document = {"platforms": {}}
    for platform in PLATFORMS:
        document["platforms"][platform.value] = _platform(found, load(folders), platform, jobs, say)
    _show(document, folders)
    platforms = document["platforms"].values()
    archives = [each[tier] for each in platforms for tier in TIERS]
    path = recording.write(document, archives, tables_of(archives, product.tables()))
    say(results.where(path, recording.name))
    return 1 if any(each["misroutes"] for each in platforms) else 0


def _platform(
    found: Sequence[Runner], scripts: Sequence[Script], platform: Platform, jobs: int, say: Callable[[str], None]
) -> Document:
    by = {item.tier: item for item in found if item.target == PLATFORMS[platform]}
    if by.keys() != {"full", "light"}:
        raise NoReleaseError(f"this release has not both tiers for {PLATFORMS[platform]}: nox -s build-full")
    digests = {tier: item.sha256 for tier, item in by.items()}
    truths = _truths(platform, digests)
    if unknown := [script.id for script in scripts if script.id not in truths]:
        raise NoTruthError(f"{', '.join(unknown)}: run `nox -s bit-exact` again")
    entries: list[Document] = []

    def one(script: Script) -> None:
        entries.append(_entry(script, platform, by, truths[script.id]))
        say(f"{platform}: {len(entries)} of {len(scripts)}: {script.id}")

    pool = ThreadPoolExecutor(jobs)
    try:
        for done in [pool.submit(one, script) for script in scripts]:
            done.result()
    finally:
        pool.shutdown(cancel_futures=True)
    say(f"{platform}: timing {len(entries)} decisions")
    _time_decisions(entries, scripts, platform)
    order = {script.id: index for index, script in enumerate(scripts)}
    entries.sort(key=lambda item: order[item["script"]])
    picked = {verdict: [item["script"] for item in entries if item["verdict"] == verdict] for verdict in VERDICTS}
    return {**digests, "misroutes": picked["misroute"], "unpromised": picked["unpromised"], "scripts": entries}


def _entry(script: Script, platform: Platform, by: Mapping[str, Runner], truth: Document) -> Document:
    routed, _ = product.routed(script, platform, 1)
    decision = routed.decision
    if product.programs(routed) != {tier: item.sha256 for tier, item in by.items()}:
        raise NoReleaseError(f"`slimepython run` takes other archives than this release's: {product.programs(routed)}")
    if any(signal.kind is Kind.NO_TABLE for signal in decision.signals):
        raise NoTruthError("there is no table of what these archives answer equally: nox -s diff-tiers")
    verdict, because = "full", decision.because
    if decision.tier is not Tier.FULL:
        full = by["full"].run(script.path, script.args, script.stdin)
        if full.status is None:  # the module was ended, which the command line tells in its own words
            full = product.run(script, platform, "--router", "full").ran
        answer = product.run(script, platform)
        verdict, because = judge(script, decision, answer, full), answer.because
    return {
        "script": script.id,
        "lines": script.path.read_bytes().count(b"\n"),
        "verdict": verdict,
        "could_be_light": _could(script, platform, truth),
        "signals": dict(Counter(signal.kind.value for signal in decision.signals)),
        "because": because.replace(str(ROOT), ""),
    }


def _time_decisions(entries: Sequence[Document], scripts: Sequence[Script], platform: Platform) -> None:
    """Apart from the runs, with nothing beside them."""
    by = {script.id: script for script in scripts}
    for entry in entries:
        _, seconds = product.routed(by[entry["script"]], platform, TIMES)
        entry["milliseconds"] = round(seconds * 1000, 3)


def _could(script: Script, platform: Platform, truth: Document) -> bool:
    """Whether Light would have been right, cleanly, and not by luck."""
    given = script.unpromised or platform.value in script.must_be_full
    return bool(truth["as_full"]) and not given and bool(truth["clean"])


def _truths(platform: Platform, digests: Mapping[str, str | None]) -> dict[str, Document]:
    """What Light gave for each script on this platform, here or in the release's own run. Raises `NoTruthError`."""
    for folder in (results.MEASURED, results.KEPT):
        result = results.read("bit-exact", folder)
        names = {item["sha256"]: item["name"] for item in result.figures["runners"]} if result else {}
        if result is not None and set(digests.values()) <= names.keys():
            light = names[digests["light"]]
            return {item["script"]: item["runs"][light] for item in result.figures["scripts"]}
    raise NoTruthError(f"{platform}: these archives were not compared yet: run `nox -s bit-exact`")


def _show(document: Document, folders: Sequence[str]) -> None:
    screen = results.console()
    for platform, found in document["platforms"].items():
        rows = []
        for folder in folders:
            of = [item for item in found["scripts"] if item["script"].startswith(f"{folder}/")]
            verdicts = Counter(item["verdict"] for item in of)
            counts = [verdicts[name] for name in VERDICTS]
            rows.append((folder, len(of), sum(item["could_be_light"] for item in of), *counts))
        columns = ["", "scripts", "Light could", "on Light", "by luck", "tried in vain", "on Full", "misroutes"]
        screen.print(table(f"routes where Light is preferred, {platform}", columns, rows))
        times = [item["milliseconds"] for item in found["scripts"]]
        longest = max(found["scripts"], key=lambda item: item["lines"])
        screen.print(
            f"a decision, its table read, takes {statistics.median(times):.2f} ms, at most {max(times):.2f} ms "
            f"(longest script, {longest['lines']} lines: {longest['milliseconds']:.2f} ms)"
        )
        for name in found["misroutes"]:
            screen.print(f"[bold red]misroute[/]: {name}")
        if found["unpromised"]:
            names = ", ".join(found["unpromised"])
            screen.print(f"on Light, with the same bytes, though nobody promises them: {names}")
        kinds = Counter(kind for item in found["scripts"] for kind in item["signals"])
        screen.print("scripts by kind of signal: " + ", ".join(f"{kind} {n}" for kind, n in kinds.most_common()))
