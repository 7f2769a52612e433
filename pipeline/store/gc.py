"""Giving disk space back, least recently used first; may import the store's other parts but store itself.

Results go first, then the trees, checkouts and blobs that only they needed, so that a crash in between leaves
nothing that looks whole and is not.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.store.files import Tell, disk_usage, untold
from pipeline.store.layout import Layout, Session
from pipeline.store.verify import Blob, all_blobs, all_results, blobs_of, discard, read_tree, size_of

_DAY = 86400.0


@dataclass(frozen=True)
class GcReport:
    """What a collection removed (numbers of things) and how many bytes it freed and kept."""

    results: int
    trees: int
    blobs: int
    failed: int
    freed_bytes: int
    kept_bytes: int


class _Kind(Enum):
    RESULT = "result"
    TREE = "tree"
    """A tree that no result names: of an import without a result, or cut short."""
    BLOB = "blob"
    """A blob of no tree: a download."""
    FAILED = "failed"


@dataclass(frozen=True)
class _Item:
    """Something that is kept or removed as a whole, with the blobs it needs."""

    kind: _Kind
    path: Path
    last_use: float
    pinned: bool
    trees: frozenset[str] = frozenset()
    blobs: frozenset[Blob] = frozenset()
    own_size: int = 0


def collect(
    layout: Layout,
    session: Session,
    *,
    max_bytes: int | None,
    max_age_days: float | None,
    keep: Collection[str],
    tell: Tell = untold,
) -> GcReport:
    """Remove what was not used for `max_age_days`, then the least recently used until `max_bytes` remain.

    `keep` holds result keys and hashes of trees and blobs that stay whatever their age. With neither limit
    only what can never be used again goes. The caller makes sure that nobody else is in the store.
    """
    sizes = {blob: size_of(layout, blob) for blob in all_blobs(layout)}
    items = _items(layout, sizes.keys(), frozenset(keep))
    gone = _judge(items, sizes, max_bytes, max_age_days)
    kept = [item for item in items if item not in gone]
    trees = {name for item in items for name in item.trees} - {name for item in kept for name in item.trees}
    needed = {blob for item in kept for blob in item.blobs}
    unneeded = sizes.keys() - needed
    for item in gone:
        if item.kind is _Kind.RESULT:
            item.path.unlink(missing_ok=True)
        elif item.kind is _Kind.FAILED:
            discard(item.path, session)
    for name in trees:
        layout.tree_object(name).unlink(missing_ok=True)
    checkouts = [
        item for item in layout.trees.iterdir() if item.is_dir() and not layout.tree_object(item.name).exists()
    ]
    for number, folder in enumerate(checkouts, start=1):
        discard(folder, session)
        tell("removing checkouts", number, len(checkouts), "checkouts")
    for number, blob in enumerate(unneeded, start=1):
        layout.blob(blob.hash, executable=blob.executable).unlink(missing_ok=True)
        tell("removing blobs", number, len(unneeded), "blobs")
    for leftover in [*layout.quarantine.iterdir(), *layout.locks.iterdir()]:
        leftover.unlink(missing_ok=True)
    return GcReport(
        results=sum(item.kind is _Kind.RESULT for item in gone),
        trees=len(trees),
        blobs=len(unneeded),
        failed=sum(item.kind is _Kind.FAILED for item in gone),
        freed_bytes=sum(sizes[blob] for blob in unneeded) + sum(item.own_size for item in gone),
        kept_bytes=sum(sizes[blob] for blob in sizes.keys() & needed) + sum(item.own_size for item in kept),
    )


def _items(layout: Layout, blobs: Collection[Blob], keep: frozenset[str]) -> list[_Item]:
    trees: dict[str, frozenset[Blob]] = {}
    for path in sorted(layout.trees.glob("*.json")):
        try:
            trees[path.stem] = frozenset(blobs_of(read_tree(path)))
        except StoreError:
            path.unlink()  # unreadable: no use to anybody
    items = []
    for path, result in all_results(layout):
        if result is None or not all(digest.hash in trees for digest in result.outputs.values()):
            path.unlink(missing_ok=True)
            continue
        names = frozenset(digest.hash for digest in result.outputs.values())
        log = {Blob(result.log.hash, executable=False)} if result.log else set()
        needs = frozenset(log.union(*(trees[name] for name in names)))
        pinned = path.stem in keep or not keep.isdisjoint(names)
        items.append(_Item(_Kind.RESULT, path, path.stat().st_mtime, pinned, names, needs))
    named = {name for item in items for name in item.trees}
    for name in trees.keys() - named:
        path = layout.tree_object(name)
        items.append(_Item(_Kind.TREE, path, path.stat().st_mtime, name in keep, frozenset({name}), trees[name]))
    needed = {blob for item in items for blob in item.blobs}
    for blob in set(blobs) - needed:
        path = layout.blob(blob.hash, executable=blob.executable)
        items.append(_Item(_Kind.BLOB, path, path.stat().st_atime, blob.hash in keep, blobs=frozenset({blob})))
    for path in layout.failed.iterdir():
        items.append(_Item(_Kind.FAILED, path, path.stat().st_mtime, path.name in keep, own_size=disk_usage(path)))
    return items


def _judge(items: list[_Item], sizes: dict[Blob, int], max_bytes: int | None, max_age_days: float | None) -> set[_Item]:
    gone: set[_Item] = set()
    uses = Counter(blob for item in items for blob in item.blobs)
    total = sum(sizes.get(blob, 0) for blob in uses) + sum(item.own_size for item in items)
    oldest = float("-inf") if max_age_days is None else time.time() - max_age_days * _DAY
    for item in sorted(items, key=lambda item: (item.last_use, item.path)):
        too_old = item.last_use < oldest
        too_much = max_bytes is not None and total > max_bytes
        if item.pinned or not (too_old or too_much):
            continue
        gone.add(item)
        total -= item.own_size
        uses.subtract(item.blobs)
        total -= sum(sizes.get(blob, 0) for blob in item.blobs if uses[blob] == 0)
    return gone
