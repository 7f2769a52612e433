"""Packs a folder as a deterministic `tar.zst`; may import `pipeline.errors` and `pipeline.store`.

The bytes depend on the folder's content alone: on no time, owner, host path, file order or number of threads
(see `pipeline.publish.members` for the tar, `pipeline.publish.frame` for the compression).
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import PublishError
from pipeline.publish.frame import compressor
from pipeline.publish.members import (
    BLOCK,
    ArchiveReason,
    Kind,
    Member,
    Sequence,
    check_link,
    check_path,
    header,
    refused,
)

_CHUNK = 256 * 1024
_END = bytes(2 * BLOCK)


@dataclass(frozen=True)
class Packed:
    """An archive's length in bytes and sha256 (hex)."""

    size: int
    sha256: str


@dataclass(frozen=True)
class PackedFile(Packed):
    """An archive where it lies, and what it was when it was packed."""

    path: Path


class _Writer:
    """Compresses into a file, hashing and counting what comes out."""

    def __init__(self, file: BinaryIO, content: int, threads: int) -> None:
        self._file = file
        self._frame = compressor(threads).compressobj(size=content)
        self._hash = hashlib.sha256()
        self._size = 0

    def write(self, data: bytes) -> None:
        self._out(self._frame.compress(data))

    def finish(self) -> Packed:
        """End the frame and make the file durable."""
        self._out(self._frame.flush())
        self._file.flush()
        os.fsync(self._file.fileno())
        return Packed(self._size, self._hash.hexdigest())

    def _out(self, data: bytes) -> None:
        self._hash.update(data)
        self._size += len(data)
        self._file.write(data)


def members(folder: Path, top: str) -> Iterator[tuple[Path, Member]]:
    """The members of `folder`, in the archive's order, as if it were named `top`.

    Files under several hard links become several files; permission bits become 0644 or 0755 by the owner's
    execute bit. Raises `PublishError` for what the profile does not have.
    """
    check_path(top)
    found = [(top.encode(), folder), *_walk(folder, top)]
    sequence = Sequence()
    for encoded, path in sorted(found):
        member = _member(path, encoded)
        sequence.accept(member)
        yield path, member


def _walk(folder: Path, prefix: str) -> Iterator[tuple[bytes, Path]]:
    for entry in os.scandir(folder):
        name = f"{prefix}/{entry.name}"
        yield os.fsencode(name), Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), name)


def _member(path: Path, encoded: bytes) -> Member:
    try:
        name = encoded.decode()
    except UnicodeDecodeError as error:
        raise refused(ArchiveReason.BAD_PATH, f"{os.fsdecode(encoded)!r} is not UTF-8") from error
    check_path(name)
    status = path.lstat()
    if stat.S_ISDIR(status.st_mode):
        return Member(name, Kind.FOLDER)
    if stat.S_ISLNK(status.st_mode):
        link = os.fspath(path.readlink())
        check_link(name, link)
        return Member(name, Kind.LINK, link=link)
    if not stat.S_ISREG(status.st_mode):
        raise refused(ArchiveReason.DEVICE, f"{name!r} is neither a file, a folder nor a symlink")
    if status.st_mode & (stat.S_ISUID | stat.S_ISGID):
        raise refused(ArchiveReason.BAD_MODE, f"{name!r} is setuid or setgid")
    return Member(name, Kind.FILE, bool(status.st_mode & stat.S_IXUSR), status.st_size)


def _padding(size: int) -> bytes:
    return bytes(-size % BLOCK)


def pack(folder: Path, top: str, into: Path, *, threads: int = 2) -> Packed:
    """Write `folder` to the new file `into` as `tar.zst` under the top folder `top`, and fsync it.

    Streams; the compressor itself takes about 300 MB (use `pack_in_child` where that matters). Raises
    `PublishError`; nothing is left at `into` then.
    """
    if not folder.is_dir():
        raise refused(ArchiveReason.NOT_A_FOLDER, f"{folder} is not a folder")
    try:
        entries = list(members(folder, top))
    except OSError as error:
        message = f"{error.filename or folder}: {error.strerror}"
        raise refused(ArchiveReason.READ_FAILED, message) from error
    total = sum(BLOCK + member.size + len(_padding(member.size)) for _, member in entries) + len(_END)
    try:
        with into.open("xb") as file:
            return _write(entries, _Writer(file, total, threads))
    except FileExistsError as error:
        raise _write_failed(into, error) from error
    except OSError as error:
        into.unlink(missing_ok=True)
        raise _write_failed(into, error) from error
    except BaseException:
        into.unlink(missing_ok=True)
        raise


def _write(entries: Iterable[tuple[Path, Member]], out: _Writer) -> Packed:
    for path, member in entries:
        out.write(header(member))
        if member.kind is Kind.FILE:
            _copy(path, member, out)
    out.write(_END)
    return out.finish()


def pack_in_child(folder: Path, top: str, into: Path, *, threads: int = 2) -> Packed:
    """`pack` in a process of its own, so that the compressor's memory is not the builder's."""
    command = [
        sys.executable,
        "-m",
        __name__,
        str(folder.absolute()),
        top,
        str(into.absolute()),
        str(threads),
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, cwd=Path(__file__).parents[2])
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = {}
    if done.returncode == 0:
        return Packed(**answer)
    into.unlink(missing_ok=True)
    if "reason" in answer:
        raise PublishError(ArchiveReason(answer["reason"]), answer["message"], hint=answer["hint"])
    raise PublishError(
        ArchiveReason.WRITE_FAILED,
        f"packing {folder} ended with status {done.returncode} and no answer",
        hint="a negative status is a signal; -9 is often the kernel, out of memory: use fewer --jobs",
    )


def _main(folder: str, top: str, into: str, threads: str) -> int:
    try:
        answer = asdict(pack(Path(folder), top, Path(into), threads=int(threads)))
        status = 0
    except PublishError as error:
        answer = {"reason": error.reason.value, "message": error.message, "hint": error.hint}
        status = 1
    print(json.dumps(answer))
    return status


def _write_failed(into: Path, error: OSError) -> PublishError:
    return PublishError(
        ArchiveReason.WRITE_FAILED,
        f"{into}: {error.strerror or error}",
        hint="free some space (python -m pipeline gc) and run the same command again",
    )


def _copy(path: Path, member: Member, out: _Writer) -> None:
    left = member.size
    with path.open("rb") as file:
        while chunk := file.read(min(_CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                break
            out.write(chunk)
    if left != 0:
        raise refused(ArchiveReason.CHANGED_WHILE_READ, f"{path} changed its length while it was packed")
    out.write(_padding(member.size))


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
