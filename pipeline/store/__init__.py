"""Content-addressed storage of inputs, trees and results; of the pipeline, may import errors only."""

from pipeline.store.digest import Digest, sha256_bytes, sha256_file
from pipeline.store.errors import StoreReason
from pipeline.store.gc import GcReport
from pipeline.store.result import ActionResult
from pipeline.store.store import Store
from pipeline.store.tree import Entry, Tree
from pipeline.store.verify import Problem

__all__ = [
    "ActionResult",
    "Digest",
    "Entry",
    "GcReport",
    "Problem",
    "Store",
    "StoreReason",
    "Tree",
    "sha256_bytes",
    "sha256_file",
]
