"""Facts about a folder as a whole: build paths left in the bytes, members no archive should carry.

May import `pipeline.probe.facts`.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from pipeline.probe.facts import Facts

_CHUNK = 1 << 20
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

    A forbidden string is an absolute path's beginning, `/build/`. In a text it counts only where an absolute
    path can begin, so `$(srcdir)/build/` is none; in binary data it counts everywhere. Members of zip files
    are searched too, as `lib/python314.zip!/os.pyc`.
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
        with zipfile.ZipFile(path) as archive:
            for member in sorted(archive.infolist(), key=lambda info: info.filename):
                if member.file_size <= _MAX_UNZIPPED:
                    with archive.open(member) as inner:
                        if found := search(inner, forbidden):
                            yield f"{name}!/{member.filename}", found


def search(stream: IO[bytes], forbidden: Sequence[str]) -> list[str]:
    """Which of the forbidden strings occur in a stream; reads it in pieces, 1 MiB at a time."""
    if not forbidden:
        return []
    strings = b"|".join(re.escape(text.encode()) for text in sorted(forbidden))
    anywhere = re.compile(strings)
    at_start = re.compile(rb"(?<![A-Za-z0-9_.~*+)}>\]/-])(?:" + strings + rb")")
    overlap = max(len(text) for text in forbidden)
    found: set[bytes] = set()
    tail = b""
    first = 0
    text: bool | None = None
    while piece := stream.read(_CHUNK):
        if text is None:
            text = b"\0" not in piece and _is_utf8(piece)
        window = tail + piece
        for match in (at_start if text else anywhere).finditer(window, first):
            found.add(match[0])
        # The tail is one byte longer than the longest string: what begins at its first byte was found before,
        # with the byte in front of it in sight.
        tail = window[-overlap - 1 :]
        first = int(len(tail) < len(window) or first)
    return sorted(match.decode() for match in found)


def _is_utf8(piece: bytes) -> bool:
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(piece) - 4  # only the last character is cut in two
    return True
