"""What happens while a plan runs, as records that any screen can show; may import `pipeline.plan`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum

from pipeline.plan.action import Json


class Ended(StrEnum):
    """How an action ended."""

    BUILT = "built"
    CACHED = "cached"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Note:
    """Something worth a line: which engine answered, that another builder is waited for."""

    text: str


@dataclass(frozen=True)
class Planned:
    """The plan is known: how many actions it has."""

    actions: int


@dataclass(frozen=True)
class Fetching:
    """Bytes of pinned inputs that have come in, of all that are wanted."""

    name: str
    done: int
    total: int


@dataclass(frozen=True)
class Working:
    """How far something is that is no action; `unit` is what `done` and `total` count (`bytes`, `packages`)."""

    what: str
    done: int
    total: int
    unit: str


@dataclass(frozen=True)
class Started:
    """An action begins; `log` is where its output goes, if it has one."""

    action: str
    log: str | None = None


@dataclass(frozen=True)
class StepStarted:
    """A build enters one of its recipe's steps."""

    action: str
    step: str


@dataclass(frozen=True)
class Line:
    """One line of an action's output."""

    action: str
    text: str


@dataclass(frozen=True)
class Finished:
    """An action has ended; `seconds` is what it took now (0 when it came from the store)."""

    action: str
    ended: Ended
    seconds: float
    detail: str = ""


@dataclass(frozen=True)
class Published:
    """An artifact stands in the working manifest."""

    artifact: str
    path: str
    size: int
    sha256: str


Event = Note | Planned | Fetching | Working | Started | StepStarted | Line | Finished | Published
Emit = Callable[[Event], None]


def to_json(event: Event) -> dict[str, Json]:
    """An event for the JSON stream: its fields, and its type's name as `event`."""
    return {"event": type(event).__name__.lower(), **asdict(event)}
