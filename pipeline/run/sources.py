"""Which pinned inputs a plan needs, and how a source archive becomes a tree; may import fetch and load."""

from __future__ import annotations

import bz2
import gzip
import lzma
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from io import BufferedIOBase, BufferedReader
from pathlib import Path, PurePosixPath
from typing import IO

import zstandard

from pipeline.errors import FetchError
from pipeline.fetch.checked import checked
from pipeline.fetch.mirrors import pool_places
from pipeline.fetch.pins import FetchReason, Pin
from pipeline.load.project import Project
from pipeline.model.recipe import Source
from pipeline.model.toolchain import ToolchainLock
from pipeline.plan.action import Action, Kind

if sys.version_info >= (3, 12):
    import tarfile
else:  # 3.11 has extraction filters only from 3.11.4 on
    from backports import tarfile

_BUFFER = 1 << 20
_DECOMPRESSORS: Mapping[bytes, Callable[[IO[bytes]], BufferedIOBase]] = {
    b"\x1f\x8b": lambda raw: gzip.GzipFile(fileobj=raw),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
    b"\x28\xb5\x2f\xfd": lambda raw: BufferedReader(zstandard.ZstdDecompressor().stream_reader(raw), _BUFFER),
}
"""By the first bytes of what they read."""


def recipe_sources(project: Project, action: Action) -> tuple[Source, ...]:
    """The sources of a `source/<recipe>-<version>` action."""
    for recipe in project.recipes.values():
        for version in recipe.versions:
            if action.id == f"source/{recipe.name}-{version.version}":
                return version.sources
    raise AssertionError(f"the planner made {action.id} from a recipe")


def pins_of(project: Project, action: Action, mirrors: Iterable[str]) -> tuple[Pin, ...]:
    """The pinned files that an action reads before anything can run (none for most kinds)."""
    if action.kind is Kind.SOURCE:
        return source_pins(project, recipe_sources(project, action), mirrors)
    if action.kind is Kind.ROOTFS:
        return lock_pins(project.locks[action.id.removeprefix("rootfs/")], mirrors)
    return ()


def source_pins(project: Project, sources: Iterable[Source], mirrors: Iterable[str]) -> tuple[Pin, ...]:
    """Upstream's addresses first, then Debian's pool, then its snapshots at the newest lock's time."""
    # A snapshot of the day the toolchains were locked still holds every source named then.
    stamp = max((lock.timestamp for lock in project.locks.values()), default="20261101T000000Z")
    return tuple(
        Pin(
            name=source.shown_name,
            sha256=source.sha256,
            size=source.size,
            places=(*source.urls, *(pool_places(source.debian, stamp, mirrors) if source.debian else ())),
            mend=f"put the file into the downloads folder as sha256/{source.sha256}, "
            "or name another place under `urls:` or `debian:` in its recipe",
        )
        for source in sources
    )


def lock_pins(lock: ToolchainLock, mirrors: Iterable[str]) -> tuple[Pin, ...]:
    """Every package of a toolchain's lock."""
    mirrors = tuple(mirrors)
    return tuple(
        Pin(
            name=f"{package.name} {package.version} ({lock.name})",
            sha256=package.sha256,
            size=package.size,
            places=pool_places(package.path, lock.timestamp, mirrors),
            mend=f"nox -s lock -- {lock.name}",
        )
        for package in lock.packages
    )


def unpack_sources(sources: Iterable[Source], files: Mapping[str, Path], into: Path) -> None:
    """Unpack each source (`files`: sha256 → archive) into its folder under `into`, modes normalised.

    Python's `data` filter refuses members that leave the folder, devices and absolute links (PEP 706).
    Raises FetchError: `NOT_A_FILE` for an archive that cannot be read or holds such members, `DIGEST_MISMATCH` when
    what was unpacked is not what is pinned.
    """
    for source in sources:
        folder = into / source.into
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with checked(files[source.sha256], source.sha256, source.shown_name) as raw, _members(raw) as members:
                members.extractall(folder, filter=_stripping(source.strip))
        except (tarfile.TarError, zstandard.ZstdError, lzma.LZMAError, zlib.error, EOFError, OSError) as error:
            raise FetchError(
                FetchReason.NOT_A_FILE,
                f"{source.shown_name} (sha256 {source.sha256}) cannot be unpacked: {error}",
                hint="the bytes are what the pin says: correct the pin in the recipe",
            ) from error


@contextmanager
def _members(raw: BufferedReader) -> Iterator[tarfile.TarFile]:
    """The members, read forward only: the archive's bytes are hashed on their way."""
    start = raw.peek(max(map(len, _DECOMPRESSORS)))
    # Not tarfile's own decompression of streams, which ends at the first of several members of gzip, bzip2 or xz.
    opened = next((opened for magic, opened in _DECOMPRESSORS.items() if start.startswith(magic)), None)
    with (
        nullcontext(raw) if opened is None else opened(raw) as content,
        tarfile.open(fileobj=content, mode="r|", bufsize=_BUFFER) as archive,
    ):
        yield archive


def _stripping(count: int) -> Callable[[tarfile.TarInfo, str], tarfile.TarInfo | None]:
    def keep(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
        parts = PurePosixPath(member.name).parts[count:]
        if not parts:
            return None
        linkname = member.linkname
        if member.islnk():  # a hard link names its member from the archive's top
            linkname = str(PurePosixPath(*PurePosixPath(linkname).parts[count:]))
        renamed = member.replace(name=str(PurePosixPath(*parts)), linkname=linkname, deep=False)
        return tarfile.data_filter(renamed, folder)

    return keep


def write_recipe_files(project: Project, action: Action, into: Path) -> None:
    """Write the files of a `files/<recipe>-<version>` action as they were loaded, which is what its key says."""
    files, recipe = action.spec["files"], action.spec["recipe"]
    assert isinstance(files, dict)
    loaded = project.recipe_files(str(recipe))
    for name, keyed in files.items():
        file = loaded[name]
        assert keyed == {"sha256": file.sha256, "executable": file.executable}, f"{name} was planned from other bytes"
        file.write(into / name)
