"""What an action gave, as it is recorded under its key; may import the store's digest and errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.errors import StoreError
from pipeline.store.digest import Digest
from pipeline.store.errors import StoreReason

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True)
class ActionResult:
    """One action's result.

    `outputs` maps an output's name (the main one is `out`) to its tree's digest; `log` is a blob;
    `seconds` is
    the action's own time; `meta` is whatever the executor wants to remember. Nothing of it but
    `outputs` may find its way into a key.
    """

    outputs: Mapping[str, Digest]
    log: Digest | None = None
    seconds: float = 0.0
    meta: Mapping[str, Json] = field(default_factory=dict)

    def to_json(self) -> dict[str, Json]:
        """The record's JSON object."""
        return {
            "outputs": {name: str(digest) for name, digest in self.outputs.items()},
            "log": None if self.log is None else str(self.log),
            "seconds": self.seconds,
            "meta": dict(self.meta),
        }

    def to_bytes(self, boot: str = "") -> bytes:
        """The record as it is stored, with what `files.boot` said when it was ("": not known)."""
        record = {**self.to_json(), "boot": boot}
        return json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> tuple[ActionResult, str]:
        """Read a record and its boot; raises StoreError (DAMAGED) for anything but what `to_bytes` writes."""
        try:
            record = json.loads(data)
            boot = str(record.pop("boot", ""))
            return cls.from_json(record), boot
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, StoreError) as error:
            raise StoreError(
                StoreReason.DAMAGED,
                f"an action's result cannot be read: {error}",
                hint="run the same command again: it counts as not built",
            ) from error

    @classmethod
    def from_json(cls, data: Json) -> ActionResult:
        """Read the record's JSON object; raises ValueError, TypeError or KeyError."""
        if not isinstance(data, dict) or data.keys() != {"outputs", "log", "seconds", "meta"}:
            raise ValueError("not an object with outputs, log, seconds and meta")
        outputs, log, seconds, meta = data["outputs"], data["log"], data["seconds"], data["meta"]
        if not isinstance(outputs, dict) or not isinstance(meta, dict):
            raise ValueError("outputs and meta must be objects")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise ValueError("seconds must be a number")
        return cls(
            outputs={name: _digest(text) for name, text in outputs.items()},
            log=None if log is None else _digest(log),
            seconds=float(seconds),
            meta=meta,
        )


def _digest(text: Json) -> Digest:
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a digest")
    return Digest.parse(text)
