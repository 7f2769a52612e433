"""Limits on memory and processes, really held: by the kernel where it lets us, and by looking."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from pipeline.sandbox.bubblewrap import Bubblewrap
from pipeline.sandbox.cgroup import Place, find_place
from pipeline.sandbox.protocol import Engine, Outcome, Sandbox, SandboxLimits
from tests.integration.sandbox.test_24_bad_builds import gone, sleepers

MIB = 1 << 20
LIMITS = SandboxLimits(seconds=60, memory_bytes=192 * MIB, log_bytes=MIB, disk_bytes=50 * MIB, processes=60)


@pytest.fixture(params=["looking", "cgroup", pytest.param("docker", marks=pytest.mark.docker)])
def holder(request: pytest.FixtureRequest) -> Engine:
    """An engine by the way in which it holds limits."""
    if request.param == "docker":
        found: Engine = request.getfixturevalue("docker")
        return found
    if request.param == "looking":
        return Bubblewrap(place=lambda: Place(None, "for a test"))
    if find_place().path is None:
        pytest.skip(f"no cgroup v2 with memory and pids to make groups in: {find_place().why}")
    return Bubblewrap()


def run(holder: Engine, sandbox: Sandbox, tmp_path: Path, script: str, **limits: int) -> Outcome:
    changed = replace(sandbox, command=("/bin/sh", "-eu", "-c", script), limits=replace(LIMITS, **limits))
    return holder.run(changed, log=tmp_path / "log")


def test_24_both_memory_folders_together_are_at_most_the_memory(
    holder: Engine, sandbox: Sandbox, tmp_path: Path
) -> None:
    script = "for d in /tmp /dev/shm; do dd if=/dev/zero of=$d/big bs=1M count=94 2>/dev/null; done; sleep 50"
    outcome = run(holder, sandbox, tmp_path, script, memory_bytes=188 * MIB)
    assert outcome.ended == "memory"


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])
def test_what_is_in_a_memory_folder_is_in_the_peak(
    holder: Engine, sandbox: Sandbox, tmp_path: Path, folder: str
) -> None:
    script = f"dd if=/dev/zero of={folder}/big bs=1M count=80 2>/dev/null; sleep 3; sleep 1 & sleep 1 & wait"
    outcome = run(holder, sandbox, tmp_path, script)
    assert outcome.ok, outcome.log.read_text()
    assert outcome.peak_memory_bytes is not None
    assert 80 * MIB < outcome.peak_memory_bytes < 150 * MIB


def test_24_files_on_disk_are_no_memory(holder: Engine, sandbox: Sandbox, tmp_path: Path) -> None:
    script = "dd if=/dev/zero of=/out/big bs=1M count=400 2>/dev/null; cat /out/big > /dev/null; sleep 1"
    outcome = run(holder, sandbox, tmp_path, script, disk_bytes=500 * MIB)
    assert outcome.ok, outcome


BOMBS = {
    "in breadth": "while :; do sleep 7601 & done",
    "that doubles": "f() { f & f; }; f",
    "that goes on when it is refused": "while :; do (sleep 7601 &) 2>/dev/null || :; done",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_24_a_fork_bomb_is_stopped(holder: Engine, sandbox: Sandbox, tmp_path: Path, bomb: str) -> None:
    before = len(psutil.pids())
    if isinstance(holder, Bubblewrap) and holder.place().path is None and bomb == "that doubles":
        pytest.skip("where nobody refuses it, it takes the machine tens of seconds to end what a quarter of one began")
    outcome = run(holder, sandbox, tmp_path, BOMBS[bomb], memory_bytes=1 << 30)
    if holder.name == "docker" and outcome.ended == "exited":
        assert outcome.status not in (0, None), "the shell could not fork, between two looks of ours"
        assert "fork" in outcome.log.read_text()
    else:
        assert (outcome.status, outcome.ended) == (None, "processes")
    assert outcome.seconds < 30
    assert gone("7601")
    assert len(psutil.pids()) < before + 100


def test_24_the_machine_is_left_alone_when_the_builder_has_ended(
    holder: Engine, sandbox: Sandbox, tmp_path: Path
) -> None:
    outcome = run(holder, sandbox, tmp_path, "sleep 7602 & sleep 7602 & exit 3")
    assert (outcome.status, outcome.ended) == (3, "exited")
    assert sleepers("7602") == []
    place = find_place().path
    if place is not None:
        assert [path.name for path in place.glob(f"slimepython-{os.getpid()}-*")] == []


def test_how_limits_are_held_is_told(holder: Engine, request: pytest.FixtureRequest) -> None:
    words = {
        "looking": "are not held (for a test)",
        "cgroup": "held by the kernel (cgroup v2, /",
        "docker": "held by the daemon",
    }
    assert words[request.node.callspec.params["holder"]] in holder.check().limits
