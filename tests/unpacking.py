"""Unpacking an archive as the runtime does, for tests that then write to it."""

from __future__ import annotations

from pathlib import Path

from slimepython.install import tree
from slimepython.install.unpack import unpack as unpack_strictly


def unpack(archive: Path, into: Path, digest: str | None = None) -> None:
    """Make the folder `into` of what is under the archive's one top folder, its owner's to change again.

    With a `digest` what was unpacked must be the tree that has it.
    """
    with archive.open("rb") as file:
        entries = unpack_strictly(file, into)
    if digest is not None:
        tree.loads(tree.dumps(entries), digest)
    into.chmod(0o755)
    for entry in entries:
        if entry.kind != "link":
            path = into / entry.path
            path.chmod(path.stat().st_mode | 0o200)
