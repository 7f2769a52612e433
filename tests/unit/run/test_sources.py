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
from pipeline.run.sources import pins_of, unpack_sources, write_recipe_files
from tests.unit.miniproject import SHA, X86, recipe, write


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


def made_of(*members: tuple[str, bytes, str]) -> bytes:
    """An archive of members: name, type, and what a link leads to."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as made:
        for name, kind, target in members:
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.mode = kind, target, 0o777
            made.addfile(member)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "member",
    [
        ("a-1.0/../../evil", tarfile.REGTYPE, ""),
        ("a-1.0/fifo", tarfile.FIFOTYPE, ""),
        ("a-1.0/device", tarfile.CHRTYPE, ""),
        ("a-1.0/out", tarfile.SYMTYPE, "../evil"),
        ("a-1.0/out", tarfile.SYMTYPE, "/etc/passwd"),
        ("a-1.0/hard", tarfile.LNKTYPE, "a-1.0/../../evil"),
    ],
    ids=lambda member: f"{member[0]} {member[2]}",
)
def test_a_member_that_leaves_its_folder_or_is_no_file_is_refused(
    tmp_path: Path, member: tuple[str, bytes, str]
) -> None:
    (tmp_path / "evil").write_text("untouched")
    pin, files = source(tmp_path, made_of(("a-1.0/good", tarfile.REGTYPE, ""), member))
    with pytest.raises(FetchError) as caught:
        unpack_sources([pin], files, tmp_path / "tree")
    assert caught.value.reason is FetchReason.NOT_A_FILE
    assert (tmp_path / "evil").read_text() == "untouched"
    assert {path.name for path in (tmp_path / "tree").iterdir()} <= {"good"}


def test_an_absolute_name_means_one_inside(tmp_path: Path) -> None:
    pin, files = source(tmp_path, made_of(("/a-1.0/etc/x", tarfile.REGTYPE, "")))
    unpack_sources([pin], files, tmp_path / "tree")
    assert [path.name for path in (tmp_path / "tree").rglob("*") if path.is_file()] == ["x"]


def test_modes_are_those_of_plain_files_that_may_be_changed(tmp_path: Path) -> None:
    pin, files = source(tmp_path, archive())
    unpack_sources([pin], files, tmp_path / "tree")
    modes = {name: (tmp_path / "tree" / name).stat().st_mode & 0o7777 for name in ("b/tool", "read")}
    assert modes["b/tool"] & 0o7022 == 0, "no setuid, and nobody else may write"
    assert {mode & 0o600 for mode in modes.values()} == {0o600}


@pytest.mark.parametrize(
    ("strip", "names"),
    [
        (0, ["a", "a/b", "a/b/c", "top"]),
        (1, ["b", "b/c"]),
        (2, ["c"]),
        (3, []),
    ],
)
def test_leading_parts_are_dropped_and_what_has_no_more_is_left_out(
    tmp_path: Path, strip: int, names: list[str]
) -> None:
    folders = [("a", tarfile.DIRTYPE, ""), ("a/b", tarfile.DIRTYPE, "")]
    pin, files = source(tmp_path, made_of(*folders, ("a/b/c", tarfile.REGTYPE, ""), ("top", tarfile.REGTYPE, "")))
    stripped = pin.model_copy(update={"strip": strip, "into": "deep/er"})
    unpack_sources([stripped], files, tmp_path / "tree")
    into = tmp_path / "tree" / "deep" / "er"
    assert sorted(path.relative_to(into).as_posix() for path in into.rglob("*")) == names


def test_what_an_action_reads_is_pinned(tmp_path: Path) -> None:
    """Upstream first, then the pool of each mirror; a package's place is the pool at its lock's time."""
    archives = [
        {"urls": ["https://example.org/a.tar"], "debian": "pool/a.orig.tar.xz", "sha256": SHA, "size": 7},
        {"urls": ["https://example.org/b.tar"], "sha256": "cd" * 32, "size": 8},
    ]
    versions = [{"version": "2.0", "sources": archives}, {"version": "1.0", "sources": archives[1:]}]
    project = load_project(write(tmp_path, [recipe("app", versions=versions)]))
    graph = plan(project, [Build("app", "2.0", X86), Build("app", "1.0", X86)], probe_version="")
    mirror = "https://mirror.example/debian"
    first, second = pins_of(project, graph.actions["source/app-2.0"], [mirror])
    assert (first.sha256, first.size) == (SHA, 7)
    assert first.places[:2] == ("https://example.org/a.tar", f"{mirror}/pool/a.orig.tar.xz")
    assert f"sha256/{SHA}" in first.mend
    assert second.places == ("https://example.org/b.tar",)
    assert pins_of(project, graph.actions["source/app-1.0"], [mirror]) == (second,)
    (package,) = pins_of(project, graph.actions["rootfs/tools"], [mirror])
    assert (package.name, package.size, package.mend) == ("make 4.4 (tools)", 1, "nox -s lock -- tools")
    assert package.places[0] == f"{mirror}/pool/main/m/make.deb"
    assert f"/{project.locks['tools'].timestamp[:8]}T" in package.places[-1]
    assert pins_of(project, graph.actions[f"build/app-2.0@{X86}"], [mirror]) == ()
