"""Tiny Debian packages, made in memory."""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import tarfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import zstandard

PACK: Mapping[str, Callable[[bytes], bytes]] = {
    ".xz": lzma.compress,
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".zst": lambda data: zstandard.ZstdCompressor().compress(data),
}


def file(name: str, content: bytes = b"", mode: int = 0o644) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    return member, content


def special(name: str, kind: bytes, linkname: str = "", mode: int = 0o755) -> tuple[tarfile.TarInfo, bytes]:
    """A folder, link or device."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname, member.mode = kind, linkname, mode
    return member, b""


def tar(members: Iterable[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for member, content in members:
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def deb(
    members: Iterable[tuple[tarfile.TarInfo, bytes]],
    control: Mapping[str, bytes] | None = None,
    *,
    suffix: str = ".xz",
) -> bytes:
    """deb(5): an ar archive of `debian-binary`, `control.tar` and `data.tar`."""
    parts = {
        "debian-binary": b"2.0\n",
        f"control.tar{suffix}": PACK[suffix](tar(file(f"./{n}", c) for n, c in (control or {}).items())),
        f"data.tar{suffix}": PACK[suffix](tar(members)),
    }
    archive = b"!<arch>\n"
    for name, content in parts.items():
        archive += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode()
        archive += content + b"\n" * (len(content) % 2)
    return archive


def write(folder: Path, content: bytes) -> tuple[str, Path]:
    """The file under its sha256, as downloads are."""
    digest = hashlib.sha256(content).hexdigest()
    path = folder / digest
    path.write_bytes(content)
    return digest, path
