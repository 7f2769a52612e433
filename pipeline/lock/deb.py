"""The inside of a .deb: its control files and its data as a tar stream; may import lock.reasons and fetch.checked.

Format: deb(5), an ar archive of three members, which is read forward only: its bytes are hashed on their way. Nothing
of the host's dpkg is used, so that any Linux will do.
"""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

import zstandard

from pipeline.errors import LockError
from pipeline.fetch.checked import checked
from pipeline.lock.reasons import LockReason

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_MAGIC = b"!<arch>\n"
_HEADER = 60
_BUFFER = 1 << 20
_CONTROL_LIMIT = 16 << 20


@contextmanager
def open_data(deb: Path, sha256: str) -> Iterator[tarfile.TarFile]:
    """The data archive as a tar stream: members can be read in their order only.

    Nothing of it may be used before this context has ended well. Raises LockError (`BAD_PACKAGE`) when the file is no
    Debian package or breaks off, FetchError (`DIGEST_MISMATCH`) when its bytes are not those of `sha256`.
    """
    with _open(deb, sha256, "data.tar") as archive:
        yield archive


def control_files(deb: Path, sha256: str) -> dict[str, bytes]:
    """The control archive's files by name (`control`, `postinst`, …). Raises as `open_data` does."""
    files: dict[str, bytes] = {}
    with _open(deb, sha256, "control.tar") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None and member.size <= _CONTROL_LIMIT:
                files[str(PurePosixPath(member.name))] = content.read()
    return files


@contextmanager
def _open(deb: Path, sha256: str, part: str) -> Iterator[tarfile.TarFile]:
    try:
        with (
            checked(deb, sha256, deb.name) as file,
            _decompressed(*_member(file, part, deb), deb) as stream,
            tarfile.open(fileobj=stream, mode="r|", bufsize=_BUFFER) as archive,
        ):
            yield archive
    except (tarfile.TarError, lzma.LZMAError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError, EOFError) as error:
        raise _bad(deb, f"{part} cannot be read: {error}") from error


class _Member(io.RawIOBase):
    """The next `size` bytes of a stream."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        super().__init__()
        self.stream, self.left = stream, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        data = self.stream.read(min(self.left, len(view)))
        self.left -= len(data)
        view[: len(data)] = data
        return len(data)


def _member(file: IO[bytes], part: str, deb: Path) -> tuple[str, IO[bytes]]:
    """The name and the bytes of the first member that is called `part` with any suffix."""
    if file.read(len(_MAGIC)) != _MAGIC:
        raise _bad(deb, "it is no ar archive")
    while header := file.read(_HEADER):
        name, size = header[:16].decode("latin-1").rstrip(" /"), header[48:58].strip()
        if len(header) != _HEADER or header[58:] != b"`\n" or not size.isdigit():
            raise _bad(deb, f"the header of its member {name!r} is broken")
        if name.startswith(part):
            return name, io.BufferedReader(_Member(file, int(size)), _BUFFER)
        skipped = int(size) + int(size) % 2  # members begin at even places
        while skipped and (piece := file.read(min(skipped, _BUFFER))):
            skipped -= len(piece)
    raise _bad(deb, f"it has no {part}")


def _decompressed(name: str, member: IO[bytes], deb: Path) -> io.BufferedIOBase:
    suffix = PurePosixPath(name).suffix
    if suffix == ".xz":
        return lzma.LZMAFile(member)
    if suffix == ".gz":
        return gzip.GzipFile(fileobj=member)
    if suffix == ".zst":
        return io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(member), _BUFFER)
    raise _bad(deb, f"{name} is compressed in a way that is not known here")


def _bad(deb: Path, what: str) -> LockError:
    return LockError(
        LockReason.BAD_PACKAGE,
        f"{deb.name} is not a good Debian package: {what}",
        hint="nox -s lock",
    )
