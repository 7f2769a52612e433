"""Unpacks an archive that keeps to the profile and refuses any other; may import `pipeline.errors`.

Everything lands in a new folder beside the destination, which appears under its name only when it is whole.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import zstandard

from pipeline.errors import PublishError
from pipeline.publish.frame import WINDOW_LOG, content_size
from pipeline.publish.members import BLOCK, MTIME, ArchiveReason, Kind, Member, Sequence, parse, refused

_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Limits:
    """What an archive may grow to: bytes of the tar, and number of members."""

    content: int = 4 * 1024**3
    members: int = 200_000


class _Tar:
    """Exact reads from a decompressing stream whose total length is known."""

    def __init__(self, read: Callable[[int], bytes], content: int) -> None:
        self._read = read
        self.left = content

    def take(self, size: int) -> bytes:
        if size > self.left:
            raise refused(ArchiveReason.TRUNCATED, "the tar ends in the middle of a member")
        data = b""
        while len(data) < size:
            try:
                more = self._read(size - len(data))
            except zstandard.ZstdError as error:
                raise refused(ArchiveReason.BAD_FRAME, f"the zstd frame is damaged: {error}") from error
            if not more:
                raise refused(ArchiveReason.TRUNCATED, "the zstd frame holds less than it says")
            data += more
        self.left -= size
        return data

    def blocks(self, size: int) -> Iterator[bytes]:
        """`size` bytes of file content in pieces, then the zero padding to a whole block."""
        while size > 0:
            piece = self.take(min(size, _CHUNK))
            size -= len(piece)
            yield piece
            if size == 0 and any(self.take(-len(piece) % BLOCK)):
                raise refused(ArchiveReason.BAD_HEADER, "a file's padding is not zero")

    def end(self) -> None:
        """What follows the first zero block: exactly one more, and the end of the frame with its checksum."""
        if any(self.take(BLOCK)):
            raise refused(ArchiveReason.TRAILING_DATA, "something follows the end of the tar")
        if self.left:
            raise refused(ArchiveReason.TRAILING_DATA, f"{self.left} bytes follow the end of the tar")
        try:
            extra = self._read(1)
        except zstandard.ZstdError as error:
            raise refused(ArchiveReason.BAD_FRAME, f"the zstd frame is damaged: {error}") from error
        if extra:
            raise refused(ArchiveReason.TRAILING_DATA, "the zstd frame holds more than it says")


def unpack(archive: Path, into: Path, limits: Limits = Limits()) -> None:
    """Make the folder `into` (which must not exist) of what is under the one top folder of `archive`.

    Raises `PublishError`; nothing is left behind then.
    """
    if into.exists() or into.is_symlink():
        raise refused(ArchiveReason.NOT_EMPTY, f"{into} exists already")
    try:
        scratch = Path(tempfile.mkdtemp(prefix=".unpack-", dir=into.parent))
        try:
            (scratch / _extract(archive, scratch, limits)).rename(into)
        finally:
            shutil.rmtree(scratch)
    except OSError as error:
        raise PublishError(
            ArchiveReason.WRITE_FAILED,
            f"unpacking {archive} to {into}: {error.strerror or error}",
            hint="free some space or choose another folder, then run the same command again",
        ) from error


def _extract(archive: Path, scratch: Path, limits: Limits) -> str:
    """Unpack under `scratch`; the name of the top folder."""
    with archive.open("rb") as file:
        content = content_size(file, limits.content)
        decompressor = zstandard.ZstdDecompressor(max_window_size=1 << WINDOW_LOG)
        with decompressor.stream_reader(file, closefd=False) as stream:
            tar = _Tar(stream.read, content)
            sequence = Sequence()
            for _ in range(limits.members + 1):
                block = tar.take(BLOCK)
                if not any(block):
                    tar.end()
                    break
                member = parse(block)
                sequence.accept(member)
                _place(scratch, member, tar)
            else:
                message = f"the archive has more than {limits.members} members"
                raise refused(ArchiveReason.TOO_MANY_MEMBERS, message)
    if not sequence.top:
        raise refused(ArchiveReason.NO_PARENT, "the archive is empty")
    return sequence.top


def _place(scratch: Path, member: Member, tar: _Tar) -> None:
    path = scratch / member.path
    try:
        match member.kind:
            case Kind.FOLDER:
                path.mkdir(0o755)
                path.chmod(0o755)
            case Kind.LINK:
                path.symlink_to(member.link)
            case Kind.FILE:
                with path.open("xb") as out:
                    for piece in tar.blocks(member.size):
                        out.write(piece)
                    os.fchmod(out.fileno(), member.mode)
                os.utime(path, (MTIME, MTIME))
    except FileExistsError as error:
        # Only a file system that folds names in ways `Sequence` does not know leads here.
        raise refused(ArchiveReason.COLLIDING_PATH, f"{member.path!r} exists already") from error
