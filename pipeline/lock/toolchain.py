"""Locks one toolchain: index, closure, packages, their maintainer scripts; may import fetch and model.

The lock holds names, versions, pool-relative paths, sizes and digests: never a host.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pysequoia

from pipeline.errors import LockError
from pipeline.fetch.download import download
from pipeline.fetch.mirrors import pool_places, snapshot
from pipeline.fetch.pins import Pin, ProgressCallback
from pipeline.lock.deb import control_files
from pipeline.lock.globs import matcher
from pipeline.lock.index import Candidate
from pipeline.lock.indexes import fetch_index, fetch_release
from pipeline.lock.reasons import LockReason
from pipeline.lock.release import check_validity
from pipeline.lock.resolve import resolve
from pipeline.lock.scripts import Uncovered, uncovered
from pipeline.model.toolchain import LockedPackage, Toolchain, ToolchainLock

_SHOWN_LINES = 6


@dataclass(frozen=True)
class Surroundings:
    """Where locking reads from: mirrors (best first), trusted keys, the downloads folder, the time (UTC)."""

    mirrors: Sequence[str]
    trusted: Sequence[pysequoia.Cert]
    downloads: Path
    now: datetime

    @staticmethod
    def of_today(mirrors: Sequence[str], trusted: Sequence[pysequoia.Cert], downloads: Path) -> Surroundings:
        """With the clock's time; without a mirror, the snapshot service's newest state."""
        now = datetime.now(UTC)
        return Surroundings(mirrors or (snapshot(f"{now:%Y%m%dT%H%M%SZ}"),), trusted, downloads, now)


@dataclass(frozen=True)
class Watch:
    """Who is told how far locking is: `step` what begins, `fetching` which pins (it gives the callback of their
    download), `counting` how many of how many packages have been looked at."""

    step: Callable[[str], None] = lambda _: None
    fetching: Callable[[Sequence[Pin]], ProgressCallback] = lambda _: lambda _: None
    counting: Callable[[int, int], None] = lambda _done, _total: None


def lock_toolchain(toolchain: Toolchain, around: Surroundings, watch: Watch | None = None) -> ToolchainLock:
    """Resolves the toolchain against its suite's signed index of now.

    All its packages are fetched, since their maintainer scripts are looked at. Raises LockError, FetchError.
    """
    told = watch or Watch()
    told.step(f"index of {toolchain.suite}")
    release, mirror = fetch_release(toolchain.suite, around.mirrors, around.trusted)
    allowed = toolchain.allow_expired.reason if toolchain.allow_expired else None
    check_validity(release, around.now, allowed_because=allowed)
    indexes = {
        architecture: fetch_index(release, architecture, mirror, around.downloads, told.fetching)
        for architecture in (toolchain.architecture, *toolchain.foreign_architectures)
    }
    told.step("what the packages need")
    chosen = resolve(toolchain.packages, indexes, native=toolchain.architecture, avoid=toolchain.avoid)
    pins = [_pin(toolchain, candidate, release.timestamp, around.mirrors) for candidate in chosen]
    told.step(f"{len(pins)} packages")
    files = download(pins, around.downloads, progress=told.fetching(pins))
    told.step(f"maintainer scripts of {len(pins)} packages")
    control = {}
    for number, candidate in enumerate(chosen, start=1):
        control[candidate.name] = control_files(files[candidate.sha256])
        told.counting(number, len(chosen))
    check_scripts(toolchain, control)
    return ToolchainLock(
        schema_version=1,
        name=toolchain.name,
        suite=toolchain.suite,
        timestamp=release.timestamp,
        packages=tuple(
            LockedPackage(
                name=c.name,
                version=c.version,
                architecture=c.architecture,
                path=c.path,
                size=c.size,
                sha256=c.sha256,
            )
            for c in chosen
        ),
    )


def lock_text(lock: ToolchainLock) -> str:
    """The lock file's text: sorted keys, one line a value, so that a diff shows what changed."""
    return json.dumps(lock.model_dump(mode="json"), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def check_scripts(toolchain: Toolchain, control: Mapping[str, Mapping[str, bytes]]) -> None:
    """Raises LockError unless the scripts of all packages (name → control files) are covered.

    `MAINTAINER_SCRIPT` names every package with the lines in question; `REASON_UNUSED` names entries of
    `maintainer_scripts` that cover nothing, so that the yaml stays true.
    """
    excluded = matcher(toolchain.exclude)
    needy = {
        name: found for name, files in sorted(control.items()) if (found := uncovered(files, toolchain.links, excluded))
    }
    bare = {name: found for name, found in needy.items() if name not in toolchain.maintainer_scripts}
    if bare:
        raise LockError(
            LockReason.MAINTAINER_SCRIPT,
            "\n".join(_describe(name, found) for name, found in bare.items()),
            hint=f"in toolchains/{toolchain.name}.yaml add what they do under `links` or `files`, or say in "
            f"`maintainer_scripts` why it need not be done: {', '.join(bare)}",
        )
    unused = sorted(set(toolchain.maintainer_scripts) - set(needy))
    if unused:
        raise LockError(
            LockReason.REASON_UNUSED,
            f"`maintainer_scripts` gives reasons for packages that need none: {', '.join(unused)}",
            hint=f"remove these entries from toolchains/{toolchain.name}.yaml",
        )


def _pin(toolchain: Toolchain, candidate: Candidate, timestamp: str, mirrors: Sequence[str]) -> Pin:
    return Pin(
        name=f"{toolchain.name}: {candidate.name} {candidate.version} ({candidate.architecture})",
        sha256=candidate.sha256,
        size=candidate.size,
        places=pool_places(candidate.path, timestamp, mirrors),
        mend=f"nox -s lock -- {toolchain.name}",
    )


def _describe(name: str, found: Sequence[Uncovered]) -> str:
    lines = [f"{name}: nothing covers what its maintainer scripts do"]
    for script in found:
        shown = script.lines[:_SHOWN_LINES]
        lines += [f"  {script.script}: {line}" for line in shown]
        if len(script.lines) > len(shown):
            lines.append(f"  {script.script}: … and {len(script.lines) - len(shown)} more lines")
    return "\n".join(lines)
