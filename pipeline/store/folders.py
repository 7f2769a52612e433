"""Folders that builds have written to: closed to others, masked, removed; may import the standard library only.

All renames and removals end in `os.rename`, `os.unlink` and the like as attributes of `os`, see `pipeline.store.files`.
"""

from __future__ import annotations

import errno
import itertools
import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_UNSAFE = 0o7022
"""Set-id, sticky, and writing by group and others."""


def remove_tree(path: Path) -> None:
    """Remove a folder, whatever the modes inside and however deep it is, following no link; missing is fine.

    All goes that can go; then raises OSError for what cannot (another user's, say). `shutil.rmtree` neither opens
    folders that a build has closed to their owner nor gets to the bottom of very deep ones, since it recurses.
    """
    try:
        top = _open_folder(path)
    except FileNotFoundError:
        return
    try:
        problem = _empty(top)
    finally:
        os.close(top)
    if problem is not None:
        raise problem
    with suppress(FileNotFoundError):
        path.rmdir()


def _open_folder(name: str | Path, inside: int | None = None) -> int:
    """A descriptor of a folder that its owner may read, write and search; a link is never followed."""
    handle = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=inside)
    try:
        this = f"/proc/self/fd/{handle}"  # the very folder that was opened, whatever its name means by now
        mode = stat.S_IMODE(os.fstat(handle).st_mode)
        if mode & 0o700 != 0o700:
            Path(this).chmod(mode | 0o700)
        return os.open(this, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    finally:
        os.close(handle)


def _empty(top: int) -> OSError | None:
    """Remove all that is in an open folder; gives the first problem.

    Folders are moved up before they are emptied: so no more than two are open, and no path gets too long.
    """
    prefix, moved = f".{secrets.token_hex(8)}-", itertools.count()
    problems: list[OSError] = []
    stuck: set[str] = set()
    while names := [name for name in os.listdir(top) if name not in stuck]:
        for name in names:
            try:
                _remove_entry(top, name, lambda: f"{prefix}{next(moved)}")
            except FileNotFoundError:
                continue  # somebody else removes it too
            except OSError as error:
                stuck.add(name)
                problems.append(error)
    return problems[0] if problems else None


def _remove_entry(top: int, name: str, fresh: Callable[[], str]) -> None:
    if not stat.S_ISDIR(os.stat(name, dir_fd=top, follow_symlinks=False).st_mode):
        os.unlink(name, dir_fd=top)
        return
    folder = _open_folder(name, top)
    problem: OSError | None = None
    try:
        with os.scandir(folder) as listing:
            items = list(listing)
        for item in items:
            try:
                if item.is_dir(follow_symlinks=False):
                    os.close(_open_folder(item.name, folder))  # what moves has to be writable itself
                    os.rename(item.name, fresh(), src_dir_fd=folder, dst_dir_fd=top)
                else:
                    os.unlink(item.name, dir_fd=folder)
            except FileNotFoundError:
                continue
            except OSError as error:
                problem = problem or error
    finally:
        os.close(folder)
    if problem is not None:
        raise problem
    os.rmdir(name, dir_fd=top)


def mask_modes(folder: Path) -> None:
    """Take set-id and sticky bits and the right of others to write from all that is in a folder, and from itself.

    No link is followed; folders are opened to their owner. What cannot be looked into is removed: nothing unmasked
    stays. Nobody else may be at work in the folder.
    """
    stack = [os.fspath(folder)]
    while stack:
        name = stack.pop()
        try:
            handle = _open_folder(name)
            try:
                os.fchmod(handle, stat.S_IMODE(os.fstat(handle).st_mode) & ~_UNSAFE)
                stack += [f"{name}/{below}" for below in _mask_files(handle)]
            finally:
                os.close(handle)
        except FileNotFoundError:
            continue
        except OSError as error:
            # A path that is too long by one name is removed from one level up.
            remove_tree(Path(name).parent if error.errno == errno.ENAMETOOLONG else Path(name))


def _mask_files(handle: int) -> list[str]:
    """Mask what an open folder holds but for the folders in it, which it gives."""
    folders = []
    with os.scandir(handle) as listing:
        for item in listing:
            if item.is_dir(follow_symlinks=False):
                folders.append(item.name)
            elif not item.is_symlink():
                mode = stat.S_IMODE(item.stat(follow_symlinks=False).st_mode)
                if mode & _UNSAFE:
                    os.chmod(item.name, mode & ~_UNSAFE, dir_fd=handle)
    return folders


def make_private(folder: Path) -> None:
    """Have a folder that nobody but its owner can enter, made or tightened; root takes over what it finds."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if os.geteuid() == 0 and found.st_uid != 0:
        # A sandbox's root has no rights over another user's closed folder.
        os.chown(folder, 0, 0, follow_symlinks=False)
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)
