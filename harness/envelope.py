"""What every result says of itself: where, when, of which source and of what it was measured; may import base models.

A field that is None is not known (a result may be older than its envelope); nothing is ever guessed.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import StringConstraints

from harness.corpus import ROOT
from pipeline.model.base import Model, Sha256

OUTCOMES: Final = ("benchmarks/results", "docs/tiers.md")
"""What keeping results changes. No figure depends on it, so it makes no tree dirty."""
_MADE: Final = ("__pycache__", "build")
"""Folders among sources that are made and not written."""

Commit = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$")]


class Machine(Model):
    """What ran it, as far as figures depend on it. `processors` are those that it might use."""

    processor: str | None
    processors: int | None
    system: str | None
    kernel: str | None

    @property
    def shown(self) -> str:
        """For people."""
        cores = "unknown number of" if self.processors is None else self.processors
        return f"{self.processor or 'unknown processor'}, {cores} processors"


class Revision(Model):
    """The commit that was checked out, and whether files differed from it."""

    commit: Commit
    dirty: bool


class Envelope(Model):
    """Of what a result is. Artifacts by name, version and target, tables by file name, sources by path."""

    machine: Machine
    date: datetime.date | None
    revision: Revision | None
    command: tuple[str, ...] | None
    sources: dict[str, Sha256] | None
    artifacts: dict[str, Sha256] | None
    tables: dict[str, Sha256] | None

    @property
    def shown(self) -> str:
        """For people: machine, day, commit."""
        commit = "unknown commit"
        if self.revision is not None:
            commit = f"commit {self.revision.commit[:12]}{' and changes' if self.revision.dirty else ''}"
        return f"{self.machine.shown}, {self.date or 'unknown date'}, {commit}"


class Result(Model):
    """A file of results."""

    envelope: Envelope
    figures: dict[str, Any]


def begin(sources: Iterable[str], root: Path = ROOT) -> Envelope:
    """The envelope of what is measured from now on; of which artifacts is known at its end."""
    return Envelope(
        machine=this_machine(),
        date=datetime.datetime.now(datetime.UTC).date(),
        revision=revision(root),
        command=tuple(word.replace(str(root), ".") for word in ("python", *sys.orig_argv[1:])),
        sources={path: digest(root / path) for path in sources},
        artifacts=None,
        tables=None,
    )


def end(
    begun: Envelope, artifacts: Mapping[str, str] | None, tables: Mapping[str, str] | None, root: Path = ROOT
) -> Envelope:
    """The same with what was measured. Of sources that changed meanwhile nobody knows which were measured."""
    sources = begun.sources
    if sources is not None and any(digest(root / path) != before for path, before in sources.items()):
        sources = None
    now = revision(root)
    same = begun.revision if now == begun.revision else None
    return begun.model_copy(update={"sources": sources, "revision": same, "artifacts": artifacts, "tables": tables})


def this_machine() -> Machine:
    """The machine that this runs on."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return Machine(
        processor=models[0] if models else platform.machine(),
        processors=len(os.sched_getaffinity(0)),
        system=f"{platform.system()} {platform.machine()}",
        kernel=platform.release(),
    )


def revision(root: Path = ROOT) -> Revision | None:
    """What is checked out in `root`; None where that cannot be known."""
    top, commit = _git(root, "rev-parse", "--show-toplevel"), _git(root, "rev-parse", "HEAD")
    changed = _git(root, "status", "--porcelain", "--", ".", *(f":(exclude){path}" for path in OUTCOMES))
    if top is None or commit is None or changed is None or Path(top) != root.resolve():
        return None
    return Revision(commit=commit, dirty=bool(changed))


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def tables_of(archives: Iterable[str | None], folder: Path) -> dict[str, str]:
    """Of the tables in a folder those that are of a pair of these archives (by sha256): digests by name."""
    shorts = {sha256[:12] for sha256 in archives if sha256 is not None}
    found = sorted(path for path in folder.glob("*-*.json") if set(path.stem.split("-")) <= shorts)
    return {path.name: digest(path) for path in found}


def digest(path: Path) -> str:
    """The sha256 of a file, or of a folder's files with their names. Raises `FileNotFoundError`."""
    if not path.is_dir():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    listed = hashlib.sha256()
    for file in sorted(path.rglob("*")):
        parts = file.relative_to(path).parts
        if file.is_file() and not any(part in _MADE or part.endswith(".egg-info") for part in parts):
            listed.update(f"{'/'.join(parts)}\0{digest(file)}\n".encode())
    return listed.hexdigest()
