"""A toolchain's folder: skeleton, packages in the lock's order, fix-ups; a function of lock and yaml alone."""

from __future__ import annotations

import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.errors import SlimeError
from pipeline.model.toolchain import LockedPackage, Toolchain, ToolchainLock
from pipeline.rootfs.reasons import RootfsReason
from pipeline.rootfs.unpack import UnpackProgress, unpack
from tests.unit import debs
from tests.unit.debs import file, special

TOOLCHAIN = Toolchain(
    name="tools",
    kind="rootfs",
    summary="a few",
    suite="trixie",
    architecture="amd64",
    packages=("a",),
    exclude=("usr/share/doc/**",),
    links={"usr/bin/awk": "gawk"},
    files={"etc/passwd": "root:x:0:0\n"},
)
SYSROOT = TOOLCHAIN.model_copy(update={"kind": "sysroot", "links": {}, "files": {}})
GAWK = [file("./usr/bin/gawk", b"g", 0o755), file("./usr/share/doc/gawk/x")]


def made(
    tmp_path: Path,
    packages: Mapping[str, list[tuple[tarfile.TarInfo, bytes]]],
    toolchain: Toolchain = TOOLCHAIN,
) -> Path:
    locked, files = [], {}
    for name, members in packages.items():
        digest, path = debs.write(tmp_path, debs.deb(members))
        files[digest] = path
        locked.append(
            LockedPackage(
                name=name,
                version="1",
                architecture="amd64",
                path=f"pool/{name}",
                size=path.stat().st_size,
                sha256=digest,
            )
        )
    lock = ToolchainLock(
        schema_version=1, name="tools", suite="trixie", timestamp="20261121T091544Z", packages=tuple(locked)
    )
    into = tmp_path / "tree"
    into.mkdir()
    seen: list[UnpackProgress] = []
    unpack(lock, toolchain, files, into, seen.append)
    assert [p.done for p in seen] == list(range(1, len(locked) + 1))
    # Nothing is left beside the tree but the packages themselves.
    assert {p.name for p in tmp_path.iterdir()} == {"tree", *files}
    return into


def refused(
    tmp_path: Path,
    packages: Mapping[str, list[tuple[tarfile.TarInfo, bytes]]],
    toolchain: Toolchain = TOOLCHAIN,
) -> SlimeError:
    with pytest.raises(SlimeError) as caught:
        made(tmp_path, packages, toolchain)
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]
    return caught.value


def test_a_root_file_system(tmp_path: Path) -> None:
    root = made(tmp_path, {"gawk": GAWK, "lib": [file("./lib/libx.so", b"x")]})
    assert (root / "usr/bin/awk").read_bytes() == b"g"
    assert (root / "lib").readlink() == Path("usr/lib")
    assert (root / "usr/lib/libx.so").read_bytes() == b"x"
    assert (root / "etc/passwd").read_text() == "root:x:0:0\n"
    assert (root / "build").is_dir()
    assert not (root / "usr/share/doc/gawk").exists()
    assert (root / "usr/bin/gawk").stat().st_mtime == (root / "usr").stat().st_mtime == 1767225600


def test_the_number_of_workers_does_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = {
        "a": [file("./usr/bin/gawk", b"g", 0o755), special("./usr/lib/l", tarfile.SYMTYPE, "/etc/x")],
        **{f"b{n}": [file(f"./usr/lib/{n}", b"x" * n * 1000), file("./usr/lib/same", b"s")] for n in range(9)},
    }
    seen = []
    for cpus in ({0}, set(range(16))):
        monkeypatch.setattr("os.sched_getaffinity", lambda _, cpus=cpus: cpus)
        folder = tmp_path / str(len(cpus))
        folder.mkdir()
        root = made(folder, packages)
        seen.append(
            sorted(
                (
                    path.relative_to(root).as_posix(),
                    path.lstat().st_mode,
                    path.lstat().st_mtime,
                    str(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else b"",
                )
                for path in root.rglob("*")
            )
        )
    assert seen[0] == seen[1]


def test_a_sysroot_has_no_mount_points(tmp_path: Path) -> None:
    root = made(tmp_path, {"lib": [file("./lib/x86_64-linux-gnu/libc.so.6", b"c")]}, SYSROOT)
    assert sorted(p.name for p in root.iterdir()) == ["lib", "lib64", "usr"]


def test_links_of_a_sysroot_stay_inside_it(tmp_path: Path) -> None:
    link = special("./usr/lib/x/libm.so", tarfile.SYMTYPE, "/lib/x/libm.so.6")
    root = made(tmp_path, {"dev": [link], "lib": [file("./lib/x/libm.so.6", b"m")]}, SYSROOT)
    assert (root / "usr/lib/x/libm.so").read_bytes() == b"m"


def test_the_same_file_from_two_packages(tmp_path: Path) -> None:
    shared = [file("./usr/share/common", b"same"), special("./usr/l", tarfile.SYMTYPE, "share")]
    root = made(tmp_path, {"gawk": GAWK, "one": shared, "two": shared})
    assert (root / "usr/share/common").read_bytes() == b"same"


@pytest.mark.parametrize(
    "other",
    [
        file("./usr/share/x", b"other"),
        special("./usr/share/x", tarfile.SYMTYPE, "y"),
        file("./usr/share/x/below"),
    ],
)
def test_two_packages_that_differ(tmp_path: Path, other: tuple[tarfile.TarInfo, bytes]) -> None:
    error = refused(tmp_path, {"gawk": GAWK, "one": [file("./usr/share/x", b"x")], "two": [other]})
    assert error.reason is RootfsReason.CONFLICT
    assert "two" in error.message
    assert "one" in error.message


def test_a_folder_under_another_packages_link(tmp_path: Path) -> None:
    link = [special("./usr/share/d", tarfile.SYMTYPE, "../../etc")]
    error = refused(tmp_path, {"gawk": GAWK, "one": link, "two": [file("./usr/share/d/through")]})
    assert error.reason is RootfsReason.CONFLICT


def test_a_hostile_package_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, {"gawk": GAWK, "evil": [file("../../evil")]})
    assert error.reason is RootfsReason.ESCAPE


def test_a_link_of_the_yaml_that_leads_nowhere(tmp_path: Path) -> None:
    error = refused(tmp_path, {"lib": [file("./usr/lib/x")]})
    assert error.reason is RootfsReason.DANGLING_FIXUP
    assert "usr/bin/awk" in error.message


def test_a_fix_up_does_not_write_through_a_link(tmp_path: Path) -> None:
    toolchain = TOOLCHAIN.model_copy(update={"files": {"usr/share/d/f": "x"}})
    link = [special("./usr/share/d", tarfile.SYMTYPE, "../lib")]
    error = refused(tmp_path, {"gawk": GAWK, "one": link}, toolchain)
    assert error.reason is RootfsReason.ESCAPE


def test_a_fix_up_replaces_what_a_package_brought(tmp_path: Path) -> None:
    root = made(tmp_path, {"gawk": [*GAWK, file("./etc/passwd", b"theirs")]})
    assert (root / "etc/passwd").read_text() == "root:x:0:0\n"


def test_a_package_that_was_not_fetched(tmp_path: Path) -> None:
    package = LockedPackage(name="gone", version="1", architecture="amd64", path="pool/gone", size=1, sha256="0" * 64)
    lock = ToolchainLock(
        schema_version=1, name="tools", suite="trixie", timestamp="20261121T091544Z", packages=(package,)
    )
    with pytest.raises(SlimeError) as caught:
        unpack(lock, TOOLCHAIN, {}, tmp_path)
    assert caught.value.reason is RootfsReason.MISSING_PACKAGE
    assert "gone" in caught.value.message
