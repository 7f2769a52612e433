"""What each action's key was made of, now and last time, for `explain`; may import `pipeline.plan`."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.plan.action import Difference, Json, differences


@dataclass(frozen=True)
class Entry:
    """A key, what went into it, and the seconds that the action took with it (None: an older version noted it)."""

    key: str
    material: dict[str, Json]
    seconds: float | None


class History:
    """`<store>/history/<action>.json`: the newest two different keys of every action, newest first."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "history"

    def _path(self, action: str) -> Path:
        return self.folder / (action.replace("/", "%") + ".json")

    def entries(self, action: str) -> list[Entry]:
        """The newest first; empty when the action was never finished here (or the record cannot be read)."""
        try:
            raw = json.loads(self._path(action).read_text("utf-8"))
            return [Entry(str(item["key"]), dict(item["material"]), item.get("seconds")) for item in raw]
        except (OSError, ValueError, KeyError, TypeError):
            return []  # a convenience, never a reason to fail

    def seconds(self, action: str) -> float | None:
        """What the action took when it last ran here, in action time; None when that is not known."""
        return next((entry.seconds for entry in self.entries(action)), None)

    def note(self, action: str, newest: Entry) -> None:
        """Remember the action's newest key, if that can be done: a full disk is told by who needs the space."""
        with contextlib.suppress(OSError):
            self._note(action, newest)

    def _note(self, action: str, newest: Entry) -> None:
        before = self.entries(action)
        if before and before[0].key == newest.key:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps([asdict(entry) for entry in [newest, *before][:2]])
        with tempfile.NamedTemporaryFile("w", dir=self.folder, delete=False, encoding="utf-8") as file:
            temp = Path(file.name)
        try:
            temp.write_text(text, "utf-8")
            temp.replace(self._path(action))
        except OSError:
            temp.unlink(missing_ok=True)
            raise


def why(history: History, action: str, content: Mapping[str, Json]) -> list[Difference] | None:
    """What changed since the action last ran; None when there is nothing to compare with."""
    for entry in history.entries(action):
        found = list(differences(entry.material, dict(content)))
        if found:
            return found
    return None if not history.entries(action) else []
