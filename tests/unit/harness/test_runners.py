"""Runs of programs: streams, status, time; and what an interrupt leaves undone."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness import bitexact
from harness.corpus import Script
from harness.runners import ENVIRONMENT, X86, NoReleaseError, Process, Ran, installed


def python(**more: str) -> Process:
    return Process("python", "reference", X86, "CPython", Path(sys.executable), env=more)


def test_a_run_has_streams_status_and_times(tmp_path: Path) -> None:
    script = tmp_path / "a.py"
    script.write_text(
        "import sys; print(sys.argv[1], input()); sys.stderr.write('e'); sum(range(10**6)); sys.exit(3)\n"
    )
    ran = python().run(script, ["x"], b"y\n")
    assert (ran.status, ran.out, ran.err) == (3, b"x y\n", b"e")
    assert ran.seconds > 0
    assert ran.cpu > 0


def test_a_signal_is_what_a_shell_sees(tmp_path: Path) -> None:
    script = tmp_path / "a.py"
    script.write_text("import os; os.kill(os.getpid(), 15)\n")
    assert python().run(script).status == 143


def test_nothing_of_the_caller_gets_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "x")
    script = tmp_path / "a.py"
    script.write_text("import os; print(sorted(os.environ))\n")
    names = sorted({*ENVIRONMENT, "MORE"})
    assert python(MORE="1").run(script).out.decode().strip() == str(names)


def test_without_a_manifest_there_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(NoReleaseError, match="build-full"):
        installed(tmp_path, pytest.fail)


def test_an_interrupt_leaves_the_other_scripts_alone() -> None:
    started = []

    class Interrupted:
        name, tier, target, version, sha256 = "i", "reference", X86, "i 1", None

        def run(self, script: Path, args: Sequence[str] = (), stdin: bytes = b"", dirs: Sequence[Path] = ()) -> Ran:
            started.append(script)
            raise KeyboardInterrupt

    scripts = [Script("x", Path(f"/c/x/{i}.py"), "t", "w") for i in range(50)]
    with pytest.raises(KeyboardInterrupt):
        bitexact.run_all(scripts, [Interrupted()], 1, lambda _: None)
    assert len(started) < 50
