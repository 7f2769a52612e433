"""Trying an engine: what it has to do before it is believed."""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.errors import SandboxError
from pipeline.sandbox.errors import SandboxReason
from pipeline.sandbox.minimal import CREATES, PROGRAM
from pipeline.sandbox.protocol import Ended, EngineReport, Outcome, Sandbox
from pipeline.sandbox.trial import try_engine

HINTS = {"uid map": "a sysctl", "no such daemon": "start it"}


@dataclass
class Fake:
    """An engine that ends with `status`, having printed `prints` and done `deed` to the mounted folder."""

    status: int | None = 0
    prints: str = ""
    deed: Callable[[Path], object] = lambda folder: (folder / Path(CREATES).name).touch()
    ended: Ended = "exited"
    seen: list[Sandbox] = field(default_factory=list)
    name: str = "fake"

    def check(self) -> EngineReport:
        return try_engine(self, "fake 1.0", HINTS)

    def run(
        self,
        sandbox: Sandbox,
        *,
        log: Path,
        on_line: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Outcome:
        self.seen.append(sandbox.checked())
        assert (sandbox.rootfs / PROGRAM.lstrip("/")).stat().st_mode & 0o111
        log.write_text(self.prints)
        (mount,) = sandbox.mounts
        self.deed(mount.source)
        return Outcome(self.status, self.ended, 1.0, None, log, sandbox.limits)

    def shell(self, sandbox: Sandbox, *, cancel: threading.Event | None = None) -> int:
        raise NotImplementedError


def test_what_ran_a_program_works() -> None:
    engine = Fake()
    assert engine.check() == EngineReport("fake", True, "fake 1.0", "ran a program in a sandbox")
    (sandbox,) = engine.seen
    assert (sandbox.command, sandbox.network, sandbox.env) == ((PROGRAM,), "none", {})
    assert [(mount.target, mount.mode) for mount in sandbox.mounts] == [(str(Path(CREATES).parent), "rw")]
    assert not sandbox.rootfs.exists(), "nothing is left"


def test_one_that_sees_another_machines_folders_does_not() -> None:
    report = Fake(deed=lambda folder: None).check()
    assert not report.ok
    assert "did not appear" in report.answer
    assert "on this machine" in report.hint


@pytest.mark.parametrize(
    ("status", "ended", "prints", "answer", "hint"),
    [
        (1, "exited", "bwrap: setting up\n  uid map: no\n", "exit status 1: bwrap: setting up uid map: no", "a sysctl"),
        (1, "exited", "", "exit status 1", ""),
        (None, "timeout", "", "stopped after 1 s", ""),
    ],
)
def test_how_it_failed_is_told_with_what_to_do(
    status: int | None, ended: Ended, prints: str, answer: str, hint: str
) -> None:
    report = Fake(status, prints, ended=ended).check()
    assert (report.ok, report.hint) == (False, hint)
    assert report.answer.startswith(answer)


def test_a_long_answer_is_cut() -> None:
    assert len(Fake(1, "x" * 10_000).check().answer) < 400


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (SandboxError(SandboxReason.ENGINE_LOST, "no such daemon", hint="its own"), "start it"),
        (SandboxError(SandboxReason.ENGINE_LOST, "something new", hint="its own"), "its own"),
        (PermissionError(13, "Permission denied"), ""),
    ],
)
def test_an_engine_that_raises_is_answered_for(error: Exception, hint: str) -> None:
    def fail(_: Path) -> None:
        raise error

    report = Fake(deed=fail).check()
    assert (report.ok, report.answer, report.hint) == (False, str(error), hint)


def test_a_processor_without_a_trial_program_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "vax")
    engine = Fake()
    report = engine.check()
    assert (report.ok, engine.seen) == (False, [])
    assert "vax" in report.answer
    assert "x86_64" in report.hint
