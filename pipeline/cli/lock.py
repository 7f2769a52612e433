"""`lock`: resolves toolchains and writes their lock files; may import everything."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pipeline.cli.app import make_screen
from pipeline.cli.settings import Settings
from pipeline.errors import UsageError, UsageReason
from pipeline.fetch.mirrors import debian_mirrors
from pipeline.fetch.pins import Progress
from pipeline.load.project import load_project
from pipeline.lock.indexes import certificates
from pipeline.lock.toolchain import Surroundings, lock_text, lock_toolchain
from pipeline.model.toolchain import ToolchainLock
from pipeline.run.events import Fetching, Note


def lock(settings: Settings, names: Sequence[str]) -> int:
    """Lock the named toolchains (all without names); each file is replaced only when all went well."""
    project = load_project(settings.root)
    wanted = tuple(names) or tuple(sorted(project.toolchains))
    unknown = sorted(set(wanted) - project.toolchains.keys())
    if unknown:
        raise UsageError(
            UsageReason.UNKNOWN_NAME,
            f"there is no toolchain {', '.join(unknown)}",
            hint=f"toolchains: {', '.join(sorted(project.toolchains))}",
        )
    folder = settings.root / "toolchains"
    around = Surroundings.of_today(debian_mirrors(os.environ), certificates(folder / "keys"), settings.downloads)
    with make_screen(settings) as screen:
        for name in wanted:
            done: dict[str, int] = {}

            def tell(progress: Progress, done: dict[str, int] = done) -> None:
                done[progress.pin.sha256] = progress.done
                screen(Fetching(progress.pin.name, sum(list(done.values())), sum(list(done.values()))))

            screen(Note(f"locking {name}"))
            locked = lock_toolchain(project.toolchains[name], around, progress=tell)
            _replace(folder / f"{name}.lock.json", lock_text(locked))
            screen(Note(f"{name}: {_changes(project.locks.get(name), locked)}"))
    return 0


def _replace(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)


def _changes(before: ToolchainLock | None, after: ToolchainLock) -> str:
    new = {package.name: package.version for package in after.packages}
    megabytes = sum(package.size for package in after.packages) / 1e6
    text = f"{len(new)} packages, {megabytes:.0f} MB, as of {after.timestamp}"
    if before is None:
        return text
    old = {package.name: package.version for package in before.packages}
    changed = [
        f"{name} {old.get(name, '-')} → {new.get(name, '-')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]
    return f"{text}; changed: {', '.join(changed) or 'nothing'}"
