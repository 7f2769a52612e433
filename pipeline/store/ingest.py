"""Files and folders taken into the store as blobs and entries; may import the store's layout, files, tree.

Bytes are hashed in parallel threads (hashlib releases the interpreter lock). A blob gets its final mode and
time before its name, so that its name never stands for half a blob.
"""
# Loops over tens of thousands of files: pathlib objects would double their time.
# ruff: noqa: PTH101, PTH104, PTH108, PTH115, PTH116, PTH123

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from enum import Enum
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.store import damage
from pipeline.store.digest import CHUNK, PIECE, THREADS, Digest, sha256_file
from pipeline.store.errors import StoreReason
from pipeline.store.files import copy_file, set_constant_time
from pipeline.store.layout import Layout, Session
from pipeline.store.tree import Entry, Tree


class Take(Enum):
    """What happens to the files that are taken in."""

    COPY = "copy"
    """They stay where they are."""
    MOVE = "move"
    """They are renamed into the store: nothing is copied, and the folder is used up."""


class Ingest:
    """Puts bytes into one store."""

    def __init__(self, layout: Layout, session: Session, say: Callable[[str], None]) -> None:
        self._layout = layout
        self._session = session
        self._say = say
        self._sound: set[Path] = set()
        """Blobs that were there before and have been hashed. A power cut, which may take their bytes, ends us too."""

    def folder(self, folder: Path, take: Take) -> Tree:
        """The folder's tree, all its files being blobs now.

        Modes become 0644 or 0755; owners, times, setuid bits and extended attributes are dropped; links are
        kept as they are. Raises StoreError (BAD_ENTRY: device, FIFO, socket; BAD_NAME: not UTF-8), OSError.
        """
        entries: list[Entry] = []
        files: list[tuple[str, str, os.stat_result]] = []
        for path, full, status in _walk(os.fspath(folder), take):
            if stat.S_ISREG(status.st_mode):
                files.append((path, full, status))
            elif stat.S_ISLNK(status.st_mode):
                entries.append(Entry(path, "link", target=_text(os.readlink(full), full)))
            elif stat.S_ISDIR(status.st_mode):
                entries.append(Entry(path, "dir"))
            else:
                raise StoreError(
                    StoreReason.BAD_ENTRY,
                    f"{full} is {_kind(status.st_mode)}: a tree holds files, links and directories only",
                    hint="remove it at the end of the step that makes it",
                )

        def one(item: tuple[str, str, os.stat_result]) -> Entry:
            path, full, status = item
            executable = bool(status.st_mode & 0o111)
            # Another name of the same file could still be written to, and only an owner may set a blob's mode
            # and time: such files are copied.
            movable = take is Take.MOVE and status.st_nlink == 1 and os.geteuid() in (0, status.st_uid)
            digest = self.move(full, executable) if movable else self.copy(full, executable)
            return Entry(path, "file", digest=digest, executable=executable)

        # In pieces: handing single small files to threads costs more than hashing them.
        pool = ThreadPoolExecutor(THREADS, thread_name_prefix="ingest")
        try:
            pieces = [files[at : at + PIECE] for at in range(0, len(files), PIECE)]
            for done in pool.map(lambda piece: [one(item) for item in piece], pieces):
                entries.extend(done)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        return Tree.of(entries)

    def move(self, path: str | Path, executable: bool) -> Digest:  # noqa: FBT001 - a file's own property
        """Make a file on the store's file system a blob by renaming it."""
        try:
            digest = sha256_file(Path(path))
        except PermissionError:
            os.chmod(path, 0o600)
            digest = sha256_file(Path(path))
        try:
            self._place(path, digest, executable)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            digest = self.copy(path, executable)
            os.unlink(path)
        return digest

    def copy(self, path: str | Path, executable: bool) -> Digest:  # noqa: FBT001 - a file's own property
        """Copy a file into the store; the copy is what gets hashed, so a file may change meanwhile."""
        temp = self._session.temp()
        try:
            copy_file(path, temp, 0o600)
            digest = sha256_file(temp)
            self._place(temp, digest, executable)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(temp)
        return digest

    def data(self, data: bytes) -> Digest:
        """Make bytes in memory a blob."""
        digest = Digest(hashlib.sha256(data).hexdigest(), len(data))
        temp = self._session.temp()
        try:
            with open(temp, "xb", buffering=CHUNK) as stream:
                stream.write(data)
            self._place(temp, digest, False)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(temp)
        return digest

    def _place(self, source: str | Path, digest: Digest, executable: bool) -> None:  # noqa: FBT001
        blob = self._layout.blob(digest.hash, executable=executable)
        with suppress(FileNotFoundError):
            if self._is_sound(blob, digest, executable):
                touch(blob)
                os.unlink(source)
                return
        os.chmod(source, 0o755 if executable else 0o644)
        if os.geteuid() == 0:
            os.chown(source, 0, 0)
        set_constant_time(source)
        try:
            os.rename(source, blob)
        except FileNotFoundError:
            blob.parent.mkdir(exist_ok=True)
            os.rename(source, blob)
        touch(blob)

    def _is_sound(self, blob: Path, digest: Digest, executable: bool) -> bool:  # noqa: FBT001
        """Whether the blob that is there may stand for new content: what a power cut left of one may have its size.

        A damaged one is kept in quarantine, and replaced by the caller. Raises FileNotFoundError.
        """
        if os.stat(blob, follow_symlinks=False).st_size == digest.size and blob in self._sound:
            return True
        what = damage.of_file(blob, digest.hash, digest.size, executable=executable)
        if not what:
            self._sound.add(blob)
            return True
        with suppress(FileExistsError):
            os.link(blob, self._layout.quarantine / blob.name)  # not renamed: others may be looking for it
        self._say(f"{blob} {what}: it is replaced, and kept in {self._layout.quarantine}")
        return False


def touch(path: Path) -> None:
    """Note that a blob was used now: in its access time, since its modification time is constant."""
    status = os.stat(path)
    with suppress(PermissionError):
        os.utime(path, ns=(time.time_ns(), status.st_mtime_ns))


def _walk(top: str, take: Take) -> Iterator[tuple[str, str, os.stat_result]]:
    stack = [("", top)]
    while stack:
        prefix, folder = stack.pop()
        if take is Take.MOVE and os.stat(folder).st_mode & 0o700 != 0o700:
            os.chmod(folder, 0o700)  # a build may leave folders that nothing can be moved out of
        with os.scandir(folder) as listing:
            for item in listing:
                path = _text(prefix + item.name, item.path)
                status = item.stat(follow_symlinks=False)
                if stat.S_ISDIR(status.st_mode):
                    stack.append((path + "/", item.path))
                yield path, item.path, status


def _text(name: str, where: str) -> str:
    try:
        name.encode()
    except UnicodeEncodeError:
        raise StoreError(
            StoreReason.BAD_NAME,
            f"a name is not UTF-8: {os.fsencode(where)!r}",
            hint="rename or remove it at the end of the step that makes it",
        ) from None
    return name


def _kind(mode: int) -> str:
    kinds = {stat.S_IFBLK: "a block device", stat.S_IFCHR: "a character device", stat.S_IFIFO: "a FIFO"}
    return kinds.get(stat.S_IFMT(mode), "a socket" if stat.S_ISSOCK(mode) else "of an unknown kind")
