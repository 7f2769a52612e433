"""Installs an artifact: all of it or nothing, whatever happens in between; imports release, errors.

Everything is made under `scratch/` and appears under its name by one rename, after all of it has reached the disk.
Whoever holds the lock may delete what lies in `scratch/`: the lock is the kernel's and ends with its process, so what
is there was left behind by one that is gone. No step looks at a clock.
"""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import filelock

from slimepython.errors import InstallError
from slimepython.install import ready, tree
from slimepython.install.durable import sync_file_system, sync_folder
from slimepython.install.home import ROOT, Home, HomeReason, Installed, remove
from slimepython.install.tables import fetch_tables
from slimepython.install.unpack import LIMITS, Limits, unpack
from slimepython.install.verify import verify
from slimepython.release.document import MAX_BYTES
from slimepython.release.machine import Machine
from slimepython.release.model import FILE_NAME, SCHEMA, Artifact, load_manifest
from slimepython.release.resolve import Wish, resolve
from slimepython.release.source import Source

LOCK_SECONDS: Final = 3600.0
"""How long to wait for another installer."""
_REASONS: Final = {
    errno.ENOSPC: (HomeReason.NO_SPACE, "free some space"),
    errno.EDQUOT: (HomeReason.NO_SPACE, "free some space"),
    errno.EFBIG: (HomeReason.NO_SPACE, "allow larger files (ulimit -f)"),
    errno.EROFS: (HomeReason.NOT_WRITABLE, "choose another folder with $SLIMEPYTHON_HOME"),
    errno.EACCES: (HomeReason.NOT_WRITABLE, "choose another folder with $SLIMEPYTHON_HOME"),
    errno.EPERM: (HomeReason.NOT_WRITABLE, "choose another folder with $SLIMEPYTHON_HOME"),
}

Say = Callable[[str], None]


def quiet(message: str) -> None:
    """A listener that does not listen."""
    del message


def install(
    home: Home,
    source: Source,
    wish: Wish,
    machine: Machine,
    *,
    say: Say = quiet,
    limits: Limits = LIMITS,
    lock_seconds: float = LOCK_SECONDS,
) -> Installed:
    """Have the artifact that serves `wish` installed; one that is there already and intact is left alone.

    Raises `FetchError`, `ManifestError`, `ResolveError`, `InstallError`; what was installed before is unchanged then.
    """
    document = source.read_small(FILE_NAME, MAX_BYTES)
    manifest = load_manifest(document, f"{source.name}/{FILE_NAME}")
    artifact = resolve([manifest], machine, wish)
    with locked(home, say, lock_seconds):
        folder = home.folder(artifact)
        if not folder.exists() or _is_damaged(home, folder, say):
            say(f"fetching {artifact.label} ({artifact.file.size / 1e6:.1f} MB)")
            _make(home, source, artifact, _alone(document, artifact), limits)
        fetch_tables(home, source, manifest, artifact)
        if artifact.requires.runtime is not None and not wish.foreign:
            from slimepython.install.compiled import ensure  # imports wasmtime

            ensure(home, home.read(folder), say)
    installed = home.read(folder)
    say(f"{artifact.label} is installed")
    return installed


@contextmanager
def locked(home: Home, say: Say = quiet, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the home's lock, with an empty `scratch/`. Turns what the system refuses into `InstallError`."""
    try:
        home.installs.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(home.lock)
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            say("waiting for another installer")
            lock.acquire(timeout=seconds)
        try:
            _empty(home.scratch)
            ready.sweep(str(home.path))
            try:
                yield
            finally:
                _empty(home.scratch)
        finally:
            lock.release()
    except filelock.Timeout as error:
        raise InstallError(
            HomeReason.BUSY,
            f"{home.path}: another installer has held the lock for {seconds:.0f} s",
            hint="wait for it, or end it, and run the same command again",
        ) from error
    except OSError as error:
        reason, advice = _REASONS.get(error.errno or 0, (HomeReason.WRITE_FAILED, "look at what the system says"))
        where = error.filename or home.path
        raise InstallError(
            reason, f"{where}: {error.strerror or error}", hint=f"{advice}, then run the same command again"
        ) from error


def _empty(scratch: Path) -> None:
    if scratch.exists():
        remove(scratch)


def _is_damaged(home: Home, folder: Path, say: Say) -> bool:
    """Whether what is there must be replaced."""
    try:
        problems = verify(home.read(folder))
    except InstallError as error:
        say(error.message)
        return True
    for problem in problems[:5]:
        say(f"{problem.path}: {problem.change}")
    return bool(problems)


def _alone(document: bytes, artifact: Artifact) -> bytes:
    """The manifest reduced to one artifact, which is what stays with its installation."""
    published = json.loads(document)
    mine = [item for item in published["artifacts"] if item["file"]["sha256"] == artifact.file.sha256]
    return json.dumps({**published, "schema": SCHEMA, "artifacts": mine[:1]}, sort_keys=True, indent=1).encode()


def _make(home: Home, source: Source, artifact: Artifact, manifest: bytes, limits: Limits) -> None:
    home.scratch.mkdir()
    made = Path(tempfile.mkdtemp(prefix="install-", dir=home.scratch))
    with tempfile.TemporaryFile(dir=home.scratch) as archive:
        source.fetch(artifact.file, archive)
        archive.flush()
        entries = unpack(archive, made / ROOT, limits)
    record = tree.dumps(entries)
    try:
        tree.loads(record, artifact.tree)
    except ValueError as error:
        raise InstallError(
            HomeReason.WRONG_TREE,
            f"{artifact.label}: what was unpacked is not what the manifest says: {error}",
            hint="nothing was installed; tell whoever published this release",
        ) from error
    _require_entry(made / ROOT, artifact)
    for name, data in ((tree.RECORD, record), (FILE_NAME, manifest)):
        (made / name).write_bytes(data)
    made.chmod(0o755)
    sync_file_system(made)
    _publish(home, made, home.folder(artifact))


def _require_entry(root: Path, artifact: Artifact) -> None:
    entry = root / (artifact.entry or "")
    needed = os.R_OK if artifact.requires.runtime else os.R_OK | os.X_OK
    if not entry.is_file() or not os.access(entry, needed):
        raise InstallError(
            HomeReason.NO_ENTRY,
            f"{artifact.label}: there is no program at {artifact.entry!r}",
            hint="nothing was installed; tell whoever published this release",
        )


def _publish(home: Home, made: Path, folder: Path) -> None:
    if folder.exists():  # a damaged one: out of the way first, a folder cannot be renamed over another
        folder.rename(home.scratch / "damaged")
    made.rename(folder)
    sync_folder(home.installs)
