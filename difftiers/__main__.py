"""`python -m difftiers`: compares the interpreters of a manifest and writes the router's tables; may import all of
difftiers."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from difftiers import battery, table
from difftiers.interpreters import NATIVE, WASM, Interpreter, find, prepare
from difftiers.kept import Kept
from difftiers.run import Result, run_items
from slimepython.router.lines import dump

ROOT = Path(__file__).resolve().parents[1]
PAIRS = ((NATIVE, NATIVE), (NATIVE, WASM), (WASM, WASM))
"""Targets of Full and Light: which replacements there are tables for."""


def main() -> int:
    """Run every battery on every interpreter once, then write one table for each pair."""
    parser = argparse.ArgumentParser(prog="difftiers", description="Compare the tiers; write manifests/tiers/.")
    parser.add_argument("--manifest", type=Path, default=ROOT / "artifacts/manifest.json")
    parser.add_argument("--out", type=Path, default=ROOT / "manifests/tiers")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/slimepython/tiers")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    options.cache = options.cache.resolve()  # as it shows in what interpreters say of themselves
    chosen = choose(find(options.manifest, options.cache))
    if ("full", NATIVE) not in chosen or not any(tier == "light" for tier, _ in chosen):
        print(f"{options.manifest} has no pair of a Full and a Light interpreter that runs here", file=sys.stderr)
        return 1
    modules = modules_of(options.manifest, chosen["full", NATIVE].sha256)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="difftiers-") as scratch:
        folder = Path(scratch)
        for name, interpreter in chosen.items():
            prepare(interpreter, folder / "-".join(name))
        first_items = battery.first(modules)
        kept = Kept(options.cache / "results")
        first = run_all(chosen, first_items, folder / "first", options.jobs, kept)
        items, chunks = battery.second(first_items, list(first.values()))
        second = run_all(chosen, items, folder / "second", options.jobs, kept)
    options.out.mkdir(parents=True, exist_ok=True)
    for full, light in PAIRS:
        if ("full", full) not in chosen or ("light", light) not in chosen:
            continue
        one, other = chosen["full", full], chosen["light", light]
        made = table.build(
            {"full": described(one), "light": described(other)},
            (first_items, first["full", full], first["light", light]),
            (items, chunks, second["full", full], second["light", light]),
        )
        path = options.out / f"{one.sha256[:12]}-{other.sha256[:12]}.json"
        # Where an interpreter was unpacked shows in some texts; it must not in what is published.
        path.write_bytes(dump(made).replace(str(options.cache).encode(), "…".encode()))
        print(f"{path.name}: {full} / {light}: {path.stat().st_size} bytes, {summary(made)}")
    print(f"compared {len(first_items) + len(items)} items in {time.monotonic() - begun:.0f} s")
    print("next: nox -s build-full, which publishes the tables of what it has built")
    return 0


def choose(found: Sequence[Interpreter]) -> dict[tuple[str, str], Interpreter]:
    """The newest interpreter of each tier and target."""
    chosen: dict[tuple[str, str], Interpreter] = {}
    for each in sorted(found, key=lambda one: tuple(int(part) for part in one.version.split("."))):
        chosen[each.tier, each.target] = each
    return chosen


def modules_of(manifest: Path, digest: str) -> list[str]:
    """What the manifest says that Full can import."""
    (artifact,) = (each for each in json.loads(manifest.read_bytes())["artifacts"] if each["file"]["sha256"] == digest)
    modules: list[str] = artifact["capabilities"]["modules"]
    return modules


def run_all(
    chosen: Mapping[tuple[str, str], Interpreter],
    items: Sequence[Mapping[str, Any]],
    folder: Path,
    jobs: int,
    kept: Kept,
) -> dict[tuple[str, str], list[Result]]:
    """All items on all interpreters, in as many processes as `jobs` says; what was run before is not run again."""
    answers = {name: kept.load(interpreter, items) for name, interpreter in chosen.items()}
    parts: list[tuple[tuple[str, str], list[int]]] = []
    for name in chosen:
        left = [place for place, answer in enumerate(answers[name]) if answer is None]
        pieces = 8 if len(left) > 1000 else 1
        # Interleaved, so that no part has all the slow ones.
        parts += [(name, left[piece::pieces]) for piece in range(pieces) if left[piece::pieces]]

    def run_part(number: int) -> None:
        name, places = parts[number]
        results = run_items(chosen[name], [items[place] for place in places], folder / str(number))
        for place, result in zip(places, results, strict=True):
            answers[name][place] = result

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(run_part, range(len(parts))))
    for name, interpreter in chosen.items():
        kept.save(interpreter, items, answers[name])
    return {name: [answer for answer in found if answer is not None] for name, found in answers.items()}


def described(interpreter: Interpreter) -> dict[str, str]:
    """What a table says about one of its interpreters."""
    return {"sha256": interpreter.sha256, "target": interpreter.target, "version": interpreter.version}


def summary(made: Mapping[str, Any]) -> str:
    """How many constructs there are, and how many of them are equal whatever the arguments."""
    kinds = ("builtins", "attributes", "operators", "formats", "percents")
    every = [shapes for kind in kinds for shapes in made[kind].values()]
    return f"{len(every)} constructs, {sum(not shapes for shapes in every)} equal for all arguments"


if __name__ == "__main__":
    sys.exit(main())
