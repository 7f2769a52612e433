"""What hand-written statements and lists of names taught: names credited when equal, blamed when not; no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from difftiers.run import Result
from difftiers.statements import Chunk


@dataclass
class Learned:
    """`seen[kind]` holds what stood in an equal statement, `blamed[what]` an example of a difference."""

    seen: dict[str, set[str]] = field(default_factory=dict)
    blamed: dict[str, list[str]] = field(default_factory=dict)
    about: set[str] = field(default_factory=set)

    def credit(self, kind: str, names: Sequence[str]) -> None:
        """These stood in a statement that did the same on both tiers."""
        self.seen.setdefault(kind, set()).update(names)


def learn(chunks: Sequence[Chunk | None], full: Sequence[Result], light: Sequence[Result], learned: Learned) -> None:
    """Go through all statements of one comparison."""
    for chunk, one, other in zip(chunks, full, light, strict=True):
        if chunk is None:
            continue
        if len(one.outcomes) != len(chunk.statements) or len(other.outcomes) != len(chunk.statements):
            learned.blamed[f"group {chunk.group}"] = [chunk.group, one.ended, other.ended]
            continue
        for place, source in enumerate(chunk.statements):
            mention: Mapping[str, Sequence[str]] = one.kinds[place]  # type: ignore[assignment]
            about = chunk.about[place]
            learned.about.update(about)
            if one.outcomes[place] == other.outcomes[place]:
                if not one.outcomes[place].startswith("!"):
                    for kind, names in mention.items():
                        learned.credit(kind, names)
                        learned.credit(f"{kind} of {chunk.group}", names)
                continue
            example = [source[:160], *excerpt(one.outcomes[place], other.outcomes[place])]
            for name in about or everything(mention, chunk.group):
                learned.blamed.setdefault(name, example)


def excerpt(full: str, light: str) -> list[str]:
    """Both texts from shortly before where they part."""
    place = next((at for at, (a, b) in enumerate(zip(full, light, strict=False)) if a != b), min(len(full), len(light)))
    start = max(0, place - 30)
    return [full[start : place + 90], light[start : place + 90]]


def everything(mention: Mapping[str, Sequence[str]], group: str) -> list[str]:
    """All that a statement without a subject may be blamed for: what it takes from its module, or its syntax."""
    names = [name for name in mention["names"] if name.startswith(f"{group}.")]
    members = [f"{group}.{name}" for name in mention["attributes"]]
    return names + members or [f"node {name}" for name in mention["nodes"]]


def module_names(full: Result, light: Result) -> dict[str, Any]:
    """A module's names: those both tiers have, of the same kind and (constants) text; and why others are not there."""
    if full.ended != "ok" or (full.outcomes[:1] and full.outcomes[0].startswith("?")):
        return {"both": [], "missing": [], "differs": [], "importable": "light"}
    if light.ended != "ok" or (light.outcomes[:1] and light.outcomes[0].startswith("?")):
        return {
            "both": [],
            "missing": [line.split(" ")[0] for line in full.outcomes],
            "differs": [],
            "importable": "full",
        }
    mine = {line.split(" ")[0]: line for line in full.outcomes}
    theirs = {line.split(" ")[0]: line for line in light.outcomes}
    both = sorted(name for name, line in mine.items() if theirs.get(name) == line and line.split(" ")[1] != "set")
    return {
        "both": both,
        "missing": sorted(set(mine) - set(theirs)),
        "differs": sorted(name for name in mine if name in theirs and name not in both),
        "constants": [name for name in both if mine[name].split(" ")[1] == "constant"],
        "importable": "both",
    }
