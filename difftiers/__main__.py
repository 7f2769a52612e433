"""`python -m difftiers`: compares the interpreters of a manifest and writes the router's tables; may import all of difftiers."""

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
from difftiers.run import Result, run_items

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
        first = run_all(chosen, first_items, folder / "first", options.jobs)
        items, chunks = battery.second(first_items, list(first.values()))
        second = run_all(chosen, items, folder / "second", options.jobs)
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
        path.write_text(json.dumps(made, sort_keys=True, ensure_ascii=False, separators=(",", ":")), "utf-8")
        print(f"{path.name}: {full} / {light}: {path.stat().st_size} bytes, {summary(made)}")
    print(f"compared {len(first_items) + len(items)} items in {time.monotonic() - begun:.0f} s")
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
    chosen: Mapping[tuple[str, str], Interpreter], items: Sequence[Mapping[str, Any]], folder: Path, jobs: int
) -> dict[tuple[str, str], list[Result]]:
    """All items on all interpreters, in as many processes as `jobs` says; slow ones are cut in parts to share the work."""
    parts: list[tuple[tuple[str, str], int, Sequence[Mapping[str, Any]]]] = []
    for name in sorted(chosen, key=lambda each: each != ("full", NATIVE)):
        pieces = 1 if len(items) < 1000 else 2 if name == ("full", NATIVE) else 8
        size = -(-len(items) // pieces)
        # Interleaved, so that no part has all the slow ones.
        parts += [(name, piece, items[piece::pieces]) for piece in range(pieces) if size]
    with ThreadPoolExecutor(jobs) as pool:
        futures = [
            (name, piece, len(part), pool.submit(run_items, chosen[name], part, folder / f"{'-'.join(name)}-{piece}"))
            for name, piece, part in parts
        ]
        gathered: dict[tuple[str, str], dict[int, list[Result]]] = {}
        for name, piece, _, future in futures:
            gathered.setdefault(name, {})[piece] = future.result()
    return {name: weave(pieces, len(items)) for name, pieces in gathered.items()}


def weave(pieces: Mapping[int, Sequence[Result]], count: int) -> list[Result]:
    """Interleaved parts, in the items' order again."""
    return [pieces[place % len(pieces)][place // len(pieces)] for place in range(count)]


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
