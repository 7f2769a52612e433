"""Real toolchains for the tests, unpacked from their locks through the project's own store and fetching."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.cli.app import App, session
from pipeline.cli.settings import Settings
from pipeline.plan.graph import plan_toolchains
from pipeline.store.digest import Digest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class UnpackedToolchain:
    """A toolchain's read-only folder and its tree's digest (hex)."""

    rootfs: Path
    digest: str


class Toolchains:
    """Gives toolchains by name; each is fetched and unpacked once per store."""

    def __init__(self, app: App) -> None:
        self.app = app

    def __call__(self, name: str) -> UnpackedToolchain:
        report = self.app.run(plan_toolchains(self.app.project, [name]))
        assert not report.failures, report.failures
        digest: Digest = report.results[f"rootfs/{name}"].outputs["out"]
        return UnpackedToolchain(self.app.store.checkout(digest), digest.hash)

    def sysroot(self, target: str) -> Path:
        """The sysroot of a target (triple or alias)."""
        for item in self.app.project.targets.values():
            if target in (item.triple, item.alias) and item.sysroot is not None:
                return self(item.sysroot).rootfs
        raise LookupError(target)


@pytest.fixture(scope="session")
def app() -> Iterator[App]:
    """The builder on this machine's real store (a speed-up: an empty one gives the same)."""
    with ExitStack() as stack:
        yield stack.enter_context(session(Settings(root=ROOT)))


@pytest.fixture(scope="session")
def toolchain(app: App) -> Toolchains:
    """`toolchain("llvm-22")` → its root file system; `toolchain.sysroot("x86_64")` → a path."""
    return Toolchains(app)
