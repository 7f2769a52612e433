"""A toolchain's folder from its lock and its packages; may import model, lock.deb and rootfs's own.

Packages are unpacked by several threads, each into a folder of its own, and then moved into place one by
one in the lock's order: what comes out depends on the lock and the yaml alone, not on who was quicker.
"""
# Thousands of renames: pathlib objects would double their time.
# ruff: noqa: PTH102, PTH105, PTH112, PTH113, PTH114, PTH115

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.errors import FetchError, LockError
from pipeline.model.toolchain import LockedPackage, Toolchain, ToolchainLock
from pipeline.rootfs.members import MERGED, Unpacked, refused, relative_link, unpack_package
from pipeline.rootfs.reasons import RootfsReason

_MTIME = 1767225600
_WORKERS = min(6, max(2, len(os.sched_getaffinity(0))))
_decompressing = threading.BoundedSemaphore(_WORKERS)
"""Of all toolchains that are being unpacked: each decompressor takes tens of megabytes."""
_SKELETON = ("usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "etc", "root", "home", "var", "run")
_MOUNT_POINTS = ("proc", "dev", "sys", "tmp", "build", "out", "deps", "recipe", "native", "vendor", "sysroot")


@dataclass(frozen=True)
class UnpackProgress:
    """Packages unpacked so far, of how many."""

    done: int
    total: int


def unpack(
    lock: ToolchainLock,
    toolchain: Toolchain,
    debs: Mapping[str, Path],
    into: Path,
    progress: Callable[[UnpackProgress], None] = lambda _: None,
) -> None:
    """Fills the (existing, empty) folder `into` with the root file system or sysroot.

    `debs` maps a package's sha256 to its file, whose bytes are hashed while they are unpacked. Raises LockError
    (`CONFLICT`: two packages bring different files of one path; `DANGLING_FIXUP`: a link of the yaml leads
    nowhere) and FetchError (`MISSING_PACKAGE`), and what `unpack_package` raises.
    """
    absent = [p.name for p in lock.packages if p.sha256 not in debs]
    if absent:
        raise FetchError(
            RootfsReason.MISSING_PACKAGE,
            f"packages of {lock.name} have not been fetched: {', '.join(absent)}",
            hint=f"nox -s lock -- {lock.name}",
        )
    _lay_skeleton(toolchain, into)
    # Beside the target and not in /tmp: moving must be renaming.
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=f".{into.name}.") as staging:
        _packages(lock, toolchain, debs, Path(staging), into, progress)
    _apply_fixups(toolchain, into)
    _settle_times(into)


def _lay_skeleton(toolchain: Toolchain, into: Path) -> None:
    folders = (*_SKELETON, *_MOUNT_POINTS) if toolchain.kind == "rootfs" else ("usr/lib", "usr/lib64")
    for folder in folders:
        (into / folder).mkdir(parents=True)
    for top in ("bin", "sbin", "lib", "lib64"):
        if (into / "usr" / top).is_dir():
            (into / top).symlink_to(f"usr/{top}")


def _packages(
    lock: ToolchainLock,
    toolchain: Toolchain,
    debs: Mapping[str, Path],
    staging: Path,
    into: Path,
    progress: Callable[[UnpackProgress], None],
) -> None:
    # Threads do: nine tenths of the time is decompression, during which the interpreter's lock is free.
    owners: dict[str, str] = {}
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="unpack") as pool:
        # The largest first; moving into place waits for the lock's order all the same.
        by_size = sorted(lock.packages, key=lambda p: -p.size)
        futures = {
            _id(package): pool.submit(
                _unpack_in_turn,
                debs[package.sha256],
                package,
                toolchain.exclude,
                staging / _id(package),
            )
            for package in by_size
        }
        try:
            for done, package in enumerate(lock.packages, 1):
                unpacked = futures[_id(package)].result()
                _move(package, unpacked, staging / _id(package), into, owners)
                progress(UnpackProgress(done, len(lock.packages)))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _unpack_in_turn(deb: Path, package: LockedPackage, exclude: tuple[str, ...], into: Path) -> Unpacked:
    with _decompressing:
        return unpack_package(deb, package, exclude, into)


def _id(package: LockedPackage) -> str:
    return f"{package.name}_{package.architecture}"


def _move(package: LockedPackage, unpacked: Unpacked, source: Path, into: Path, owners: dict[str, str]) -> None:
    base, root = os.fspath(source), os.fspath(into)
    for folder in unpacked.folders:
        _make_folder(package, f"{root}/{folder}", folder, owners)
    for path in (*unpacked.files, *unpacked.links):
        target = f"{root}/{path}"
        if os.path.lexists(target) and not _same(f"{base}/{path}", target):
            before = owners.get(path, "the skeleton")
            raise refused(RootfsReason.CONFLICT, package.name, path, f"differs from that of {before}, which is there")
        os.replace(f"{base}/{path}", target)
        owners[path] = package.name
    shutil.rmtree(source)


def _make_folder(package: LockedPackage, target: str, folder: str, owners: Mapping[str, str]) -> None:
    try:
        os.mkdir(target, 0o755)
    except FileExistsError:
        if os.path.islink(target) or not os.path.isdir(target):
            before = owners.get(folder, "the skeleton")
            raise refused(
                RootfsReason.CONFLICT, package.name, folder, f"is a folder here and none in {before}"
            ) from None


def _same(one: str, other: str) -> bool:
    """Whether both are links with the same text or files with the same bytes (as in co-installed packages)."""
    if os.path.islink(one) or os.path.islink(other):
        return os.path.islink(one) and os.path.islink(other) and os.readlink(one) == os.readlink(other)
    if not (os.path.isfile(one) and os.path.isfile(other)):
        return False
    return Path(one).read_bytes() == Path(other).read_bytes()


def _apply_fixups(toolchain: Toolchain, into: Path) -> None:
    for path, content in sorted(toolchain.files.items()):
        target = _place(into, path)
        target.write_text(content, "utf-8")
        target.chmod(0o644)
    for path, text in sorted(toolchain.links.items()):
        target = _place(into, path)
        target.symlink_to(relative_link(_merged(path), text, f"{toolchain.name}.yaml"))
    dangling = [path for path in sorted(toolchain.links) if not (into / _merged(path)).exists()]
    if dangling:
        raise LockError(
            RootfsReason.DANGLING_FIXUP,
            f"`links` of {toolchain.name} lead nowhere: {', '.join(dangling)}",
            hint=f"correct them in toolchains/{toolchain.name}.yaml",
        )


def _place(into: Path, path: str) -> Path:
    """The path, made free: its folder exists, a file or link that was there is gone."""
    target = into / _merged(path)
    for parent in target.relative_to(into).parents:
        if (into / parent).is_symlink():
            raise refused(RootfsReason.ESCAPE, "(yaml)", path, f"goes through the link {parent}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    return target


def _merged(path: str) -> str:
    return f"usr/{path}" if PurePosixPath(path).parts[0] in MERGED else path


def _settle_times(into: Path) -> None:
    # Links to folders are among the folders; touched here, they do not lend their time to what they lead to.
    for folder, folders, files in os.walk(into, topdown=False):
        for name in (*folders, *files):
            os.utime(f"{folder}/{name}", (_MTIME, _MTIME), follow_symlinks=False)
    os.utime(into, (_MTIME, _MTIME))
