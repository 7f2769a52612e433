"""How a read-only root file system gets mount points that it does not have; may import the sandbox's errors only.

The root inside is a fresh memory file system: each top-level entry of the real root file system is bound into it,
links are made anew, and a folder that lacks a mount point somewhere below is laid out the same way. So nothing is
ever written to the root file system itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.errors import SandboxError
from pipeline.sandbox.errors import SandboxReason


@dataclass(frozen=True)
class Step:
    """One thing to put at the absolute path `target`: an empty folder, a bound `source`, or a link with a text."""

    kind: Literal["dir", "bind", "link"]
    target: str
    source: str = ""


def lay_out(rootfs: Path, mount_points: Sequence[str]) -> tuple[Step, ...]:
    """The steps that make the root, parents first; raises SandboxError (BAD_MOUNT) and OSError.

    `mount_points` are absolute and normal. What is mounted on top of a root's entry hides it; an entry that has a
    mount point below it must be a folder.
    """
    return tuple(_lay_out(rootfs, "", frozenset(mount_points)))


def _lay_out(rootfs: Path, above: str, mount_points: frozenset[str]) -> Iterator[Step]:
    with os.scandir(f"{rootfs}{above}") as listing:
        entries = sorted(listing, key=lambda item: item.name)
    for entry in entries:
        target = f"{above}/{entry.name}"
        if target in mount_points:
            continue
        below = [point for point in mount_points if point.startswith(target + "/")]
        if below and not entry.is_dir(follow_symlinks=False):
            raise SandboxError(
                SandboxReason.BAD_MOUNT,
                f"cannot mount at {below[0]}: {target} is no folder in the root file system {rootfs}",
                hint="mount somewhere else, or change the toolchain's `links` and `files`",
            )
        if entry.is_symlink():
            yield Step("link", target, str(Path(entry.path).readlink()))
        elif all(_exists(rootfs, point) for point in below):
            yield Step("bind", target, entry.path)
        else:
            yield Step("dir", target)
            yield from _lay_out(rootfs, target, mount_points)


def _exists(rootfs: Path, point: str) -> bool:
    # A mount point behind a link would be made somewhere else: then it does not exist.
    path = rootfs / point.lstrip("/")
    return path.exists() and not any(
        parent.is_symlink() for parent in (path, *path.parents) if parent.is_relative_to(rootfs)
    )
