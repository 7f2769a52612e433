"""What an artifact's files must be: the record whose sha256 is the manifest's `tree`; imports the package's errors.

The record is canonical JSON (RFC 8785): a list of the archive's members below its top folder, sorted by the bytes of
their path, each folder named. So one digest in the manifest vouches for every file after it was unpacked, and the
record kept beside an installation needs no trust of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from slimepython.install.members import Kind

RECORD: Final = "tree.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One member. A file has `sha256` (hex) and `size` in bytes; a link has its text in `target`."""

    path: str
    kind: Kind
    sha256: str = ""
    size: int = 0
    executable: bool = False
    target: str = ""

    def to_json(self) -> dict[str, str | int | bool]:
        """The entry's canonical object."""
        if self.kind is Kind.FILE:
            digest: dict[str, str | int | bool] = {"digest": self.sha256, "size": self.size, "exec": self.executable}
            return {"path": self.path, "type": "file", **digest}
        if self.kind is Kind.LINK:
            return {"path": self.path, "type": "link", "target": self.target}
        return {"path": self.path, "type": "dir"}


def dumps(entries: Iterable[Entry]) -> bytes:
    """The canonical record of entries that are in the archive's order."""
    objects = [entry.to_json() for entry in entries]
    # Of strings, integers and booleans this is what RFC 8785 asks for.
    return json.dumps(objects, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def loads(record: bytes, tree: str) -> tuple[Entry, ...]:
    """Read the record whose sha256 is `tree`. Raises `ValueError` if it is another one."""
    digest = hashlib.sha256(record).hexdigest()
    if digest != tree:
        raise ValueError(f"its sha256 is {digest}, not {tree}")
    return tuple(_entry(item) for item in json.loads(record))


def _entry(item: dict[str, str | int | bool]) -> Entry:
    kind = Kind(str(item["type"]))
    if kind is Kind.FILE:
        return Entry(str(item["path"]), kind, str(item["digest"]), int(item["size"]), bool(item["exec"]))
    return Entry(str(item["path"]), kind, target=str(item.get("target", "")))
