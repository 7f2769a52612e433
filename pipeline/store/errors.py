"""Why the store refuses or fails; may import pipeline.errors only."""

from __future__ import annotations

from pipeline.errors import Reason


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
