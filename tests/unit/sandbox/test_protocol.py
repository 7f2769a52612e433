"""What is run and what comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import SandboxError
from pipeline.sandbox.errors import SandboxReason
from pipeline.sandbox.protocol import GIB, Ended, Mount, Outcome, Sandbox, SandboxLimits, explain_status


def outcome(status: int | None, ended: Ended) -> Outcome:
    limits = SandboxLimits(seconds=60, memory_bytes=2 * GIB, log_bytes=3 << 20, disk_bytes=GIB)
    return Outcome(status, ended, 61.2, None, Path("log"), limits)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0, "ended well"),
        (1, "exit status 1"),
        (127, "not found"),
        (126, "cannot be executed"),
        (134, "SIGABRT"),
        (137, "out of memory"),
        (139, "SIGSEGV"),
        (143, "SIGTERM"),
        (255, "exit status 255"),
        (None, "without an exit status"),
    ],
)
def test_a_status_is_explained(status: int | None, words: str) -> None:
    assert words in explain_status(status)


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        ("timeout", "61 s: its limit is 60 s (limits.minutes)"),
        ("memory", "2.00 GiB of memory (limits.memory_gib)"),
        ("processes", "4096 processes at once (limits.processes)"),
        ("log", "3.0 MiB (limits.log_mib)"),
        ("disk", "1.00 GiB"),
        ("interrupted", "interrupted after 61 s"),
    ],
)
def test_a_stop_names_its_limit_and_where_it_is_set(ended: Ended, words: str) -> None:
    assert words in outcome(None, ended).explain()
    assert not outcome(None, ended).ok


def test_only_status_0_is_ok() -> None:
    assert outcome(0, "exited").ok
    assert not outcome(1, "exited").ok
    assert "SIGKILL" in outcome(137, "signal").explain()


def sandbox(tmp_path: Path, *mounts: Mount) -> Sandbox:
    return Sandbox(tmp_path, "0" * 64, mounts, ("true",), {"CC": "clang", "HOME": "/build/home"}, "/build")


def test_the_environment_is_complete_and_the_callers_has_the_last_word(tmp_path: Path) -> None:
    assert sandbox(tmp_path).environment == {
        "PATH": "/usr/bin:/bin",
        "HOME": "/build/home",
        "HOSTNAME": "sandbox",
        "PWD": "/build",
        "CC": "clang",
    }


@pytest.mark.parametrize("target", ["", "out", "/", "/out/", "//out", "/a/../b", "/./a"])
def test_a_target_that_is_no_normal_path_is_refused(tmp_path: Path, target: str) -> None:
    with pytest.raises(SandboxError) as caught:
        sandbox(tmp_path, Mount(tmp_path, target)).checked()
    assert caught.value.reason is SandboxReason.BAD_MOUNT


def test_a_missing_source_or_a_target_used_twice_is_refused(tmp_path: Path) -> None:
    for mounts in ([Mount(tmp_path / "gone", "/out")], [Mount(tmp_path, "/out"), Mount(tmp_path, "/out", "rw")]):
        with pytest.raises(SandboxError) as caught:
            sandbox(tmp_path, *mounts).checked()
        assert caught.value.reason is SandboxReason.BAD_MOUNT
        assert "/out" in caught.value.message


def test_only_writable_folders_count_for_the_disk(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    mounts = (Mount(tmp_path, "/a", "rw"), Mount(tmp_path, "/b"), Mount(tmp_path / "file", "/c", "rw"))
    assert sandbox(tmp_path, *mounts).checked().writable == (tmp_path,)
