"""Whether files are what their digests say: read anew, byte by byte; may import the store's digest and tree.

A power cut may leave a file of the right size with other bytes.
"""
# Loops over tens of thousands of files: pathlib objects would double their time.
# ruff: noqa: PTH115, PTH116

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.store.digest import PIECE, THREADS, sha256_file
from pipeline.store.tree import Entry, Tree


def of_file(path: str | Path, digest_hash: str, size: int | None, *, executable: bool) -> str:
    """What is wrong with a file, "" if nothing is. A `size` of None is any."""
    try:
        mode = os.stat(path, follow_symlinks=False).st_mode
        if not stat.S_ISREG(mode):
            return "is no file"
        found = sha256_file(Path(path))
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if found.hash != digest_hash:
        return f"has other bytes than its name says (sha256 {found.hash[:12]}…)"
    if size not in (None, found.size):
        return f"has {found.size} bytes where its tree says {size}"
    if bool(mode & 0o111) != executable:
        return f"is {'not ' if executable else ''}executable"
    return ""


def of_folder(folder: Path, tree: Tree) -> str:
    """The first thing in which a folder is not the tree, "" if it is exactly the tree. Every file is hashed."""
    try:
        strange = strangers(folder, tree)
    except OSError as error:
        return f"{error.filename} cannot be read: {error.strerror}"
    return f"{strange[0]!r} is not in the tree" if strange else of_entries(folder, tree)


def strangers(folder: Path, tree: Tree) -> list[str]:
    """The paths in a folder that the tree does not have."""
    return sorted({path for path, _ in _walk(os.fspath(folder))} - tree.by_path.keys())


def of_entries(folder: Path, tree: Tree) -> str:
    """As `of_folder`, but for what is in the folder besides."""
    top = os.fspath(folder)
    files: list[Entry] = []
    for entry in tree.entries:
        if entry.digest is not None:
            files.append(entry)
        elif not _is(f"{top}/{entry.path}", entry):
            return f"{entry.path!r} is not {entry.describe()}"

    def one(entry: Entry) -> str:
        assert entry.digest is not None
        what = of_file(f"{top}/{entry.path}", entry.digest.hash, entry.digest.size, executable=entry.executable)
        return f"the content of {entry.path!r} {what}" if what else ""

    # In pieces: handing single small files to threads costs more than hashing them.
    pieces = [files[at : at + PIECE] for at in range(0, len(files), PIECE)]
    with ThreadPoolExecutor(THREADS, thread_name_prefix="check") as pool:
        answers = pool.map(lambda piece: next(filter(None, map(one, piece)), ""), pieces)
        return next(filter(None, answers), "")


def stamp(folder: Path) -> str:
    """Changes whenever a file of the folder is replaced or written to; no file is read. "" if there is no folder."""
    state = hashlib.sha256()
    try:
        for path, status in sorted(_walk(os.fspath(folder)), key=lambda item: item[0]):
            state.update(f"{path}\0{status.st_ino} {status.st_mode} {status.st_size} {status.st_mtime_ns}\n".encode())
    except FileNotFoundError:
        return ""
    return state.hexdigest()


def _is(path: str, entry: Entry) -> bool:
    try:
        mode = os.stat(path, follow_symlinks=False).st_mode
        if entry.target is not None:
            return stat.S_ISLNK(mode) and os.readlink(path) == entry.target
    except OSError:
        return False
    return stat.S_ISDIR(mode)


def _walk(top: str) -> Iterator[tuple[str, os.stat_result]]:
    stack = [("", top)]
    while stack:
        prefix, folder = stack.pop()
        with os.scandir(folder) as listing:
            for item in listing:
                status = item.stat(follow_symlinks=False)
                # A name that is not UTF-8 is in no tree.
                path = os.fsencode(prefix + item.name).decode("utf-8", "backslashreplace")
                if stat.S_ISDIR(status.st_mode):
                    stack.append((f"{prefix}{item.name}/", item.path))
                yield path, status
