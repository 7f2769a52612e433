"""The inside of a .deb: its control files and its data as a tar stream; may import lock.reasons.

Format: deb(5). Nothing of the host's dpkg is used, so that any Linux will do.
"""

from __future__ import annotations

import gzip
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

import zstandard
from debian.arfile import ArError, ArFile, ArMember

from pipeline.errors import LockError
from pipeline.lock.reasons import LockReason

_BUFFER = 1 << 20
_CONTROL_LIMIT = 16 << 20


@contextmanager
def open_data(deb: Path) -> Iterator[tarfile.TarFile]:
    """The data archive as a tar stream: members can be read in their order only.

    Raises LockError (`BAD_PACKAGE`) when the file is no Debian package or breaks off.
    """
    with _open(deb, "data.tar") as archive:
        yield archive


def control_files(deb: Path) -> dict[str, bytes]:
    """The control archive's files by name (`control`, `postinst`, …). Raises as `open_data` does."""
    files: dict[str, bytes] = {}
    with _open(deb, "control.tar") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None and member.size <= _CONTROL_LIMIT:
                files[str(PurePosixPath(member.name))] = content.read()
    return files


@contextmanager
def _open(deb: Path, part: str) -> Iterator[tarfile.TarFile]:
    try:
        with deb.open("rb") as file:
            member = _member(_archive(file, deb), part, deb)
            with (
                _decompressed(member, deb) as stream,
                tarfile.open(fileobj=stream, mode="r|", bufsize=_BUFFER) as archive,
            ):
                yield archive
    except (tarfile.TarError, lzma.LZMAError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError, EOFError) as error:
        raise _bad(deb, f"{part} cannot be read: {error}") from error


def _archive(file: IO[bytes], deb: Path) -> ArFile:
    try:
        return ArFile(fileobj=cast(BinaryIO, file))
    except (ArError, OSError, ValueError) as error:
        raise _bad(deb, str(error)) from error


def _member(archive: ArFile, part: str, deb: Path) -> ArMember:
    for member in archive.getmembers():
        if member.name.rstrip("/").startswith(part):
            return member
    raise _bad(deb, f"it has no {part}")


def _decompressed(member: ArMember, deb: Path) -> IO[bytes]:
    raw = cast(IO[bytes], member)
    suffix = PurePosixPath(member.name).suffix
    if suffix == ".xz":
        return cast(IO[bytes], lzma.open(raw))
    if suffix == ".gz":
        return cast(IO[bytes], gzip.open(raw))
    if suffix == ".zst":
        return cast(IO[bytes], zstandard.ZstdDecompressor().stream_reader(raw))
    raise _bad(deb, f"{member.name} is compressed in a way that is not known here")


def _bad(deb: Path, what: str) -> LockError:
    return LockError(
        LockReason.BAD_PACKAGE,
        f"{deb.name} is not a good Debian package: {what}",
        hint="nox -s lock",
    )
