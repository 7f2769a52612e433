"""Memory and disk meters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.sandbox import usage
from pipeline.sandbox.usage import DiskMeter, memory_of, processes_in, tree_of

HOG = """
import subprocess, sys
data = bytearray(int(sys.argv[1]))
if sys.argv[2:]:
    subprocess.run([sys.executable, "-c", sys.argv[2], sys.argv[1]])
print("ready", flush=True)
sys.stdin.read()
"""
CHILD = "import sys; data = bytearray(int(sys.argv[1])); print('ready', flush=True); sys.stdin.read()"


def test_a_process_tree_is_measured_with_its_children() -> None:
    size = 30_000_000
    command = [sys.executable, "-c", HOG, str(size), CHILD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        assert len(tree_of(process.pid)) == 2
        assert 2 * size < memory_of(process.pid, 1 << 40, ()) < 2 * size + 100_000_000
        # Over the limit it looks more closely, and finds the same for memory that is not shared.
        assert 2 * size < memory_of(process.pid, 1, ()) < 2 * size + 100_000_000
        process.communicate()
    assert tree_of(process.pid) == []
    assert memory_of(process.pid, 1, ()) == 0


def test_a_root_that_is_still_this_machines_does_not_count() -> None:
    assert memory_of(os.getpid(), 1 << 40, ("/dev", "/tmp")) == memory_of(os.getpid(), 1 << 40, ())
    assert usage._held_by(f"/proc/{os.getpid()}/root", "/dev") == 0
    assert processes_in(os.getpid()) is None


def test_a_folder_over_its_limit_is_noticed(tmp_path: Path) -> None:
    meter = DiskMeter((tmp_path,), 1_000_000)
    assert not meter.is_over()
    (tmp_path / "big").write_bytes(b"x" * 2_000_000)
    meter._walked = 0.0
    assert meter.is_over()


def test_no_folders_are_never_over() -> None:
    assert not DiskMeter((), 1).is_over()


def test_a_nearly_full_disk_stops_who_fills_it_and_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meter = DiskMeter((tmp_path,), 1 << 40)
    found = os.statvfs(tmp_path)
    monkeypatch.setattr(usage, "_RESERVE", found.f_bavail * found.f_frsize * 2)
    meter._walked = 0.0
    assert not meter.is_over(), "the disk is full, but not by this folder"
    monkeypatch.setattr(usage, "disk_usage", lambda _: 1 << 62)
    meter.limit = 1 << 63
    meter._walked = 0.0
    assert meter.is_over()
