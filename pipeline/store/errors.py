"""Why the store refuses or fails; may import pipeline.errors only."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import Reason, StoreError


class StoreReason(Reason):
    """What went wrong with the store, its trees or what was to be put into it."""

    NEWER_FORMAT = "newer-format"
    NOT_A_STORE = "not-a-store"
    NO_SPACE = "no-space"
    NOT_WRITABLE = "not-writable"
    CONFLICT = "conflict"
    MISSING = "missing"
    DAMAGED = "damaged"
    BAD_ENTRY = "bad-entry"
    BAD_NAME = "bad-name"
    BUSY = "busy"


def damaged(root: Path, tree_hash: str, what: str) -> StoreError:
    """The error for a tree whose content is not what it should be."""
    return StoreError(
        StoreReason.DAMAGED,
        f"tree {tree_hash[:12]} in {root} is damaged: {what}",
        hint="run the same command again: the tree counts as not built",
    )
