"""Locks one toolchain: index, closure, packages, their maintainer scripts; may import fetch and model.

The lock holds names, versions, pool-relative paths, sizes and digests: never a host.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import LockError
from pipeline.fetch.download import download
from pipeline.fetch.mirrors import pool_places
from pipeline.fetch.pins import Pin, ProgressCallback
from pipeline.lock.deb import control_files
from pipeline.lock.globs import matcher
from pipeline.lock.index import Candidate
from pipeline.lock.indexes import fetch_index, fetch_release
from pipeline.lock.reasons import LockReason
from pipeline.lock.release import Expected
from pipeline.lock.resolve import resolve
from pipeline.lock.scripts import Uncovered, uncovered
from pipeline.lock.signature import signing_keys
from pipeline.model.toolchain import TIMESTAMP, LockedPackage, Suite, Toolchain, ToolchainLock

_SHOWN_LINES = 6


@dataclass(frozen=True)
class Archive:
    """Where packages come from (mirrors, best first) and what of them is trusted: suites by codename, the folder of
    the keys that may sign them, the time (UTC), and the newest committed lock's time by codename.

    A suite's state before its newest lock is refused: it may be a state with known faults that a mirror serves again.
    """

    mirrors: Sequence[str]
    suites: Mapping[str, Suite]
    keys: Path
    now: datetime
    locked: Mapping[str, datetime]

    def expected(self, toolchain: Toolchain) -> Expected:
        """What the Release file of the toolchain's suite has to be. Raises LockError."""
        suite = self.suites.get(toolchain.suite)
        if suite is None:
            raise LockError(
                LockReason.UNKNOWN_SUITE,
                f"nothing says who signs {toolchain.suite}, the suite of {toolchain.name}",
                hint=f"write toolchains/suites/{toolchain.suite}.yaml after one that is there: "
                f"{', '.join(sorted(self.suites))} (a suite goes by its codename)",
            )
        keys = signing_keys(self.keys, suite.signed_by, self.now)
        return Expected(suite, keys, self.now, self.locked.get(suite.codename))


def newest_locks(locks: Iterable[ToolchainLock]) -> dict[str, datetime]:
    """Codename → the time of its newest lock."""
    newest: dict[str, datetime] = {}
    for lock in locks:
        time = datetime.strptime(lock.timestamp, TIMESTAMP).replace(tzinfo=UTC)
        newest[lock.suite] = max(time, newest.get(lock.suite, time))
    return newest


@dataclass(frozen=True)
class Watch:
    """Who is told how far locking is: `step` what begins, `fetching` which pins (it gives the callback of their
    download), `counting` how many of how many packages have been looked at."""

    step: Callable[[str], None] = lambda _: None
    fetching: Callable[[Sequence[Pin]], ProgressCallback] = lambda _: lambda _: None
    counting: Callable[[int, int], None] = lambda _done, _total: None


def lock_toolchain(
    toolchain: Toolchain, archive: Archive, downloads: Path, watch: Watch | None = None
) -> ToolchainLock:
    """Resolves the toolchain against its suite's signed index of now.

    All its packages are fetched, since their maintainer scripts are looked at. Raises LockError, FetchError.
    """
    told = watch or Watch()
    told.step(f"index of {toolchain.suite}")
    release = fetch_release(archive.expected(toolchain), archive.mirrors, told=told.step)
    indexes = {
        architecture: fetch_index(release, architecture, archive.mirrors, downloads, told.fetching)
        for architecture in (toolchain.architecture, *toolchain.foreign_architectures)
    }
    told.step("what the packages need")
    chosen = resolve(toolchain.packages, indexes, native=toolchain.architecture, avoid=toolchain.avoid)
    packages = tuple(_locked(candidate) for candidate in chosen)
    pins = [_pin(toolchain, package, release.timestamp, archive.mirrors) for package in packages]
    told.step(f"{len(pins)} packages")
    files = download(pins, downloads, progress=told.fetching(pins))
    told.step(f"maintainer scripts of {len(pins)} packages")
    control = {}
    for number, package in enumerate(packages, start=1):
        control[package.name] = control_files(files[package.sha256], package.sha256)
        told.counting(number, len(packages))
    check_scripts(toolchain, control)
    return ToolchainLock(
        schema_version=1, name=toolchain.name, suite=toolchain.suite, timestamp=release.timestamp, packages=packages
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


def _locked(candidate: Candidate) -> LockedPackage:
    """The candidate as the lock holds it: its path and digest stay in their folders, whatever the index says."""
    try:
        return LockedPackage(
            name=candidate.name,
            version=candidate.version,
            architecture=candidate.architecture,
            path=candidate.path,
            size=candidate.size,
            sha256=candidate.sha256,
        )
    except ValidationError as error:
        wrong = "; ".join(f"{one['loc'][0]}: {one['msg']}" for one in error.errors(include_url=False))
        raise LockError(LockReason.BAD_INDEX, f"the index entry of {candidate.name} is wrong: {wrong}") from error


def _pin(toolchain: Toolchain, package: LockedPackage, timestamp: str, mirrors: Sequence[str]) -> Pin:
    return Pin(
        name=f"{toolchain.name}: {package.name} {package.version} ({package.architecture})",
        sha256=package.sha256,
        size=package.size,
        places=pool_places(package.path, timestamp, mirrors),
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
