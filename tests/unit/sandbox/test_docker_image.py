"""Root file systems as images."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from docker import DockerClient
from docker.errors import ImageNotFound

from pipeline.sandbox import docker_image
from pipeline.sandbox.docker_image import BOOT, LABEL, ensure_image, give_away, image_name, tar_of, user_for
from pipeline.sandbox.protocol import Mount, Sandbox
from pipeline.store.files import EPOCH, boot


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "usr" / "bin").mkdir(parents=True)
    (tmp_path / "usr" / "bin" / "tool").write_bytes(b"x" * 700_000)
    (tmp_path / "usr" / "bin" / "tool").chmod(0o755)
    os.link(tmp_path / "usr" / "bin" / "tool", tmp_path / "usr" / "bin" / "twin")
    (tmp_path / "bin").symlink_to("usr/bin")
    return tmp_path


def test_the_stream_is_owned_by_root_sorted_and_says_nothing_of_this_machine(root: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(b"".join(tar_of(root)))) as archive:
        members = archive.getmembers()
        twin = archive.extractfile("usr/bin/twin")
        assert twin is not None
        assert twin.read() == b"x" * 700_000
    assert [member.name for member in members] == ["bin", "usr", "usr/bin", "usr/bin/tool", "usr/bin/twin"]
    assert {(m.uid, m.gid, m.uname, m.gname, m.mtime) for m in members} == {(0, 0, "", "", EPOCH)}
    assert [member.type for member in members] == [tarfile.SYMTYPE, *2 * [tarfile.DIRTYPE], *2 * [tarfile.REGTYPE]]


def test_times_and_hard_links_do_not_change_the_stream(root: Path) -> None:
    before = b"".join(tar_of(root))
    (root / "usr" / "bin" / "twin").unlink()
    (root / "usr" / "bin" / "twin").write_bytes(b"x" * 700_000)
    (root / "usr" / "bin" / "twin").chmod(0o755)
    assert b"".join(tar_of(root)) == before


def test_scratch_is_for_everybody(root: Path) -> None:
    (root / "tmp").mkdir(mode=0o755)
    with tarfile.open(fileobj=io.BytesIO(b"".join(tar_of(root)))) as archive:
        assert archive.getmember("tmp").mode == 0o1777


def test_an_image_is_named_by_the_trees_hash() -> None:
    assert image_name("ab12/77") == image_name("ab12") == "slimepython-rootfs:ab12"


@dataclass(frozen=True)
class Image:
    id: str
    labels: dict[str, str]


class Daemon:
    """As much of a daemon as images need: it keeps them by name, and is the client and its `images` and `api`."""

    def __init__(self) -> None:
        self.images = self.api = self
        self.kept: dict[str, Image] = {}
        self.removed: list[str] = []
        self.imported = 0

    def get(self, name: str) -> Image:
        if name not in self.kept:
            raise ImageNotFound(name)
        return self.kept[name]

    def remove(self, image: str, *, force: bool) -> None:
        assert force
        self.removed.append(image)
        self.kept = {name: found for name, found in self.kept.items() if found.id != image}

    def import_image_from_stream(self, stream: Iterator[bytes], *, repository: str, changes: list[str]) -> None:
        assert b"".join(stream)
        assert repository not in self.kept, "the daemon would keep the layer that it has"
        self.imported += 1
        labels = dict(change.removeprefix("LABEL ").split("=", 1) for change in changes)
        self.kept[repository] = Image(f"{id(self)}-{self.imported}", labels)


def ensured(daemon: Daemon, root: Path) -> str:
    sandbox = Sandbox(root, "ab12/77", (), ("true",), {}, "/")
    return ensure_image(cast(DockerClient, daemon), sandbox)


def test_an_image_is_imported_once(root: Path) -> None:
    daemon = Daemon()
    assert {ensured(daemon, root) for _ in range(3)} == {image_name("ab12")}
    assert daemon.imported == 1
    assert daemon.kept[image_name("ab12")].labels == {LABEL: "ab12", BOOT: boot()}


@pytest.mark.parametrize("labels", [{LABEL: "ab12", BOOT: "another boot"}, {LABEL: "ab12"}])
def test_an_image_from_before_a_restart_is_imported_anew(root: Path, labels: dict[str, str]) -> None:
    """What the daemon kept of it is hashed by nobody, and may have lost its bytes to a power cut."""
    daemon = Daemon()
    daemon.kept[image_name("ab12")] = Image("old", labels)
    for _ in range(2):
        ensured(daemon, root)
    assert (daemon.removed, daemon.imported) == (["old"], 1)


def test_where_no_start_can_be_told_each_process_imports_its_own(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_image, "boot", lambda: "")
    daemon = Daemon()
    daemon.kept[image_name("ab12")] = Image("old", {LABEL: "ab12", BOOT: ""})
    for _ in range(2):
        ensured(daemon, root)
    assert (daemon.removed, daemon.imported) == (["old"], 1)


@pytest.mark.parametrize(
    ("uid", "options", "user"),
    [
        (0, [], "1000:1000"),
        (1000, ["name=seccomp"], "1000:1000"),
        (1234, [], "1234:1234"),
        (1234, ["name=rootless"], "0:0"),
        (0, ["name=seccomp", "name=rootless"], "0:0"),
    ],
)
def test_who_works_inside(monkeypatch: pytest.MonkeyPatch, uid: int, options: list[str], user: str) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    monkeypatch.setattr(os, "getegid", lambda: uid)
    assert user_for(options) == user


def test_a_pipe_is_made_writable_for_everybody_and_read_only_mounts_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "jobserver", 0o600)
    (tmp_path / "input").write_text("x")
    (tmp_path / "input").chmod(0o600)
    give_away((Mount(tmp_path / "jobserver", "/jobserver", "rw"), Mount(tmp_path / "input", "/input")), "1000:1000")
    assert (tmp_path / "jobserver").stat().st_mode & 0o777 == 0o666
    assert (tmp_path / "input").stat().st_mode & 0o777 == 0o600
