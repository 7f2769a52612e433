"""Unpacks an archive that keeps to the profile and refuses any other; imports the package's errors only."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import zstandard

from slimepython.install.frame import WINDOW_BYTES, content_size
from slimepython.install.members import BLOCK, MTIME, ArchiveReason, Kind, Member, Sequence, read_header, refused
from slimepython.install.tree import Entry

_CHUNK: Final = 256 * 1024


@dataclass(frozen=True)
class Limits:
    """What an archive may grow to: bytes of the tar, and number of members."""

    content: int = 4 * 1024**3
    members: int = 100_000


LIMITS: Final = Limits()


def unpack(archive: BinaryIO, into: Path, limits: Limits = LIMITS) -> tuple[Entry, ...]:
    """Make the new folder `into` of what is under the archive's top folder, and say what was written.

    Nothing in it can be written to by others, nor by accident: files are 0444 or 0555, folders 0555. Raises
    `InstallError` and `OSError`; `into` may be left half made then.
    """
    content = content_size(archive, limits.content)
    decompressor = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES)
    entries: list[Entry] = []
    folders = [into]
    with decompressor.stream_reader(archive, closefd=False) as stream:
        tar = _Tar(stream.read, content)
        sequence = Sequence()
        for _ in range(limits.members + 1):
            block = tar.take(BLOCK)
            if not any(block):
                tar.end()
                break
            member = read_header(block)
            sequence.accept(member)
            path = into / member.path[len(sequence.top) + 1 :]
            digest = _place(path, member, tar)
            if member.kind is Kind.FOLDER:
                folders.append(path)
            if path != into:
                entries.append(_entry(member, sequence.top, digest))
        else:
            raise refused(ArchiveReason.TOO_MANY_MEMBERS, f"the archive has more than {limits.members} members")
    if not sequence.top:
        raise refused(ArchiveReason.NO_PARENT, "the archive is empty")
    for folder in folders:
        folder.chmod(0o555)
    return tuple(entries)


def _entry(member: Member, top: str, digest: str) -> Entry:
    path = member.path[len(top) + 1 :]
    return Entry(path, member.kind, digest, member.size, member.executable, member.link)


def _place(path: Path, member: Member, tar: _Tar) -> str:
    """Write one member; the sha256 of a file's content, else the empty string."""
    try:
        match member.kind:
            case Kind.FOLDER:
                path.mkdir(0o755)
            case Kind.LINK:
                path.symlink_to(member.link)
            case Kind.FILE:
                return _write(path, member, tar)
    except FileExistsError as error:
        # Only a file system that folds names in ways `Sequence` does not know leads here.
        raise refused(ArchiveReason.COLLIDING_PATH, f"{member.path!r} exists already") from error
    return ""


def _write(path: Path, member: Member, tar: _Tar) -> str:
    state = hashlib.sha256()
    with path.open("xb") as out:
        for piece in tar.blocks(member.size):
            state.update(piece)
            out.write(piece)
        out.flush()
        os.utime(out.fileno(), (MTIME, MTIME))
        os.fchmod(out.fileno(), 0o555 if member.executable else 0o444)
    return state.hexdigest()


class _Tar:
    """Exact reads from a decompressing stream whose total length is known."""

    def __init__(self, read: Callable[[int], bytes], content: int) -> None:
        self._read = read
        self._left = content

    def take(self, size: int) -> bytes:
        if size > self._left:
            raise refused(ArchiveReason.TRUNCATED, "the tar ends in the middle of a member")
        data = b""
        while len(data) < size:
            more = self._more(size - len(data))
            if not more:
                raise refused(ArchiveReason.TRUNCATED, "the zstd frame holds less than it says")
            data += more
        self._left -= size
        return data

    def blocks(self, size: int) -> Iterator[bytes]:
        """`size` bytes of file content in pieces; the zero padding to a whole block is read and checked."""
        padding = -size % BLOCK
        while size > 0:
            piece = self.take(min(size, _CHUNK))
            size -= len(piece)
            yield piece
        if any(self.take(padding)):
            raise refused(ArchiveReason.BAD_HEADER, "a file's padding is not zero")

    def end(self) -> None:
        """What follows the first zero block: exactly one more, and the end of the frame with its checksum."""
        if any(self.take(BLOCK)):
            raise refused(ArchiveReason.TRAILING_DATA, "something follows the end of the tar")
        if self._left:
            raise refused(ArchiveReason.TRAILING_DATA, f"{self._left} bytes follow the end of the tar")
        if self._more(1):
            raise refused(ArchiveReason.TRAILING_DATA, "the zstd frame holds more than it says")

    def _more(self, size: int) -> bytes:
        try:
            return self._read(size)
        except zstandard.ZstdError as error:
            raise refused(ArchiveReason.BAD_FRAME, f"the zstd frame is damaged: {error}") from error
