"""What an action's inputs are, as trees in the store; may import `pipeline.store` and `pipeline.plan`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.errors import StoreError
from pipeline.plan.action import Input
from pipeline.store.digest import Digest
from pipeline.store.errors import StoreReason
from pipeline.store.result import ActionResult
from pipeline.store.store import Store
from pipeline.store.tree import Entry, Tree


def _is_under(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def input_tree(store: Store, item: Input, results: Mapping[str, ActionResult]) -> Digest:
    """The digest of the tree that `item` stands for.

    Raises `StoreError` (`MISSING`) for a folder that must be there and is not; an optional one is an empty tree then.
    """
    whole = results[item.action].outputs["out"]
    if item.subtree == "." and not item.exclude:
        return whole
    tree = store.tree(whole)
    if item.optional and item.subtree not in tree.by_path:
        tree = Tree()
    elif item.subtree != ".":
        tree = tree.subtree(item.subtree)
    kept = tuple(entry for entry in tree.entries if not _is_under(entry.path, item.exclude))
    return store.put_tree_object(Tree(kept))


def input_digest(store: Store, item: Input, results: Mapping[str, ActionResult]) -> str:
    """The digest that enters the key."""
    return str(input_tree(store, item, results))


def merged(store: Store, items: Iterable[Input], results: Mapping[str, ActionResult]) -> Digest:
    """One tree of all `items`, which share a mount point.

    Raises `StoreError` (`CONFLICT`) that names the path and both actions when two hold different things there.
    """
    items = tuple(items)
    digests = list(dict.fromkeys(input_tree(store, item, results) for item in items))
    if len(digests) == 1:
        return digests[0]
    trees = [store.tree(digest) for digest in digests]
    try:
        return store.put_tree_object(Tree.merge(*trees))
    except StoreError as error:
        if error.reason is not StoreReason.CONFLICT:
            raise
        raise _conflict([(item, store.tree(input_tree(store, item, results))) for item in items]) from error


def _conflict(trees: Iterable[tuple[Input, Tree]]) -> StoreError:
    seen: dict[str, tuple[Input, Entry]] = {}
    for item, tree in trees:
        for entry in tree.entries:
            first, known = seen.setdefault(entry.path, (item, entry))
            if known != entry:
                return StoreError(
                    StoreReason.CONFLICT,
                    f"{item.mount}/{entry.path} would have two contents: {known.describe()} from {first.action}, and "
                    f"{entry.describe()} from {item.action}",
                    hint="let one of the two recipes not install that path, or depend on one of them only",
                )
    raise AssertionError("only called for trees that cannot be merged")
