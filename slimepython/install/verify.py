"""Whether an installation still is what was published, file by file; imports the package's errors and models."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from slimepython.errors import InstallError
from slimepython.install import tree
from slimepython.install.home import HomeReason, Installed
from slimepython.install.members import Kind
from slimepython.install.tree import Entry


class Change(StrEnum):
    """How a file differs from what was published."""

    CONTENT = "its content was changed"
    MISSING = "it is missing"
    EXTRA = "nobody published it"
    MODE = "its permissions were changed"
    KIND = "it is something else than what was published"
    UNREADABLE = "it cannot be read"


@dataclass(frozen=True, order=True)
class Problem:
    """One difference; `path` is absolute."""

    path: str
    change: Change


def verify(installed: Installed) -> tuple[Problem, ...]:
    """Hash every file and compare: what was changed, is missing, or nobody published (a planted `.pyc`, say).

    The record of what must be there is itself checked against the manifest's `tree`, and so needs no trust.
    """
    record = installed.root.parent / tree.RECORD
    try:
        entries = tree.loads(record.read_bytes(), installed.artifact.tree)
    except FileNotFoundError:
        return (Problem(str(record), Change.MISSING),)
    except OSError:
        return (Problem(str(record), Change.UNREADABLE),)
    except ValueError:
        return (Problem(str(record), Change.CONTENT),)
    return tuple(sorted([*differing(installed.root, entries), *_beside(installed.root.parent)]))


def require_intact(installed: Installed) -> None:
    """Raise `InstallError` (CHANGED), naming what differs, unless all is as it was published."""
    problems = verify(installed)
    if problems:
        lines = [f"  {problem.path}: {problem.change}" for problem in problems[:20]]
        more = [f"  and {len(problems) - 20} more"] if len(problems) > 20 else []
        raise InstallError(
            HomeReason.CHANGED,
            "\n".join([f"{installed.artifact.label} is not what was installed", *lines, *more]),
            hint=f"put it right again: slimepython install --target {installed.artifact.target} "
            f"--tier {installed.artifact.tier} --version {installed.artifact.version}; "
            "to add packages, make a virtual environment: $(slimepython which) -m venv FOLDER",
        )


def differing(root: Path, entries: Iterable[Entry]) -> Iterator[Problem]:
    """Every difference of a folder from what must be in it; all files are hashed."""
    known = {entry.path: entry for entry in entries}
    found = set()
    for path, name in _walk(root):
        entry = known.get(name)
        found.add(name)
        change = Change.EXTRA if entry is None else _change(path, entry)
        if change is not None:
            yield Problem(path, change)
    for name in known.keys() - found:
        yield Problem(str(root / name), Change.MISSING)


def _walk(root: Path) -> Iterator[tuple[str, str]]:
    """Everything below `root`: absolute path, path from there. Does not follow links."""
    folders = [(str(root), "")]
    while folders:
        folder, prefix = folders.pop()
        try:
            items = list(os.scandir(folder))
        except FileNotFoundError:
            continue  # reported as missing, with what was in it
        for item in items:
            name = prefix + item.name
            yield item.path, name
            if item.is_dir(follow_symlinks=False):
                folders.append((item.path, f"{name}/"))


def _beside(folder: Path) -> Iterator[Problem]:
    """Nothing but the three names of an installation may stand beside its files."""
    for item in os.scandir(folder):
        if item.name not in ("manifest.json", tree.RECORD, "root"):
            yield Problem(item.path, Change.EXTRA)


def _change(path: str, entry: Entry) -> Change | None:
    try:
        status = os.lstat(path)
        if _kind(status.st_mode) is not entry.kind:
            return Change.KIND
        if entry.kind is Kind.LINK:
            return None if str(Path(path).readlink()) == entry.target else Change.CONTENT
        if status.st_mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IWGRP | stat.S_IWOTH):
            return Change.MODE
        if entry.kind is Kind.FOLDER:
            return None
        if bool(status.st_mode & stat.S_IXUSR) != entry.executable:
            return Change.MODE
        if status.st_size != entry.size or _sha256(path) != entry.sha256:
            return Change.CONTENT
    except OSError:
        return Change.UNREADABLE
    return None


def _kind(mode: int) -> Kind | None:
    if stat.S_ISREG(mode):
        return Kind.FILE
    if stat.S_ISDIR(mode):
        return Kind.FOLDER
    return Kind.LINK if stat.S_ISLNK(mode) else None


def _sha256(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
