"""Shared directories with trees' contents, each hashed before this process uses it; may import the store's other parts.

A power cut can leave a checkout whose files have lost their bytes, or one that links to a blob as it was before it was
replaced. So the files that will be mounted are hashed themselves, not the blobs that they should be.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from pipeline.store import damage, materialise
from pipeline.store.digest import Digest
from pipeline.store.errors import damaged
from pipeline.store.layout import Layout, Session
from pipeline.store.tree import Tree
from pipeline.store.verify import discard


class Checkouts:
    """The checkouts of one store. `say` is told, as a line for people, which one had to be made anew and why."""

    def __init__(self, layout: Layout, session: Session, say: Callable[[str], None]) -> None:
        self._layout = layout
        self._session = session
        self._say = say
        self._mutex = threading.Lock()
        self._at_work: dict[Digest, threading.Lock] = {}
        self._stamps: dict[Digest, str] = {}
        """Of the checkouts whose files have been hashed."""

    def get(self, digest: Digest, tree: Callable[[], Tree]) -> Path:
        """The checkout of a tree; every file of it is hashed unless this was done and none was written to since.

        Raises StoreError: MISSING, or DAMAGED when the blobs that it is made of are not what they should be.
        """
        path = self._layout.checkout(digest.hash)
        with self._mutex:
            alone = self._at_work.setdefault(digest, threading.Lock())
        with alone:
            stamp = damage.stamp(path)
            if not stamp or self._stamps.get(digest) != stamp:
                self._make_true(path, tree())
                self._stamps[digest] = damage.stamp(path)
        return path

    def _make_true(self, path: Path, tree: Tree) -> None:
        if path.is_dir() and (what := damage.of_folder(path, tree)):
            self._say(f"{path} is not the tree that it is named by ({what}): it is made anew")
            discard(path, self._session)
        if path.is_dir():
            return
        materialise.checkout(self._layout, self._session, tree)
        if what := damage.of_folder(path, tree):
            discard(path, self._session)
            raise damaged(self._layout.root, tree.digest.hash, what)
