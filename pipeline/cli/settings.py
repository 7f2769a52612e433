"""Where things are on this machine, and the options all commands share; imports nothing of ours."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

CACHE_ENV = "SLIMEPYTHON_CACHE"

NEEDED_BYTES = 10 * 10**9
"""Free space that a build of the whole release from nothing wants in the cache: some 4 GB stay, more come and go."""


def cache_folder() -> Path:
    """The store and the downloads: `$SLIMEPYTHON_CACHE`, else the user's cache folder."""
    named = os.environ.get(CACHE_ENV)
    return Path(named).expanduser().absolute() if named else platformdirs.user_cache_path("slimepython")


def available_jobs() -> int:
    """Processors this process may use (a container's share, not the machine's)."""
    return max(1, len(os.sched_getaffinity(0)))


@dataclass(frozen=True)
class Settings:
    """Options that all commands share."""

    root: Path
    cache: Path = field(default_factory=cache_folder)
    engine: str = "auto"
    jobs: int = field(default_factory=available_jobs)
    targets: tuple[str, ...] = ()
    keep_going: bool = False
    json: bool = False
    verbose: bool = False

    @property
    def store(self) -> Path:
        """The store's folder."""
        return self.cache / "store"

    @property
    def downloads(self) -> Path:
        """The folder of downloaded pinned inputs."""
        return self.cache / "downloads"
