"""Control groups as trees of files; `tests/integration/sandbox/test_limits.py` makes real ones."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from pipeline.sandbox import cgroup
from pipeline.sandbox.cgroup import Group, Place, find_place


@pytest.fixture
def group(tmp_path: Path) -> Group:
    files = {
        "memory.current": "1000\n",
        "memory.stat": "anon 300\ninactive_file 400\nactive_file 100\nshmem 200\n",
        "memory.events": "low 0\nmax 0\noom 0\noom_kill 0\n",
        "memory.peak": "1234\n",
        "pids.current": "7\n",
        "pids.events": "max 0\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return Group(tmp_path, 50)


def test_file_cache_is_not_counted_and_what_is_in_memory_folders_is(group: Group) -> None:
    assert (group.memory(), group.processes()) == (500, 7)
    assert group.broken() is None
    assert group.peak() == 1234


def test_what_the_kernel_refused_or_ended_is_noticed(group: Group) -> None:
    (group.path / "pids.events").write_text("max 3\n")
    assert group.broken() == "processes"
    assert group.processes() == 50, "even if fewer are left by now"
    (group.path / "memory.events").write_text("oom_kill 1\n")
    assert group.broken() == "memory"


def test_a_group_that_is_gone_uses_nothing_that_is_known(tmp_path: Path) -> None:
    gone = Group(tmp_path / "gone", 50)
    assert (gone.memory(), gone.processes(), gone.broken(), gone.peak()) == (None, None, None, None)
    gone.kill()


def place(monkeypatch: pytest.MonkeyPatch, mount: Path | None, own: str) -> Place:
    """What is found when the group file system is at `mount` and this process in the group `own`."""

    class Partition:
        fstype, mountpoint = "cgroup2", str(mount)

    monkeypatch.setattr(psutil, "disk_partitions", lambda all: [Partition] if mount else [])
    monkeypatch.setattr(cgroup, "_own_group", lambda found: found / own)
    find_place.cache_clear()
    try:
        return find_place()
    finally:
        find_place.cache_clear()


def test_why_there_is_no_place_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place(monkeypatch, None, ".") == Place(None, "cgroup v2 is not mounted")
    (tmp_path / "own").mkdir()
    found = place(monkeypatch, tmp_path, "own")
    assert (found.path, found.why) == (None, f"{tmp_path}/own has no controllers of memory and pids")
    (tmp_path / "own" / "cgroup.controllers").write_text("cpu memory pids\n")
    assert "may be written to" in place(monkeypatch, tmp_path, "own").why


def test_a_folder_that_only_looks_like_a_place_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own").mkdir()
    for name in ("cgroup.controllers", "cgroup.subtree_control"):
        for folder in (tmp_path, tmp_path / "own"):
            (folder / name).write_text("memory pids\n")
            (folder / "cgroup.procs").write_text("")
    found = place(monkeypatch, tmp_path, "own")
    assert found.path is None
    assert "cannot be used" in found.why
