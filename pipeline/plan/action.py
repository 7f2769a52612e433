"""The unit of work: an action, what it takes in and how its key is made; pure.

A key is the sha256 of the RFC 8785 (JCS) form of everything that can change the action's output. Inputs
enter by the digest of what they *are*, not by the key of how they were made, so an unchanged result stops
the ripple.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import rfc8785

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


class Kind(StrEnum):
    """What runs an action. The first four happen in the builder; the others start sandboxes."""

    ROOTFS = "rootfs"
    SOURCE = "source"
    FILES = "files"
    CRATES = "crates"
    BUILD = "build"
    TRAIN = "train"
    PROBE = "probe"
    ARCHIVE = "archive"


EPOCHS: Mapping[Kind, int] = dict.fromkeys(Kind, 1)
"""Per kind: raised when what the engine does with such an action changes its output."""


@dataclass(frozen=True)
class Input:
    """The output of another action, or a folder of it, seen by this one at `mount` (absolute).

    Several inputs at one mount are merged into one tree. `exclude` names top folders that are left out. An
    `optional` folder that is not there is an empty tree; any other must be there.
    """

    action: str
    mount: str
    subtree: str = "."
    exclude: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Action:
    """One node of the plan. `spec` is JSON: all that shapes the output besides the inputs.

    `tools` are actions whose results the handler uses but which cannot change the output (the cargo that
    downloads crates whose digests are pinned): they order the work and stay out of the key.
    """

    id: str
    kind: Kind
    spec: Mapping[str, Json]
    inputs: tuple[Input, ...] = ()
    tools: tuple[str, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The id as one file name."""
        return self.id.replace("/", "--")

    def needs(self) -> tuple[str, ...]:
        """Ids of the actions that come before this one, each once."""
        return tuple(dict.fromkeys([*(item.action for item in self.inputs), *self.tools]))


def material(action: Action, digests: Mapping[Input, str]) -> dict[str, Json]:
    """What goes into the key, as JSON; `digests` gives each input's tree digest (hex)."""
    inputs: list[Json] = [
        {"mount": item.mount, "digest": digests[item], "exclude": list(item.exclude)} for item in action.inputs
    ]
    inputs.sort(key=lambda entry: rfc8785.dumps(entry))
    return {"epoch": EPOCHS[action.kind], "kind": action.kind.value, "spec": dict(action.spec), "inputs": inputs}


def key_of(content: Mapping[str, Json]) -> str:
    """The key (64 hex digits) of what `material` gave."""
    return hashlib.sha256(rfc8785.dumps(dict(content))).hexdigest()


@dataclass(frozen=True)
class Difference:
    """One place where two key materials differ; `path` is dotted, a missing side is None."""

    path: str
    before: Json
    after: Json


def differences(before: Json, after: Json, path: str = "") -> Iterator[Difference]:
    """Walk two key materials side by side and yield where they differ, deepest places first named."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            where = f"{path}.{name}" if path else name
            if name in before and name in after:
                yield from differences(before[name], after[name], where)
            else:
                yield Difference(where, before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, f"{path}[{index}]")
    elif before != after:
        yield Difference(path, before, after)
