"""`lock`: resolves toolchains and writes their lock files; may import everything."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pipeline.cli.app import make_screen
from pipeline.cli.nextstep import pasteable
from pipeline.cli.output import Output
from pipeline.cli.settings import Settings
from pipeline.errors import SlimeError, UsageError, UsageReason
from pipeline.fetch.mirrors import debian_mirrors, snapshot
from pipeline.load.project import Project, load_project
from pipeline.load.suites import load_suites
from pipeline.lock.toolchain import Archive, Watch, lock_text, lock_toolchain, newest_locks
from pipeline.model.toolchain import PROBE_TOOLCHAIN, TIMESTAMP, ToolchainLock
from pipeline.plan.action import Json
from pipeline.plan.select import resolve_target
from pipeline.run.events import Emit, Note, Working
from pipeline.run.prepare import fetch_progress


def lock(settings: Settings, names: Sequence[str], *, older: bool = False) -> int:
    """Lock the named toolchains (all without names); each file is replaced only when all went well.

    A state of a suite that is older than its newest lock is taken only if `older` says so.
    With `keep_going` the others are locked after one that cannot be; its error is the exit status.
    """
    output = Output(settings.json, people=sys.stderr)
    project = load_project(settings.root, relock=True)
    wanted = toolchains_of(project, names, settings.targets)
    folder = settings.root / "toolchains"
    archive = archive_of_now(project, older=older)
    failures: list[SlimeError] = []
    locked: dict[str, Json] = {}
    for name in wanted:
        try:
            with make_screen(settings) as screen:
                screen(Note(f"locking {name}"))
                made = lock_toolchain(project.toolchains[name], archive, settings.downloads, _watch(name, screen))
        except SlimeError as error:
            if not settings.keep_going:
                raise
            failures.append(error)
            text = f"✗ {name}: {error.message}\n  next      {pasteable(error.hint)}"
            output.say(text, "failed", toolchain=name, reason=error.reason.value, message=error.message)
            continue
        _replace(folder / f"{name}.lock.json", lock_text(made))
        changed = _changed(project.locks.get(name), made)
        locked[name] = {"packages": len(made.packages), "timestamp": made.timestamp, "changed": dict(changed)}
        news = f"; changed: {_listed(changed)}" if name in project.locks else ""
        output.say(f"{name}: {_describe(made)}{news}", "locked", toolchain=name, changed=dict(changed))
    status = failures[0].exit_code if failures else 0
    return output.end(status, f"{len(locked)} of {len(wanted)} toolchains locked", toolchains=locked)


def archive_of_now(project: Project, *, older: bool) -> Archive:
    """Debian's archive of now; without a mirror, the snapshot service's newest state of it."""
    now = datetime.now(UTC)
    return Archive(
        mirrors=debian_mirrors(os.environ) or (snapshot(f"{now:{TIMESTAMP}}"),),
        suites=load_suites(project.root),
        keys=project.root / "toolchains" / "keys",
        now=now,
        locked={} if older else newest_locks(project.locks.values()),
    )


def toolchains_of(project: Project, names: Sequence[str], targets: Sequence[str]) -> tuple[str, ...]:
    """The toolchains that are named (all without names), of which only those that builds for `targets` use.

    Raises `UsageError` for a name or a target that there is not.
    """
    unknown = sorted(set(names) - project.toolchains.keys())
    if unknown:
        raise UsageError(
            UsageReason.UNKNOWN_NAME,
            f"there is no toolchain {', '.join(unknown)}",
            hint=f"toolchains: {', '.join(sorted(project.toolchains))}",
        )
    wanted = tuple(names) or tuple(sorted(project.toolchains))
    if not targets:
        return wanted
    used = {PROBE_TOOLCHAIN}
    for target in {resolve_target(project, target) for target in targets}:
        used |= {recipe.toolchain for recipe in project.recipes.values() if target in recipe.targets}
        used.add(project.targets[target].sysroot or PROBE_TOOLCHAIN)
    return tuple(name for name in wanted if name in used)


def _watch(name: str, emit: Emit) -> Watch:
    return Watch(
        step=lambda text: emit(Note(f"{name}: {text}")),
        fetching=lambda pins: fetch_progress(pins, emit),
        counting=lambda done, total: emit(Working(f"{name}: maintainer scripts", done, total, "packages")),
    )


def _replace(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)


def _changed(before: ToolchainLock | None, after: ToolchainLock) -> dict[str, str]:
    """Package → `old → new`, a dash where there is none."""
    new = {package.name: package.version for package in after.packages}
    old = {package.name: package.version for package in before.packages} if before is not None else {}
    return {
        name: f"{old.get(name, '-')} → {new.get(name, '-')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    }


def _describe(lock: ToolchainLock) -> str:
    megabytes = sum(package.size for package in lock.packages) / 1e6
    return f"{len(lock.packages)} packages, {megabytes:.0f} MB, as of {lock.timestamp}"


def _listed(changed: dict[str, str]) -> str:
    return ", ".join(f"{name} {what}" for name, what in changed.items()) or "nothing"
