"""What a command found and what came of it, for people or for programs; imports the events' JSON type only.

With `--json` standard output holds one object a line and the last is the summary, whatever happens.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TextIO

from pipeline.plan.action import Json


@dataclass(frozen=True)
class Output:
    """Lines for people go to `people`, objects for programs to standard output."""

    json: bool
    people: TextIO

    def say(self, text: str, event: str, **fields: Json) -> None:
        """One finding."""
        if self.json:
            _print({"event": event, **fields})
        elif text:
            print(text, file=self.people, flush=True)

    def end(self, status: int, text: str, **fields: Json) -> int:
        """What came of it, the last thing said; gives the exit status."""
        self.say(text, "summary", status=status, **fields)
        return status


def _print(record: dict[str, Json]) -> None:
    print(json.dumps(record, ensure_ascii=False), file=sys.stdout, flush=True)
