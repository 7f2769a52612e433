"""The content-addressed store of blobs, trees and results; may import the store's other parts.

Safe for several processes at once, for kill -9 and for a full disk at any point: whatever has a name in the
store is whole. A result is recorded last, after everything it names.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from pipeline.errors import StoreError
from pipeline.store import damage, materialise
from pipeline.store import gc as _gc
from pipeline.store import verify as _verify
from pipeline.store.checkouts import Checkouts
from pipeline.store.digest import Digest
from pipeline.store.errors import StoreReason, damaged
from pipeline.store.files import Tell, boot, explained, untold, write_whole
from pipeline.store.folders import mask_modes
from pipeline.store.gc import GcReport
from pipeline.store.ingest import Ingest, Take
from pipeline.store.layout import Layout, Session, advisory_lock, checked_name
from pipeline.store.result import ActionResult
from pipeline.store.tree import Tree
from pipeline.store.verify import Problem


class Store:
    """One store. Its methods may be called from several threads.

    Every method may raise StoreError with NO_SPACE or NOT_WRITABLE. As long as a Store is open, nobody can
    collect garbage in its folder: close it, or use it as a context manager.
    """

    def __init__(self, root: Path) -> None:
        """Open or create the store in `root`; raises StoreError (NEWER_FORMAT, NOT_A_STORE)."""
        self.root = root.absolute()
        self._layout = Layout(self.root)
        with explained(self.root):
            self._session = Session(self._layout)
        self.say: Callable[[str], None] = lambda _text: None
        """Told, as a line for people, of damage that was found and mended."""
        self._ingest = Ingest(self._layout, self._session, lambda text: self.say(text))
        self._checkouts = Checkouts(self._layout, self._session, lambda text: self.say(text))
        self._trees: dict[Digest, Tree] = {}
        self._mutex = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the store; removes this session's work folders."""
        self._session.close()

    # Blobs

    def put_file(self, path: Path) -> Digest:
        """Copy a file in; raises OSError if it cannot be read."""
        with explained(self.root):
            return self._ingest.copy(path, executable=False)

    def adopt_file(self, path: Path) -> Digest:
        """Move a file in: it is renamed where it is on the same file system, else copied and removed."""
        with explained(self.root):
            return self._ingest.move(path, executable=False)

    def put_bytes(self, data: bytes) -> Digest:
        """Put bytes in."""
        with explained(self.root):
            return self._ingest.data(data)

    def has(self, digest: Digest) -> bool:
        """Whether a blob or a tree of this digest is there."""
        if materialise.touch_tree(self._layout, digest):
            return True
        try:
            self.blob_path(digest)
        except StoreError:
            return False
        return True

    def blob_path(self, digest: Digest) -> Path:
        """The path of a blob, to be read only; raises StoreError (MISSING, or DAMAGED: wrong size)."""
        return materialise.find_blob(self._layout, digest)

    def open(self, digest: Digest) -> BinaryIO:
        """A blob's bytes as a stream; raises StoreError (MISSING, DAMAGED)."""
        return self.blob_path(digest).open("rb")

    # Trees

    def put_tree(self, folder: Path) -> Digest:
        """Copy a folder in. Modes are normalised, links kept; raises StoreError (BAD_ENTRY, BAD_NAME)."""
        return self._put_folder(folder, Take.COPY)

    def adopt_tree(self, folder: Path) -> Digest:
        """Move a folder in, as `put_tree` but renaming its files, not copying; it is gone after."""
        digest = self._put_folder(folder, Take.MOVE)
        self._session.remove(folder)
        return digest

    def _put_folder(self, folder: Path, take: Take) -> Digest:
        with explained(self.root):
            return self.put_tree_object(self._ingest.folder(folder, take))

    def put_tree_object(self, tree: Tree) -> Digest:
        """Put in a tree whose blobs are here already (a merge, a subtree); raises StoreError (MISSING)."""
        path = self._layout.tree_object(tree.digest.hash)
        materialise.require_blobs(self._layout, tree)
        with explained(self.root):
            data = tree.to_bytes()
            if not (materialise.touch_tree(self._layout, tree.digest) and path.read_bytes() == data):
                write_whole(path, data, temp=self._session.temp())
        return tree.digest

    def tree_hashes(self) -> frozenset[str]:
        """The hashes of all trees that are here."""
        return frozenset(path.stem for path in self._layout.trees.glob("*.json"))

    def tree(self, digest: Digest) -> Tree:
        """The tree of this digest; raises StoreError (MISSING, DAMAGED)."""
        with self._mutex:
            known = self._trees.get(digest)
        if known is None:
            known = self._read_tree(digest)
            with self._mutex:
                self._trees[digest] = known
        return known

    def _read_tree(self, digest: Digest) -> Tree:
        try:
            return _verify.read_tree(self._layout.tree_object(digest.hash))
        except FileNotFoundError:
            raise StoreError(
                StoreReason.MISSING,
                f"the store {self.root} has no tree {digest}",
                hint="run the same command again: what made it counts as not built",
            ) from None
        except StoreError as error:
            self._forget(digest, error.message)
            raise

    def checkout(self, digest: Digest) -> Path:
        """A shared read-only directory with the tree's content; made once, of hard links, then kept.

        Directories 0755, files 0644 or 0755, all times `files.EPOCH`. Never write to it: its files are the
        blobs. Every file in it has been hashed by this process; what is not the tree is made anew. Raises StoreError
        (MISSING, DAMAGED), after which the tree counts as not built.
        """
        with explained(self.root), self._mended(digest):
            path = self._checkouts.get(digest, lambda: self.tree(digest))
            materialise.touch_tree(self._layout, digest)
            return path

    def export(self, digest: Digest, into: Path) -> None:
        """Copy the tree's content into a folder, writable, with constant times; what was copied is hashed.

        Raises StoreError (MISSING, DAMAGED; CONFLICT if one of its files is there already).
        """
        tree = self.tree(digest)
        with explained(into), self._mended(digest):
            materialise.export(self._layout, tree, into)
            if what := damage.of_entries(into, tree):
                raise damaged(self.root, digest.hash, what)

    @contextmanager
    def _mended(self, digest: Digest) -> Iterator[None]:
        try:
            yield
        except StoreError as error:
            if error.reason is StoreReason.DAMAGED:
                with suppress(StoreError):
                    self.check_tree(digest)  # what else stands on the same blobs is forgotten, too
            if error.reason in (StoreReason.MISSING, StoreReason.DAMAGED):
                self._forget(digest, error.message)
            raise

    def _forget(self, digest: Digest, what: str) -> None:
        with self._mutex:
            self._trees.pop(digest, None)
        _verify.forget(self._layout, self._session, {digest.hash: what})

    # Results

    def result(self, key: str) -> ActionResult | None:
        """What is recorded under a key, if all of it is still there; None means: not built.

        A result from before this machine was last started may have lost bytes to a power cut: all its trees
        are hashed, once.
        """
        path = self._layout.result(checked_name(key))
        try:
            result, recorded = ActionResult.from_bytes(path.read_bytes())
            if not all(materialise.touch_tree(self._layout, digest) for digest in result.outputs.values()):
                return None
            if recorded != boot() or not recorded:
                for digest in result.outputs.values():
                    self.check_tree(digest)
                self.record(key, result)
        except (FileNotFoundError, StoreError):
            return None
        with suppress(OSError):
            os.utime(path)
        return result

    def record(self, key: str, result: ActionResult) -> None:
        """Record what an action gave, in place of what was recorded before.

        From now on it is safe against anything but a power cut, which `result` notices: waiting for the disk after
        each action would cost more than all else here, since builds keep it busy.

        Raises StoreError (MISSING) if an output is not in the store.
        """
        path = self._layout.result(checked_name(key))
        for name, digest in result.outputs.items():
            if not materialise.touch_tree(self._layout, digest):
                raise StoreError(
                    StoreReason.MISSING,
                    f"output {name!r} of {key[:12]} is tree {digest}, which is not in the store",
                    hint="put the tree in before its result is recorded",
                )
        with explained(self.root):
            path.parent.mkdir(exist_ok=True)
            write_whole(path, result.to_bytes(boot()), temp=self._session.temp())

    # Locks, scratch, upkeep

    @contextmanager
    def lock(self, name: str, on_wait: Callable[[str], None] | None = None) -> Iterator[None]:
        """Hold the advisory lock `name` among all processes; `on_wait` is called once if it is taken.

        The kernel frees it when its process ends, however it ends.
        """
        with advisory_lock(self._layout.lock(checked_name(name)), on_wait, name):
            yield

    def workdir(self, name: str) -> Path:
        """A fresh scratch folder on the store's file system; goes with the session, also after kill -9."""
        path = self._session.folder / f"{checked_name(name)}-{self._session.temp().name}"
        with explained(self.root):
            path.mkdir()
        return path

    def remove_workdir(self, folder: Path) -> None:
        """Remove a scratch folder, whatever the modes inside; see `left`."""
        self._session.remove(folder)

    @property
    def left(self) -> tuple[tuple[Path, OSError], ...]:
        """Scratch folders that could not be removed so far, of this session or of one that was killed, and why."""
        return tuple(self._session.left)

    def keep_failed(self, workdir: Path, name: str) -> Path:
        """Move what a failed action left to `failed/NAME`, in place of what was there; gives the new path.

        Nothing there has a set-id bit or can be written to by others.
        """
        path = self._layout.failed / checked_name(name)
        with explained(self.root):
            mask_modes(workdir)
            _verify.discard(path, self._session)
            workdir.rename(path)
            os.utime(path)
        return path

    def drop_failed(self, name: str) -> None:
        """Remove what `keep_failed` keeps under a name: the action has succeeded since."""
        with explained(self.root):
            _verify.discard(self._layout.failed / checked_name(name), self._session)

    def verify(self, tell: Tell = untold) -> list[Problem]:
        """Hash everything anew and forget what is damaged; raises StoreError (BUSY: in use by others)."""
        with self._alone("verify"):
            self._trees.clear()
            return _verify.verify(self._layout, self._session, tell)

    def check_tree(self, digest: Digest) -> Tree:
        """Hash all files of one tree anew, as is due before anything is made from it; gives the tree.

        Raises StoreError (MISSING, DAMAGED), after which the tree and its results count as not built.
        """
        tree = self.tree(digest)
        if problems := _verify.check_tree(self._layout, self._session, tree):
            with self._mutex:
                self._trees.clear()
            what = next((problem.what for problem in problems if problem.path.stem == digest.hash), "")
            raise damaged(self.root, digest.hash, what)
        return tree

    def gc(
        self,
        *,
        max_bytes: int | None = None,
        max_age_days: float | None = None,
        keep: Collection[str] = (),
        tell: Tell = untold,
    ) -> GcReport:
        """Give space back, see `pipeline.store.gc.collect`; raises StoreError (BUSY: in use by others)."""
        with self._alone("gc"):
            self._trees.clear()
            return _gc.collect(
                self._layout, self._session, max_bytes=max_bytes, max_age_days=max_age_days, keep=keep, tell=tell
            )

    @contextmanager
    def _alone(self, what: str) -> Iterator[None]:
        if not self._session.exclusive():
            raise StoreError(
                StoreReason.BUSY,
                f"the store {self.root} is in use by another process: {what} would pull files from under it",
                hint="wait for the running build to end, then type it again",
            )
        try:
            with explained(self.root):
                yield
        finally:
            self._session.share()
