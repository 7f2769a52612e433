"""File operations that a crash cannot leave half done; may import the store's errors.

All renames, links and removals end in `os.rename`, `os.link`, `os.unlink` and the like as attributes
of `os` (pathlib's do too), so that tests can end the process at each of them.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.store.errors import StoreReason

EPOCH = 1767225600
"""The modification time of everything in a tree: SOURCE_DATE_EPOCH of every build, 2026-01-01T00:00:00Z."""

_EPOCH_NS = EPOCH * 1_000_000_000
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NOT_WRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_FICLONE = 0x40049409
_NO_REFLINK = frozenset({errno.EOPNOTSUPP, errno.EXDEV, errno.EINVAL, errno.ENOTTY, errno.ENOSYS, errno.EPERM})
_MIB = 1 << 20

Tell = Callable[[str, int, int, str], None]
"""How far long work is: what it is, how much is done, of how much, and the unit of both (`bytes`, `blobs`)."""


def untold(_what: str, _done: int, _total: int, _unit: str) -> None:
    """The `Tell` of nobody."""


@contextmanager
def explained(root: Path) -> Iterator[None]:
    """Turn a full or read-only disk into a StoreError (NO_SPACE, NOT_WRITABLE) with numbers and a hint."""
    try:
        yield
    except OSError as error:
        where = error.filename or root
        if error.errno in _NO_SPACE:
            raise StoreError(
                StoreReason.NO_SPACE,
                f"no space left while writing {where}: {error.strerror}; {free_space(root)}",
                hint="run `python -m pipeline gc --max-size 10G` or free space on that disk, then the same "
                "command again: it goes on at the last finished action",
            ) from error
        if error.errno in _NOT_WRITABLE:
            raise StoreError(
                StoreReason.NOT_WRITABLE,
                f"cannot write {where}: {error.strerror} (running as uid {os.geteuid()})",
                hint=f"make the store writable for you: `sudo chown -R {os.geteuid()} {root}`, or name "
                "another folder for it",
            ) from error
        raise


def free_space(path: Path) -> str:
    """How full the file system of `path` is, in words."""
    try:
        found = os.statvfs(path)
    except OSError:
        return f"{path} cannot be asked for its free space"
    free, total = found.f_bavail * found.f_frsize / _MIB, found.f_blocks * found.f_frsize / _MIB
    return f"{free:.0f} of {total:.0f} MiB and {found.f_favail} file entries are free on {path}"


def write_atomically(path: Path, data: bytes, *, temp: Path) -> None:
    """Write a small file so that `path` has either its old or its new content, even after a power cut."""
    try:
        with temp.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temp.rename(path)
    except BaseException:
        with suppress(OSError):
            temp.unlink()
        raise
    sync_folder(path.parent)


def write_whole(path: Path, data: bytes, *, temp: Path) -> None:
    """Write a small file so that `path` has all of it or its old content, whatever is killed.

    After a power cut it may have less: its reader must notice. Nothing waits for the disk.
    """
    try:
        temp.write_bytes(data)
        temp.rename(path)
    except BaseException:
        with suppress(OSError):
            temp.unlink()
        raise


def boot() -> str:
    """Names the time since this machine was started: without a power cut in between it is the same."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def sync_folder(folder: Path) -> None:
    """Make the renames inside a folder durable."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def set_constant_time(path: str | Path) -> None:
    """Give a file, folder or link the constant modification time."""
    os.utime(path, ns=(_EPOCH_NS, _EPOCH_NS), follow_symlinks=False)


def copy_file(source: str | Path, target: str | Path, mode: int) -> None:
    """Copy bytes into a new file, sharing the blocks where the file system can (reflink); raises OSError."""
    with Path(source).open("rb", buffering=0) as reader:
        number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(number, "wb", buffering=0) as writer:
            if not _reflink(reader.fileno(), writer.fileno()):
                size = os.fstat(reader.fileno()).st_size
                while size > 0 and (sent := os.sendfile(number, reader.fileno(), None, size)):
                    size -= sent
            os.fchmod(number, mode)


def _reflink(source: int, target: int) -> bool:
    try:
        fcntl.ioctl(target, _FICLONE, source)
    except OSError as error:
        if error.errno in _NO_REFLINK:
            return False
        raise
    return True


def disk_usage(path: Path) -> int:
    """Bytes that a folder takes on disk, following no link; what cannot be looked into counts as nothing."""
    total, stack = 0, [os.fspath(path)]
    while stack:
        try:
            with os.scandir(stack.pop()) as found:
                for item in found:
                    with suppress(FileNotFoundError):
                        total += item.stat(follow_symlinks=False).st_blocks * 512
                        if item.is_dir(follow_symlinks=False):
                            stack.append(item.path)
        except OSError:  # gone, closed, or so deep that its path is too long
            continue
    return total
