"""Makes archives that break the profile, one rule at a time."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

import zstandard

from pipeline.publish.members import MTIME, Kind, Member, header

TOP = Member("top", Kind.FOLDER)


def frame(tar: bytes, **parameters: object) -> bytes:
    """`tar` as one zstd frame such as `pack` writes, but for `parameters`."""
    chosen: dict[str, object] = {
        "compression_level": 1,
        "write_checksum": True,
        "write_content_size": True,
        **parameters,
    }
    settings = zstandard.ZstdCompressionParameters(**chosen)  # type: ignore[arg-type]
    return zstandard.ZstdCompressor(compression_params=settings).compress(tar)


def entry(member: Member, content: bytes = b"") -> bytes:
    """One well-formed entry."""
    return header(member) + content + bytes(-len(content) % 512)


def tar(*entries: bytes) -> bytes:
    """Entries and the end of the tar."""
    return b"".join(entries) + bytes(1024)


def info(name: str, kind: bytes = tarfile.REGTYPE, **fields: object) -> bytes:
    """One header as Python's tarfile writes it, with any field changed: what a hostile writer would send."""
    made = tarfile.TarInfo(name)
    made.type = kind
    made.mtime = MTIME
    for field, value in fields.items():
        setattr(made, field, value)
    return made.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def by_tarfile(infos: Iterable[tuple[tarfile.TarInfo, bytes]], kind: int) -> bytes:
    """A whole tar written by Python's tarfile in one of its formats."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=kind) as file:
        for item, content in infos:
            file.addfile(item, io.BytesIO(content))
    return out.getvalue()


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
