"""What the measurements share: their shape, what a figure should reach, a release installed to be measured.

May import the runtime's models and installations.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from harness.envelope import tables_of
from slimepython.install.home import Home
from slimepython.install.place import HOME_VARIABLE
from slimepython.release.source import SOURCE_VARIABLE

ROOT: Final = Path(__file__).resolve().parents[1]
RELEASE: Final = Path(os.environ.get(SOURCE_VARIABLE, ROOT / "artifacts")).resolve()
Figures = dict[str, Any]


@dataclass(frozen=True)
class Measured:
    """Figures, and of what they are: archives of a release by sha256, and tables by name."""

    figures: Figures
    archives: frozenset[str] = frozenset()
    tables: Mapping[str, str] = field(default_factory=dict)
    release: Path = RELEASE


@dataclass(frozen=True)
class Reach:
    """A figure beside what it should be at most."""

    what: str
    figure: float
    limit: float
    unit: str

    @property
    def kept(self) -> bool:
        """Whether it is no more than that."""
        return self.figure <= self.limit

    @property
    def shown(self) -> str:
        """A line for people."""
        verdict = "reached" if self.kept else "NOT REACHED"
        return f"{self.what}: {self.figure:g} {self.unit} (at most {self.limit:g}: {verdict})"


def with_reaches(figures: Figures, reaches: Iterable[Reach]) -> Figures:
    """Figures that say what they should reach."""
    return {"reaches": [asdict(each) for each in reaches], **figures}


def reaches(figures: Figures) -> list[Reach]:
    """What figures say that they should reach."""
    return [Reach(**each) for each in figures.get("reaches", ())]


def of_home(figures: Figures, home: Path) -> Measured:
    """Figures of what is installed in a home, which may be gone afterwards."""
    there = Home(home)
    archives = frozenset(item.artifact.file.sha256 for item in there.installed())
    return Measured(figures, archives, tables_of(archives, there.tiers))


def say(message: str) -> None:
    """Progress, on stderr."""
    print(message, file=sys.stderr, flush=True)


def installed(home: Path, *wanted: tuple[str, str]) -> dict[str, str]:
    """Install tiers on platforms into `home`; the environment that `slimepython` finds them in.

    Raises `CalledProcessError`; what is wrong was said on stderr then.
    """
    env = {**os.environ, HOME_VARIABLE: str(home), "PYTHONPATH": str(ROOT)}
    for tier, platform in wanted:
        words = ["install", "--from", str(RELEASE), "--tier", tier, "--platform", platform]
        command = [sys.executable, "-m", "slimepython", *words]
        subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    return env
