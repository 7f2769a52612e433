"""Where things are inside a store, its format version and sessions; may import the store's files and errors.

```
    FORMAT             the version of this layout
    USE                locked shared by every session, exclusively by gc
    blobs/ab/HASH[.x]  file contents, mode 0644 or (.x) 0755, constant time; whole if it has a name
    trees/HASH.json    tree objects, written after all their blobs
    trees/HASH/        checkouts: hard links to blobs, read-only by convention
    results/ab/KEY.json
    failed/NAME/       what failed actions left, without set-id bits; for its owner only, as is
    work/ID/           scratch of one session; `work/ID.lock` is held as long as its process lives
    locks/             advisory locks, one per name
    quarantine/        damaged blobs, for the curious
```
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

from filelock import FileLock, Timeout

from pipeline.errors import StoreError
from pipeline.store.errors import StoreReason
from pipeline.store.files import explained, write_atomically
from pipeline.store.folders import make_private, remove_tree

FORMAT = 1

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,199}")


class Layout:
    """The folders of one store. Creating it makes what is missing.

    Raises StoreError: NEWER_FORMAT, NOT_A_STORE (the folder holds something else), NO_SPACE, NOT_WRITABLE.
    """

    _FOLDERS: ClassVar[tuple[str, ...]] = (*("blobs", "trees", "results", "failed", "work", "locks", "quarantine"),)

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.trees = self.root / "trees"
        self.failed = self.root / "failed"
        self.work = self.root / "work"
        self.locks = self.root / "locks"
        self.quarantine = self.root / "quarantine"
        with explained(self.root):
            self._open()

    def _open(self) -> None:
        marker = self.root / "FORMAT"
        try:
            text = marker.read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            self._create(marker)
            text = str(FORMAT)
        if not text.isdigit() or int(text) < 1:
            raise StoreError(
                StoreReason.NOT_A_STORE,
                f"{marker} says {text!r}, which is no version of a store",
                hint=f"remove {self.root}: everything in it can be built again",
            )
        if int(text) > FORMAT:
            raise StoreError(
                StoreReason.NEWER_FORMAT,
                f"the store {self.root} has format {text}; this version knows format {FORMAT}",
                hint="use the newer version that wrote it, or name another folder for the store",
            )
        # What builds write lies there with the modes that they gave it: a program of root's with a set-id bit, say.
        for folder in (self.failed, self.work):
            make_private(folder)

    def _create(self, marker: Path) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        # A store being created by two processes at once has our folders and no marker yet: that is fine.
        strange = sorted({item.name for item in self.root.iterdir()} - {*self._FOLDERS, "FORMAT", "USE"})
        strange = [name for name in strange if not name.startswith(".FORMAT.")]
        if strange:
            raise StoreError(
                StoreReason.NOT_A_STORE,
                f"{self.root} is not empty and not a store: it holds {', '.join(strange[:3])}",
                hint="name an empty or new folder for the store",
            )
        for name in self._FOLDERS:
            (self.root / name).mkdir(exist_ok=True)
        temp = self.root / f".FORMAT.{secrets.token_hex(4)}"
        write_atomically(marker, f"{FORMAT}\n".encode(), temp=temp)

    def blob(self, digest_hash: str, *, executable: bool) -> Path:
        """The path of a blob; executable ones are apart, so that checkouts can be hard links."""
        return self.root / "blobs" / digest_hash[:2] / (f"{digest_hash}.x" if executable else digest_hash)

    def tree_object(self, digest_hash: str) -> Path:
        """The path of a tree object."""
        return self.trees / f"{digest_hash}.json"

    def checkout(self, digest_hash: str) -> Path:
        """The path of a tree's cached checkout."""
        return self.trees / digest_hash

    def result(self, key: str) -> Path:
        """The path of the result under a key."""
        return self.root / "results" / key[:2] / f"{key}.json"

    def lock(self, name: str) -> Path:
        """The path of an advisory lock."""
        return self.locks / f"{name}.lock"


class Session:
    """This process's stay in a store: a shared lock against gc and a scratch folder of its own.

    Both are released by the kernel however the process ends; the scratch folder of a dead session is removed
    by the next one.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.left: list[tuple[Path, OSError]] = []
        self._use = os.open(layout.root / "USE", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        fcntl.flock(self._use, fcntl.LOCK_SH)
        self._remove_stale()
        while True:
            name = f"{os.getpid()}-{secrets.token_hex(4)}"
            path = layout.work / f"{name}.lock"
            self._alive = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            fcntl.flock(self._alive, fcntl.LOCK_EX)
            # Another session's clean-up may have taken the file for a dead one's before it was locked.
            if path.exists():
                break
            os.close(self._alive)
        self.folder = layout.work / name
        self.folder.mkdir()

    def temp(self) -> Path:
        """A fresh name in this session's scratch folder, for something that will be renamed into place."""
        return self.folder / f"t{secrets.token_hex(8)}"

    def exclusive(self) -> bool:
        """Try to become the store's only user; True if nobody else is in it."""
        try:
            fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # A failed conversion may have dropped the shared lock, flock(2): take it again.
            fcntl.flock(self._use, fcntl.LOCK_SH)
            return False
        return True

    def share(self) -> None:
        """Let others in again."""
        fcntl.flock(self._use, fcntl.LOCK_SH)

    def remove(self, folder: Path) -> bool:
        """Remove a folder; whether it is gone. What stays, and why, is in `left` afterwards."""
        try:
            remove_tree(folder)
        except OSError as error:
            self.left.append((folder, error))
            return False
        return True

    def close(self) -> None:
        """Leave the store and remove the scratch folder. If that fails, the next session tries it again and says so."""
        if self._alive >= 0:
            if self.remove(self.folder):
                with suppress(FileNotFoundError):
                    (self._layout.work / f"{self.folder.name}.lock").unlink()
            os.close(self._alive)
            os.close(self._use)
            self._alive = self._use = -1

    def _remove_stale(self) -> None:
        for path in self._layout.work.glob("*.lock"):
            try:
                number = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            except OSError:
                continue
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self.remove(self._layout.work / path.stem):
                    path.unlink(missing_ok=True)
            except OSError:
                continue  # alive, or another user's: not ours to judge
            finally:
                os.close(number)


@contextmanager
def advisory_lock(path: Path, on_wait: Callable[[str], None] | None, name: str) -> Iterator[None]:
    """Hold a lock among all processes; `on_wait` is called with `name`, once, if somebody else has it."""
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if on_wait is not None:
            on_wait(name)
        lock.acquire(poll_interval=0.2)
    try:
        yield
    finally:
        lock.release()


def checked_name(name: str) -> str:
    """A name that is safe as a file's; raises StoreError (BAD_NAME) for any other."""
    if not _NAME.fullmatch(name):
        raise StoreError(
            StoreReason.BAD_NAME,
            f"{name!r} cannot name something in the store",
            hint="names have letters, digits and ._@+- and at most 200 characters",
        )
    return name
