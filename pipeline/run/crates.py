"""Vendored Rust crates, fetched by the toolchain's own cargo as cargo is configured; may import fetch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.load.project import Project
from pipeline.run.executor import Work
from pipeline.sandbox.protocol import Engine
from pipeline.store.store import Store


@dataclass
class CratesHandler:
    """Fills a folder with the crates of a recipe's `Cargo.lock`."""

    project: Project
    store: Store
    engine: Callable[[], Engine]

    def fill(self, work: Work, into: Path) -> None:
        """Vendor the crates. Raises `FetchError`."""
