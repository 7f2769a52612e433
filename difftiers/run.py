"""Runs items through an interpreter and survives whatever they do to it; may import `difftiers.interpreters`."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from difftiers.interpreters import Interpreter, start

BATTERIES = Path(__file__).parent / "batteries"
STALL_SECONDS = 20.0
"""An item that says nothing for so long is stopped; the slowest honest one takes about four on a busy machine."""
START_SECONDS = 120.0
"""The same before the first item has begun: a WebAssembly interpreter starts slowly when the machine is busy."""


@dataclass(frozen=True)
class Result:
    """What an item gave: one text for each call or printed line. `ended` is `ok`, `crash` or `stall`."""

    ended: str
    outcomes: tuple[str, ...]
    kinds: tuple[str, ...]


def run_items(interpreter: Interpreter, items: Sequence[Mapping[str, Any]], folder: Path) -> list[Result]:
    """The results of all items in order. A process that ends early is started again after the item that ended it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "prelude.py").write_bytes((BATTERIES / "prelude.py").read_bytes())
    (folder / "items").write_text("".join(json.dumps(item) + "\n" for item in items), "ascii")
    results: dict[int, Result] = {}
    first = 0
    while first < len(items):
        out = folder / "out"
        out.write_bytes(b"")
        process = start(interpreter, ["prelude.py", "items", "out", str(first)], folder, stderr=folder / "stderr")
        ended = "crash"
        size, since = 0, time.monotonic()
        while process.poll() is None:
            time.sleep(0.01)
            now = out.stat().st_size
            if now != size:
                size, since = now, time.monotonic()
            elif time.monotonic() - since > (STALL_SECONDS if size else START_SECONDS):
                ended = "stall"
                process.kill()
                process.wait()
        reached, finished = read(out, results)
        if finished:
            break
        if reached < first:
            raise RuntimeError(f"{interpreter.entry} does not run batteries: {(folder / 'stderr').read_text()[-800:]}")
        results[reached] = Result(ended, (), ())
        first = reached + 1
    return [results[index] for index in range(len(items))]


def read(out: Path, results: dict[int, Result]) -> tuple[int, bool]:
    """Take over what was written; say which item was begun last and whether the last one ended."""
    reached = -1
    for line in out.read_text("utf-8", "surrogatepass").split("\n"):
        if line.startswith("B"):
            reached = int(line[1:])
        elif line.startswith("R") and line.endswith("]"):
            index, outcomes, kinds = json.loads(line[1:])
            results[index] = Result("ok", tuple(outcomes), tuple(kinds))
        elif line == "E":
            return reached, True
    return reached, False
