"""Results on disk and on the screen: JSON with an envelope, tables; may import rich, envelopes, needs.

What is measured is written below `benchmarks/measured/`, which git ignores; `harness.keep` alone writes the release's
own results.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from harness import envelope
from harness.corpus import ROOT
from harness.envelope import Envelope, Result
from harness.needs import NEEDS, label, working
from harness.runners import Runner
from slimepython.errors import Reason, SlimePythonError
from slimepython.release.model import Artifact


class NoTruthError(LookupError):
    """Nothing is known about what these archives answer."""


class NotTheSameError(AssertionError):
    """A runner computed something else than the reference, or nothing."""


class ResultReason(Reason):
    """What is wrong with a result."""

    UNREADABLE = "unreadable"
    NOT_MEASURED = "not-measured"
    NOT_KEPT = "not-kept"


class ResultError(SlimePythonError):
    """A result is not there, is none, or may not be kept."""


RELEASE: Final = ROOT / "artifacts"
"""Where the builder publishes."""
KEPT: Final = ROOT / "benchmarks" / "results"
"""The release's own: committed."""
MEASURED: Final = ROOT / "benchmarks" / "measured"
"""What was measured here last: whoever measures has it for himself."""
Document = dict[str, Any]


@dataclass(frozen=True)
class Recording:
    """A result that is being measured. A part of it is not written: it could not be told from the whole."""

    name: str
    begun: Envelope
    release: Path = RELEASE
    whole: bool = True

    def write(
        self,
        figures: Mapping[str, Any],
        archives: Iterable[str | None] = (),
        tables: Mapping[str, str] | None = None,
    ) -> Path | None:
        """Write it down: figures, and of which archives of the release (by sha256) and tables (by name) they are."""
        if not self.whole:
            return None
        measured = {sha256 for sha256 in archives if sha256 is not None}
        artifacts = {label(item): item.file.sha256 for item in self._artifacts(measured)}
        known = artifacts if set(artifacts.values()) == measured else None
        path = MEASURED / f"{self.name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".svg").unlink(missing_ok=True)  # a plot of older figures
        of = envelope.end(self.begun, known, tables or {})
        path.write_text(dump(Result(envelope=of, figures=dict(figures))), "utf-8")
        return path

    def _artifacts(self, archives: set[str]) -> list[Artifact]:
        every = working(self.release).artifacts if archives else ()
        return [item for item in every if item.file.sha256 in archives]


def begin(name: str, release: Path = RELEASE, *, whole: bool = True) -> Recording:
    """Note everything that figures depend on before they are measured."""
    return Recording(name, envelope.begin(NEEDS[name].sources), release, whole)


def where(path: Path | None, name: str) -> str:
    """The last line of what measures: where the result is, and what to do with it."""
    if path is None:
        return "only a part was measured: nothing was written"
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return f"written to {shown}, which git ignores (nox -s keep -- {name} keeps it as the release's)"


def dump(result: Result) -> str:
    """A result's text, as it is in its file."""
    return json.dumps(result.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"


def read(name: str, folder: Path | None = None) -> Result | None:
    """A result (of the release's own, if no folder is named), or None if there is none. Raises `ResultError`."""
    path = (folder or KEPT) / f"{name}.json"
    if not path.is_file():
        return None
    try:
        return Result.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ResultError(
            ResultReason.UNREADABLE, f"{path}: {error}", hint=f"measure it anew: {NEEDS[name].command}"
        ) from error


def describe(runners: Iterable[Runner]) -> list[Document]:
    """What was compared, by what makes it that."""
    return [
        {"name": item.name, "tier": item.tier, "target": item.target, "version": item.version, "sha256": item.sha256}
        for item in runners
    ]


def archives(runners: Iterable[Runner]) -> list[str | None]:
    """The digests of the runners that are archives of a release, and no reference."""
    return [item.sha256 for item in runners if item.tier != "reference"]


def same_line(one: str, other: str) -> bool:
    """Whether two versions (`CPython 3.14.8`) differ in their last number at most."""
    return one.split()[-1].rpartition(".")[0] == other.split()[-1].rpartition(".")[0]


def patch_note(reference: str, others: Iterable[str]) -> str:
    """What to know of a reference that is another patch release than what is compared with it; "" if it is not."""
    mine = sorted({other.split()[-1] for other in others if same_line(reference, other)} - {reference.split()[-1]})
    if not mine:
        return ""
    return f"the reference is {reference}, Full is {', '.join(mine)}: another patch release of the same line"


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """The first column to the left, figures to the right."""
    made = Table(title=title, title_justify="left", title_style="bold")
    for index, column in enumerate(columns):
        made.add_column(column, justify="left" if index == 0 else "right")
    for row in rows:
        made.add_row(*map(str, row))
    return made


def console() -> Console:
    """The screen; wide enough for its tables when it is a file."""
    found = Console()
    return found if found.is_terminal else Console(width=160)
