"""What a person or the release names: `NAME[==VERSION][@TARGET]`; imports nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SELECTOR = re.compile(r"(?P<name>[a-z0-9.+_-]+?)(==(?P<version>[^@]+))?(@(?P<target>.+))?")


@dataclass(frozen=True)
class Selector:
    """The parts as they are written; `target` is a triple or an alias, None stands for what was left out."""

    name: str
    version: str | None
    target: str | None


def parse_selector(text: str) -> Selector | None:
    """The selector's parts, None if it is not written like one."""
    match = _SELECTOR.fullmatch(text)
    return Selector(match["name"], match["version"], match["target"]) if match is not None else None
