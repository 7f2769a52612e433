"""Looking for damage: blobs hashed anew, trees and results checked; may import the store's parts before it.

What is damaged is forgotten, results first, then trees and checkouts, then blobs (kept in quarantine). It
counts as not built from then on, and the next build makes it again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import StoreError
from pipeline.store import damage
from pipeline.store.digest import PIECE, THREADS, sha256_bytes, sha256_file
from pipeline.store.errors import StoreReason
from pipeline.store.files import Tell, untold
from pipeline.store.layout import Layout, Session
from pipeline.store.result import ActionResult
from pipeline.store.tree import Entry, Tree


@dataclass(frozen=True)
class Problem:
    """One thing that was not as it should be, and what was done about it."""

    path: Path
    what: str
    done: str


class Blob(NamedTuple):
    """A blob's name: its hash and whether it is the executable variant."""

    hash: str
    executable: bool


def verify(layout: Layout, session: Session, tell: Tell = untold) -> list[Problem]:
    """Check the whole store and forget what is damaged. The caller makes sure that nobody else is in it."""
    trees, lost = _read_trees(layout)
    sizes = {blob: size for tree in trees.values() for blob, size in blobs_of(tree).items()}
    bad = _hash_all(layout, {**dict.fromkeys(all_blobs(layout)), **sizes}, tell)
    problems = _forget_blobs(layout, session, trees, lost, bad)
    whole = {name: tree for name, tree in trees.items() if name not in lost}
    return problems + _drop_bad_checkouts(layout, session, whole, tell)


def check_tree(layout: Layout, session: Session, tree: Tree) -> list[Problem]:
    """Hash all blobs of one tree; forgets those that are damaged with every tree that stands on them."""
    bad = _hash_all(layout, dict(blobs_of(tree)), untold)
    if not bad:
        return []
    trees, lost = _read_trees(layout)
    return _forget_blobs(layout, session, trees, lost, bad)


def _read_trees(layout: Layout) -> tuple[dict[str, Tree], dict[str, str]]:
    trees, lost = {}, {}
    for path in sorted(layout.trees.glob("*.json")):
        try:
            trees[path.stem] = read_tree(path)
        except StoreError as error:
            lost[path.stem] = error.message
    return trees, lost


def _hash_all(layout: Layout, sizes: dict[Blob, int | None], tell: Tell) -> dict[Blob, str]:
    names = sorted(sizes)
    there = {blob: size_of(layout, blob) for blob in names}
    done, total = 0, sum(there.values())
    bad = {}
    # In pieces: handing single small files to threads costs more than hashing them.
    pieces = [names[at : at + PIECE] for at in range(0, len(names), PIECE)]
    with ThreadPoolExecutor(THREADS, thread_name_prefix="verify") as pool:
        for piece, answers in zip(
            pieces,
            pool.map(lambda piece: [_damage_of(layout, blob, sizes[blob]) for blob in piece], pieces),
            strict=True,
        ):
            bad.update({blob: what for blob, what in zip(piece, answers, strict=True) if what})
            done += sum(there[blob] for blob in piece)
            tell("hashing", done, total, "bytes")
    return bad


def size_of(layout: Layout, blob: Blob) -> int:
    """A blob's bytes on disk; 0 if it is not there."""
    try:
        return layout.blob(blob.hash, executable=blob.executable).stat().st_size
    except OSError:
        return 0


def _forget_blobs(
    layout: Layout, session: Session, trees: dict[str, Tree], lost: dict[str, str], bad: dict[Blob, str]
) -> list[Problem]:
    for name, tree in trees.items():
        for entry in tree.files:
            assert entry.digest is not None
            if what := bad.get(Blob(entry.digest.hash, entry.executable)):
                lost.setdefault(name, f"the content of {entry.path!r} {what}")
    problems = forget(layout, session, lost)
    return problems + [_set_aside(layout, blob, what) for blob, what in bad.items()]


def forget(layout: Layout, session: Session, trees: dict[str, str]) -> list[Problem]:
    """Drop trees (hash → what is wrong), their checkouts, and first every result that names one of them."""
    problems = []
    for path, result in all_results(layout):
        if result is None or any(digest.hash in trees for digest in result.outputs.values()):
            path.unlink(missing_ok=True)
            what = "cannot be read" if result is None else "names a damaged tree"
            problems.append(Problem(path, what, "dropped: it will be built again"))
    for name, what in trees.items():
        layout.tree_object(name).unlink(missing_ok=True)
        discard(layout.checkout(name), session)
        problems.append(Problem(layout.tree_object(name), what, "dropped: it will be built again"))
    return problems


def discard(folder: Path, session: Session) -> None:
    """Remove a folder at once: renamed away first, so that nobody ever sees a part of it."""
    temp = session.temp()
    try:
        folder.rename(temp)
    except FileNotFoundError:
        return
    session.remove(temp)


def read_tree(path: Path) -> Tree:
    """Read a tree object whose name is its hash; raises StoreError (DAMAGED) and OSError."""
    data = path.read_bytes()
    if sha256_bytes(data).hash != path.stem:
        raise StoreError(
            StoreReason.DAMAGED,
            f"{path} has other bytes than its name says",
            hint="run the same command again: the damaged tree counts as not built",
        )
    return Tree.from_bytes(data)


def blobs_of(tree: Tree) -> dict[Blob, int]:
    """The blobs that a tree needs, with their sizes."""
    return {Blob(e.digest.hash, e.executable): e.digest.size for e in tree.entries if e.digest is not None}


def all_blobs(layout: Layout) -> Iterator[Blob]:
    """Every blob that is there."""
    for folder in (layout.root / "blobs").iterdir():
        for item in os.scandir(folder):
            yield Blob(item.name.removesuffix(".x"), item.name.endswith(".x"))


def all_results(layout: Layout) -> Iterator[tuple[Path, ActionResult | None]]:
    """Every recorded result; None for one that cannot be read."""
    for path in sorted((layout.root / "results").glob("*/*.json")):
        result = None
        with suppress(StoreError, FileNotFoundError):
            result, _ = ActionResult.from_bytes(path.read_bytes())
        yield path, result


def _damage_of(layout: Layout, blob: Blob, size: int | None) -> str:
    path = layout.blob(blob.hash, executable=blob.executable)
    return damage.of_file(path, blob.hash, size, executable=blob.executable)


def _set_aside(layout: Layout, blob: Blob, what: str) -> Problem:
    path = layout.blob(blob.hash, executable=blob.executable)
    with suppress(FileNotFoundError):
        path.rename(layout.quarantine / path.name)
    return Problem(path, what, f"moved to {layout.quarantine}")


def _drop_bad_checkouts(layout: Layout, session: Session, trees: dict[str, Tree], tell: Tell) -> list[Problem]:
    problems = []
    folders = sorted(item for item in layout.trees.iterdir() if item.is_dir())
    for number, folder in enumerate(folders, start=1):
        tree = trees.get(folder.name)
        if tree is None or not _is_checkout(layout, folder, tree):
            discard(folder, session)
            problems.append(Problem(folder, "is no true checkout of its tree", "removed: it is made anew on use"))
        tell("looking at checkouts", number, len(folders), "checkouts")
    return problems


def _is_checkout(layout: Layout, folder: Path, tree: Tree) -> bool:
    def same(entry: Entry) -> bool:
        path = folder / entry.path
        if entry.digest is not None:
            blob = layout.blob(entry.digest.hash, executable=entry.executable)
            return path.samefile(blob) or sha256_file(path) == sha256_file(blob)
        return str(path.readlink()) == entry.target if entry.target is not None else path.is_dir()

    try:
        return all(map(same, tree.entries)) and not damage.strangers(folder, tree)
    except OSError:
        return False
