"""What becomes of a recipe's files and sources between loading and building."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from pipeline.errors import FetchError
from pipeline.fetch.pins import FetchReason
from pipeline.load.project import load_project
from pipeline.model.recipe import Source
from pipeline.plan.graph import plan
from pipeline.plan.select import Build
from pipeline.run.sources import unpack_sources, write_recipe_files
from tests.unit.miniproject import X86, recipe, write


def test_recipe_files_are_those_that_were_loaded(tmp_path: Path) -> None:
    root = write(
        tmp_path / "project",
        [recipe("app", files=["*.sh", "data/*"])],
        {"recipes/app/a.sh": "before\n", "recipes/app/data/b": "b\n"},
    )
    (root / "recipes/app/a.sh").chmod(0o755)
    project = load_project(root)
    graph = plan(project, [Build("app", "1.0", X86)], probe_version="")
    (root / "recipes/app/a.sh").write_text("after\n", "utf-8")
    (root / "recipes/app/a.sh").chmod(0o644)
    (root / "recipes/app/data/b").unlink()
    into = tmp_path / "tree"
    write_recipe_files(project, graph.actions["files/app-1.0"], into)
    assert (into / "a.sh").read_text("utf-8") == "before\n"
    assert (into / "data" / "b").read_text("utf-8") == "b\n"
    assert os.access(into / "a.sh", os.X_OK)
    assert (into / "data" / "b").stat().st_mode & 0o777 == 0o644


def in_two(compress: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """As parallel compressors write it: several members one after the other."""
    return lambda data: compress(data[:700]) + compress(data[700:])


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "gzip in two": in_two(gzip.compress),
    "bzip2": bz2.compress,
    "bzip2 in two": in_two(bz2.compress),
    "xz": lzma.compress,
    "xz in two": in_two(lzma.compress),
    "zstd": zstandard.ZstdCompressor().compress,
}


def source(folder: Path, data: bytes) -> tuple[Source, dict[str, Path]]:
    digest = hashlib.sha256(data).hexdigest()
    (folder / digest).write_bytes(data)
    pin = Source(urls=("https://example.org/a.tar",), sha256=digest, size=len(data), strip=1)
    return pin, {digest: folder / digest}


def archive() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as made:
        for name, mode in (("a-1.0/b/tool", 0o4755), ("a-1.0/read", 0o400)):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(name), mode
            made.addfile(member, io.BytesIO(name.encode()))
        for kind, name, target in (
            (tarfile.LNKTYPE, "a-1.0/hard", "a-1.0/b/tool"),
            (tarfile.SYMTYPE, "a-1.0/soft", "b/tool"),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            made.addfile(member)
    return buffer.getvalue()


@pytest.mark.parametrize("how", COMPRESSORS)
def test_sources_are_unpacked_whatever_compressed_them(tmp_path: Path, how: str) -> None:
    pin, files = source(tmp_path, COMPRESSORS[how](archive()))
    unpack_sources([pin], files, tmp_path / "tree")
    assert {
        path.relative_to(tmp_path / "tree").as_posix(): path.read_text("ascii")
        for path in (tmp_path / "tree").rglob("*")
        if path.is_file()
    } == {"b/tool": "a-1.0/b/tool", "read": "a-1.0/read", "hard": "a-1.0/b/tool", "soft": "a-1.0/b/tool"}


@pytest.mark.parametrize("how", COMPRESSORS)
@pytest.mark.parametrize("damage", ["flipped", "cut", "longer"])
def test_what_is_unpacked_is_what_is_pinned(tmp_path: Path, how: str, damage: str) -> None:
    """Whatever became of the download since it was hashed."""
    data = COMPRESSORS[how](archive())
    pin, files = source(tmp_path, data)
    middle = len(data) // 2
    changed = {
        "flipped": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        "cut": data[:middle],
        "longer": data + b"more",
    }
    files[pin.sha256].write_bytes(changed[damage])
    with pytest.raises(FetchError) as caught:
        unpack_sources([pin], files, tmp_path / "tree")
    assert caught.value.reason is FetchReason.DIGEST_MISMATCH


def test_a_pin_of_something_else_says_so(tmp_path: Path) -> None:
    pin, files = source(tmp_path, b"<html>not found</html>")
    with pytest.raises(FetchError) as caught:
        unpack_sources([pin], files, tmp_path / "tree")
    assert caught.value.reason is FetchReason.NOT_A_FILE
    assert "correct the pin" in caught.value.hint
