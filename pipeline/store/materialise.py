"""Trees made into directories again, shared or private; may import the store's layout, files, ingest, tree.

Sizes are checked here, which costs nothing; whole digests are checked by `pipeline.store.verify`.
"""
# Loops over tens of thousands of files: pathlib objects would double their time.
# ruff: noqa: PTH101, PTH102, PTH103, PTH104, PTH116, PTH211

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.store.digest import Digest
from pipeline.store.errors import StoreReason
from pipeline.store.files import copy_file, set_constant_time
from pipeline.store.ingest import touch
from pipeline.store.layout import Layout, Session
from pipeline.store.tree import Entry, Tree

Place = Callable[[str, str, int], None]


def checkout(layout: Layout, session: Session, tree: Tree) -> Path:
    """A directory with the tree's content made of hard links to the blobs, whole or not there at all.

    It is shared and must not be written to. Raises StoreError (MISSING, DAMAGED) and OSError.
    """
    final = layout.checkout(tree.digest.hash)
    temp = session.temp()
    try:
        _build(layout, tree, temp, _link)
        try:
            os.rename(temp, final)
        except OSError as error:
            # Somebody was faster: theirs has the same content.
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
    finally:
        session.remove(temp)
    return final


def export(layout: Layout, tree: Tree, into: Path) -> None:
    """Write a private, writable copy of the tree into a folder that has none of its files.

    Raises StoreError (MISSING, DAMAGED; CONFLICT if a file is in the way) and OSError.
    """
    try:
        _build(layout, tree, into, _copy)
    except FileExistsError as error:
        raise StoreError(
            StoreReason.CONFLICT,
            f"{error.filename2 or error.filename} is in the way of tree {tree.digest.hash[:12]}",
            hint="two inputs put a file at the same place: change the `into` of one of them",
        ) from error


def _build(layout: Layout, tree: Tree, folder: Path, place: Place) -> None:
    top = os.fspath(folder)
    os.makedirs(top, exist_ok=True)
    folders = [top]
    for entry in tree.entries:
        path = f"{top}/{entry.path}"
        if entry.type == "dir":
            with suppress(FileExistsError):
                os.mkdir(path, 0o755)
            folders.append(path)
        elif entry.target is not None:
            os.symlink(entry.target, path)
            set_constant_time(path)
        else:
            _file(layout, entry, path, place)
    for path in reversed(folders):
        os.chmod(path, 0o755)
        set_constant_time(path)


def _file(layout: Layout, entry: Entry, path: str, place: Place) -> None:
    assert entry.digest is not None
    blob = layout.blob(entry.digest.hash, executable=entry.executable)
    _check_size(blob, entry.digest, entry.path)
    place(os.fspath(blob), path, 0o755 if entry.executable else 0o644)


def find_blob(layout: Layout, digest: Digest) -> Path:
    """A blob's path whichever variant is there, noted as used; raises StoreError (MISSING, DAMAGED)."""
    for executable in (False, True):
        path = layout.blob(digest.hash, executable=executable)
        if path.exists():
            _check_size(path, digest, path.name)
            touch(path)
            return path
    raise _missing_blob(digest, "a blob")


def require_blobs(layout: Layout, tree: Tree) -> None:
    """Raise StoreError (MISSING, DAMAGED) unless all blobs of a tree are there."""
    for entry in tree.entries:
        if entry.digest is not None:
            _check_size(layout.blob(entry.digest.hash, executable=entry.executable), entry.digest, entry.path)


def _check_size(blob: Path, digest: Digest, path: str) -> None:
    try:
        size = os.stat(blob, follow_symlinks=False).st_size
    except FileNotFoundError:
        raise _missing_blob(digest, repr(path)) from None
    if size != digest.size:
        raise StoreError(
            StoreReason.DAMAGED,
            f"blob {blob} has {size} bytes and should have {digest.size}: it is the content of {path!r}",
            hint="run the same command again: the damaged tree counts as not built",
        )


def _missing_blob(digest: Digest, what: str) -> StoreError:
    return StoreError(
        StoreReason.MISSING,
        f"the store has no blob {digest}, wanted for {what}",
        hint="run the same command again: the incomplete tree counts as not built",
    )


def _link(blob: str, path: str, mode: int) -> None:
    try:
        os.link(blob, path)
    except OSError as error:
        if error.errno != errno.EMLINK:
            raise
        _copy(blob, path, mode)


def _copy(blob: str, path: str, mode: int) -> None:
    copy_file(blob, path, mode)
    set_constant_time(path)


def touch_tree(layout: Layout, digest: Digest) -> bool:
    """Note that a tree was used now; False if the store has no such tree."""
    try:
        os.utime(layout.tree_object(digest.hash))
    except FileNotFoundError:
        return False
    except PermissionError:
        pass  # another user's store: their clock counts
    return True
