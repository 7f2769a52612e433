"""`python -m harness adaptive`: hot scripts again and again, chosen for by what was measured, beside staying on Light.

The store and the choice are the runtime's own; the scripts are those on which both tiers answer the same, and both are
allowed here, whatever the static router makes of them. `slimepython run --router adaptive` is a column of its own: a
script that the router keeps from Light is on Full from its first run there. May import the runtime, runners, results
and the corpus.
"""

from __future__ import annotations

import hashlib
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from harness import product, results
from harness.corpus import ROOT, Script, load
from harness.results import Document, describe, table
from harness.runners import WASM, X86, NoReleaseError, Runner
from slimepython.adaptive.choose import choose
from slimepython.adaptive.profiles import ProfileStore, ScriptKey
from slimepython.router.signals import Decision, Platform, Tier

RUNS = 8
PLATFORMS = {X86: Platform.NATIVE, WASM: Platform.WASI}
EITHER = "both tiers answer the same"


def repeat(script: Script, runners: dict[Tier, Runner], budget: float, store: ProfileStore) -> list[Document]:
    """`RUNS` runs of one script as the adaptive router would have them."""
    digest = hashlib.sha256(script.path.read_bytes()).hexdigest()
    binaries = {tier: str(runner.sha256) for tier, runner in runners.items()}
    decision = Decision(Tier.LIGHT, Platform.NATIVE, False, (), EITHER, ())
    runs = []
    for _ in range(RUNS):
        choice = choose(decision, store.history(digest, "here", binaries), budget)
        ran = runners[choice.tier].run(script.path, script.args, script.stdin)
        store.record(ScriptKey(digest, choice.tier, binaries[choice.tier], "here"), ran.seconds, True)
        entry = {"tier": choice.tier.value, "seconds": round(ran.seconds, 4), "why": choice.why}
        runs.append({**entry, "exploring": choice.exploring})
    return runs


def by_command_line(script: Script, platform: Platform, budget: float) -> list[Document]:
    """As many runs of `slimepython run --router adaptive`, which starts by knowing nothing."""
    product.forget()
    runs = []
    for _ in range(RUNS):
        answer = product.run(script, platform, "--router", "adaptive", "--budget-ms", str(budget * 1000))
        tier = answer.tier.value if answer.tier else "none"
        runs.append({"tier": tier, "seconds": round(answer.ran.seconds, 4), "why": answer.because})
    return runs


def order(runs: Sequence[Document]) -> str:
    """Where each run was, by a letter."""
    return " ".join(run["tier"][0].upper() for run in runs)


def main(found: Sequence[Runner], budget: float, say: Callable[[str], None]) -> int:
    """Measure, show, keep. The exit status is 1 if the third run's tier was left later on."""
    by_name = {item.name: item for item in found}
    product.prepare()
    needed = {"full x86_64", "light x86_64", "light wasm32"}
    if not needed <= by_name.keys():
        raise NoReleaseError(f"not in this release: {', '.join(sorted(needed - by_name.keys()))}: nox -s build-full")
    full, rows, entries = by_name["full x86_64"], [], []
    for target in (X86, WASM):
        light = by_name[f"light {target.partition('-')[0]}"]
        for script in load(["hot"]):
            say(f"{light.name}: {script.path.name}")
            stay = statistics.median(light.run(script.path, script.args).seconds for _ in range(3))
            best = min(stay, statistics.median(full.run(script.path, script.args).seconds for _ in range(3)))
            with tempfile.TemporaryDirectory() as folder:
                runners = {Tier.LIGHT: light, Tier.FULL: full}
                runs = repeat(script, runners, budget, ProfileStore(Path(folder, "profiles.sqlite3"), say=say))
            steady = statistics.median(run["seconds"] for run in runs[2:])
            line = by_command_line(script, PLATFORMS[target], budget)
            whole = statistics.median(run["seconds"] for run in line[2:])
            figures = (
                f"{stay:.3f}",
                f"{steady:.3f}",
                f"{stay / steady:.1f}×",
                order(runs),
                f"{whole:.3f}",
                order(line),
            )
            rows.append((script.path.name, light.name, *figures))
            entry = {"script": script.id, "light": light.name, "stay": stay, "steady": steady, "better": best}
            entries.append({**entry, "runs": runs, "line": line, "line_steady": whole})
    columns = ["", "Light is", "s on Light", "s from run 3", "faster", "runs", "s by the command line", "its runs"]
    title = f"hot scripts, budget {budget * 1000:.0f} ms (L: on Light, F: on Full)"
    results.console().print(table(title, columns, rows))
    document = {"runners": describe(found), "budget_seconds": budget, "scripts": entries}
    say(f"kept in {results.write('adaptive', document).relative_to(ROOT)}")
    return 1 if any(strays(entry["runs"]) for entry in entries) else 0


def strays(runs: Sequence[Document]) -> bool:
    """Whether the tier was another one after the third run, but for trying the slower one again."""
    return len({run["tier"] for run in runs[2:] if not run["exploring"]}) > 1
