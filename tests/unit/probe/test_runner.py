"""Tests of `pipeline.probe.runner`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.probe import runner
from pipeline.probe.runner import MARK, Run, SandboxRunner, parse
from pipeline.probe.version import SCRIPTS
from pipeline.sandbox.protocol import Sandbox
from tests.unit.probe.fakes import FakeEngine, FakeRunner


def test_only_whole_marked_objects_are_results() -> None:
    text = f'noise\n{MARK}{{"a": 1}}\n{MARK}[1]\nx {MARK}{{"b": 2}}\n{MARK}{{"c":'
    assert list(parse(text)) == [{"a": 1}]


def test_a_result_is_the_last_line() -> None:
    fake = FakeRunner([Run(({"ok": False}, {"ok": True, "failed": {}, "x": 1}), "")])
    assert runner.result(fake, "text") == {"ok": True, "passed": [], "failed": {}, "x": 1}


@pytest.mark.parametrize(
    ("run", "why"),
    [
        (Run((), ""), "printed no result"),
        (Run((), "exit status 139 (SIGSEGV)"), "exit status 139 (SIGSEGV)"),
        (Run(({"ok": True, "failed": {}},), "exit status 1"), "exit status 1"),
    ],
)
def test_a_run_that_ends_badly_has_failed(run: Run, why: str) -> None:
    found = runner.result(FakeRunner([run]), "text")
    assert found["ok"] is False
    assert found["failed"]["run"] == why


def lines(*imported: tuple[str, str | None], begun: str | None = None, done: bool = False) -> tuple[Any, ...]:
    out: list[dict[str, Any]] = []
    for name, error in imported:
        out += [{"begin": name}, {"module": name, "error": error}]
    if begun:
        out.append({"begin": begun})
    return (*out, *([{"done": True}] if done else []))


def test_modules() -> None:
    found = runner.imports(FakeRunner([Run(lines(("abc", None), ("nt", "ImportError: no"), done=True), "")]))
    assert found == {
        "ok": True,
        "failed": {},
        "importable": ["abc"],
        "missing": {"nt": "ImportError: no"},
        "crashed": [],
    }


def test_a_module_that_ends_the_interpreter_is_left_out_next_time() -> None:
    fake = FakeRunner(
        [
            Run(lines(("abc", None), begun="bad"), "exit status 139"),
            Run(lines(("abc", None), ("zlib", None), done=True), ""),
        ]
    )
    found = runner.imports(fake)
    assert [json.loads(env["PROBE_SKIP"]) for _, env in fake.asked] == [[], ["bad"]]
    assert found["ok"]
    assert found["importable"] == ["abc", "zlib"]
    assert found["missing"] == {"bad": "ends the interpreter: exit status 139"}
    assert found["crashed"] == ["bad"]


def test_restarts_are_bounded() -> None:
    fake = FakeRunner([Run(lines(begun=f"m{n}"), "exit status 1") for n in range(10)])
    found = runner.imports(fake, restarts=3)
    assert len(fake.asked) == 4
    assert not found["ok"]
    assert found["failed"] == {"run": "exit status 1"}


def test_an_interpreter_that_says_nothing_has_no_modules() -> None:
    found = runner.imports(FakeRunner([Run((), "exit status 127")]))
    assert (found["ok"], found["importable"]) == (False, [])


@pytest.mark.parametrize(("bases", "moves"), [("abab", True), ("aaaa", False)])
def test_placements(bases: str, moves: bool) -> None:  # noqa: FBT001
    fake = FakeRunner([Run(({"ok": True, "base": base},), "") for base in bases])
    assert runner.placements(fake) == {"ok": True, "randomised": moves, "failed": {}}


def test_an_unknown_place_is_not_randomised() -> None:
    fake = FakeRunner([Run(({"ok": False, "base": None, "failed": {"maps": "no"}},), "") for _ in range(4)])
    assert runner.placements(fake) == {"ok": False, "randomised": False, "failed": {"maps": "no"}}


def sandboxed(tmp_path: Path, engine: FakeEngine) -> SandboxRunner:
    return SandboxRunner(
        "qemu-aarch64", engine, tmp_path, "0" * 64, tmp_path, tmp_path, "bin/x", tmp_path, ("qemu", "-L", "/sysroot")
    )


def test_the_sandbox_of_a_run(tmp_path: Path) -> None:
    def answer(sandbox: Sandbox) -> tuple[int, str]:
        return 0, MARK + json.dumps({"ok": True})

    engine = FakeEngine(answer)
    run = sandboxed(tmp_path, engine).run("text", place="/opt/a b", env={"PROBE_SKIP": "[]"})
    assert run == Run(({"ok": True},), "")
    (sandbox,) = engine.seen
    assert sandbox.command == ("qemu", "-L", "/sysroot", "/opt/a b/bin/x", "/probe/text.py")
    assert {(m.target, m.mode) for m in sandbox.mounts} == {("/opt/a b", "ro"), ("/probe", "ro"), ("/sysroot", "ro")}
    assert json.loads(sandbox.env["PROBE_RUNNER"]) == ["qemu", "-L", "/sysroot"]
    assert not any(str(tmp_path) in value for value in sandbox.env.values())


@pytest.mark.parametrize(
    ("status", "ended"), [(1, "exit status 1: ImportError: gone"), (None, "timeout: ImportError: gone")]
)
def test_how_a_run_ended_shows_its_last_line(status: int | None, ended: str, tmp_path: Path) -> None:
    engine = FakeEngine(lambda sandbox: (status, "Traceback …\nImportError: gone\n\n"))
    assert sandboxed(tmp_path, engine).run("text").ended == ended


def on_this_python(script: str, tmp_path: Path, **env: str) -> dict[str, Any]:
    """Run a script by the Python that runs the tests."""
    done = subprocess.run(
        [sys.executable, SCRIPTS / f"{script}.py"],
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1", **env},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return list(parse(done.stdout))[-1]


def test_scripts_answer_with_the_agreed_object(tmp_path: Path) -> None:
    found = on_this_python("version", tmp_path)
    assert found["ok"] is True
    assert found["identity"]["version"] == ".".join(map(str, sys.version_info[:3]))
    assert set(found["passed"]) >= {"identity", "places", "paths", "build"}


def test_a_check_that_fails_is_named_with_its_reason(tmp_path: Path) -> None:
    """There is no compiler given, so the extension module cannot be made."""
    found = on_this_python("cext", tmp_path)
    assert found["ok"] is False
    assert found["failed"]["headers"] == "AssertionError: no C compiler was given for this target"
