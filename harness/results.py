"""Figures on disk and on the screen: JSON under benchmarks/results, tables; may import rich."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from harness.corpus import ROOT
from harness.runners import Runner


class NoTruthError(LookupError):
    """Nothing is known about what these archives answer."""


class NotTheSameError(AssertionError):
    """A runner computed something else than the reference, or nothing."""


RESULTS: Final = ROOT / "benchmarks" / "results"
Document = dict[str, Any]


def machine() -> Document:
    """What ran it, as far as figures depend on it."""
    cpuinfo = Path("/proc/cpuinfo").read_text("utf-8") if Path("/proc/cpuinfo").exists() else ""
    models = [line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.machine(),
        "processors": len(os.sched_getaffinity(0)),
        "system": f"{platform.system()} {platform.machine()}",
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }


def describe(runners: Iterable[Runner]) -> list[Document]:
    """What was compared, by what makes it that."""
    return [
        {"name": item.name, "tier": item.tier, "target": item.target, "version": item.version, "sha256": item.sha256}
        for item in runners
    ]


def same_line(one: str, other: str) -> bool:
    """Whether two versions (`CPython 3.14.8`) differ in their last number at most."""
    return one.split()[-1].rpartition(".")[0] == other.split()[-1].rpartition(".")[0]


def patch_note(reference: str, others: Iterable[str]) -> str:
    """What to know of a reference that is another patch release than what is compared with it; "" if it is not."""
    mine = sorted({other.split()[-1] for other in others if same_line(reference, other)} - {reference.split()[-1]})
    if not mine:
        return ""
    return f"the reference is {reference}, Full is {', '.join(mine)}: another patch release of the same line"


def write(name: str, document: Mapping[str, Any], folder: Path = RESULTS) -> Path:
    """Keep a result; the machine is added."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    text = json.dumps({"machine": machine(), **document}, indent=1, ensure_ascii=False)
    path.write_text(f"{text}\n", "utf-8")
    return path


def read(name: str, folder: Path = RESULTS) -> Document | None:
    """What was kept, or None if nothing was."""
    path = folder / f"{name}.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else None


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
