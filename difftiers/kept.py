"""Keeps what items gave on an interpreter, so that changing one battery does not run all; imports difftiers.run.

An answer is kept under the digests of the interpreter's archive, of the code that runs batteries, and of the item.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from difftiers.interpreters import Interpreter
from difftiers.run import BATTERIES, Result


class Kept:
    """One file for each interpreter, replaced as a whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.epoch = hashlib.sha256((BATTERIES / "prelude.py").read_bytes()).hexdigest()

    def load(self, interpreter: Interpreter, items: Sequence[Mapping[str, Any]]) -> list[Result | None]:
        """The kept result of each item, or None."""
        known = self._read(interpreter)
        return [known.get(self._key(item)) for item in items]

    def save(
        self, interpreter: Interpreter, items: Sequence[Mapping[str, Any]], results: Sequence[Result | None]
    ) -> None:
        """Keep these results besides those there are. An item that stalled is tried again the next time."""
        known = self._read(interpreter)
        for item, result in zip(items, results, strict=True):
            if result is not None and result.ended != "stall":
                known[self._key(item)] = result
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f"{interpreter.sha256}.{os.getpid()}"
        with partial.open("w", encoding="utf-8") as file:
            for key, result in known.items():
                file.write(json.dumps([key, result.ended, result.outcomes, result.kinds]) + "\n")
        partial.replace(self._path(interpreter))

    def _path(self, interpreter: Interpreter) -> Path:
        return self.folder / f"{interpreter.sha256}-{self.epoch[:16]}.jsonl"

    def _read(self, interpreter: Interpreter) -> dict[str, Result]:
        known = {}
        if self._path(interpreter).is_file():
            for line in self._path(interpreter).read_text("utf-8").splitlines():
                key, ended, outcomes, kinds = json.loads(line)
                known[key] = Result(ended, tuple(outcomes), tuple(kinds))
        return known

    def _key(self, item: Mapping[str, Any]) -> str:
        return hashlib.sha256(json.dumps(item, sort_keys=True).encode()).hexdigest()
