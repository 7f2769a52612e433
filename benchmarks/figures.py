"""What the measurements share: their results' shape, what a figure should reach, a release installed to be measured.

May import the runtime's names only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from slimepython.install.place import HOME_VARIABLE
from slimepython.release.source import SOURCE_VARIABLE

ROOT: Final = Path(__file__).resolve().parents[1]
RELEASE: Final = Path(os.environ.get(SOURCE_VARIABLE, ROOT / "artifacts")).resolve()
Figures = dict[str, Any]


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
