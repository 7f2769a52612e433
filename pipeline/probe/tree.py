"""Facts about a folder as a whole: build paths left in the bytes, members no archive should carry.

May import `pipeline.probe.facts`.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from pipeline.probe.facts import Facts, ProbeError, ProbeReason

_CHUNK = 1 << 20
_IN_A_PATH = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.~*+)}>]/-")
_LOOK_BACK = 3
_MAX_UNZIPPED = 1 << 30


def walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """All entries below a folder that are not folders, as (POSIX path inside it, path), sorted."""
    for base, folders, files in os.walk(folder):
        folders.sort()
        links = [name for name in folders if Path(base, name).is_symlink()]
        for name in sorted([*files, *links]):
            path = Path(base, name)
            yield path.relative_to(folder).as_posix(), path


def regular_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """The regular files of `walk`: no links, no devices."""
    return ((name, path) for name, path in walk(folder) if stat.S_ISREG(path.lstat().st_mode))


def read_tree(folder: Path, forbidden: Sequence[str]) -> Facts:
    """`files`, `bytes`; `odd`: path → what is wrong with it; `leaks`: path → forbidden strings found in it.

    A forbidden string is an absolute path's beginning, `/build/`. It counts only where an absolute path can
    begin, so `$(srcdir)/build/` is none. Members of zip files are searched too, as `lib/python314.zip!/os.pyc`.
    """
    odd = {name: wrong for name, path in walk(folder) if (wrong := _odd(folder, path))}
    leaks: dict[str, list[str]] = {}
    files = total = 0
    for name, path in regular_files(folder):
        files += 1
        total += path.stat().st_size
        for inner, found in _leaks_in(name, path, forbidden):
            leaks[inner] = found
    return {"files": files, "bytes": total, "odd": odd, "leaks": leaks}


def _odd(folder: Path, path: Path) -> str | None:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        target = path.readlink()
        if target.is_absolute():
            return f"absolute link to {target}"
        resolved = Path(os.path.normpath(path.parent / target))
        if not resolved.is_relative_to(folder):
            return f"link out of the folder to {target}"
        return None if resolved.exists() else f"dangling link to {target}"
    if not stat.S_ISREG(mode):
        return "neither a file nor a link"
    if mode & (stat.S_ISUID | stat.S_ISGID):
        return "set-user-id or set-group-id"
    return "writable by everyone" if mode & stat.S_IWOTH else None


def _leaks_in(name: str, path: Path, forbidden: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    with path.open("rb") as stream:
        if found := search(stream, forbidden):
            yield name, found
    if path.suffix in (".zip", ".whl") and zipfile.is_zipfile(path):
        try:
            yield from _leaks_in_zip(name, path, forbidden)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
            message = f"{name} is not a sound zip file: {error}"
            raise ProbeError(ProbeReason.MALFORMED, message, hint="python -m zipfile -t FILE says more") from error


def _leaks_in_zip(name: str, path: Path, forbidden: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    with zipfile.ZipFile(path) as archive:
        for member in sorted(archive.infolist(), key=lambda info: info.filename):
            if member.file_size > _MAX_UNZIPPED:
                raise zipfile.BadZipFile(f"{member.filename} would be {member.file_size} bytes")
            with archive.open(member) as inner:
                if found := search(inner, forbidden):
                    yield f"{name}!/{member.filename}", found


def search(stream: IO[bytes], forbidden: Sequence[str]) -> list[str]:
    """Which of the forbidden strings occur in a stream; reads it in pieces, 1 MiB at a time."""
    if not forbidden:
        return []
    pattern = re.compile(b"|".join(re.escape(text.encode()) for text in sorted(forbidden)))
    overlap = _LOOK_BACK + max(len(text) for text in forbidden)
    found: set[bytes] = set()
    tail = b""
    first = 0
    while piece := stream.read(_CHUNK):
        window = tail + piece
        for match in pattern.finditer(window, first):
            if _can_begin(window, match.start()):
                found.add(match[0])
        # The tail is longer than the longest string by what a match looks back at: what begins in that part of
        # it was found before.
        tail = window[-overlap:]
        first = _LOOK_BACK if len(tail) < len(window) else first
    return sorted(match.decode() for match in found)


def _can_begin(data: bytes, at: int) -> bool:
    """Whether an absolute path can begin at an offset, by the bytes in front of it.

    It can after what no relative path ends with, and after a string's length in Python's marshal format: a
    byte that may look like a letter, behind the string's type (z, Z, or those with the highest bit set).
    """
    if at == 0 or data[at - 1] not in _IN_A_PATH:
        return True
    type_ = data[at - 2] if at > 1 else 0
    return type_ in b"\xfa\xda" or (type_ in b"zZ" and (at == 2 or data[at - 3] not in _IN_A_PATH))
