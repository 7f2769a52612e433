"""Printed commands work when pasted, wherever the builder was started from."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.nextstep import pasteable, program
from pipeline.cli.settings import NEEDED_BYTES
from tests.unit.cli.command import ROOT, environment, run

SHELL = "python -m pipeline shell app==1.0@wasm"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an environment in it, in which the running interpreter is; a shell is in that folder, too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PWD", str(tmp_path))
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("NOX_CURRENT_SESSION", raising=False)
    monkeypatch.setattr(sys, "argv", ["pipeline", "build"])
    monkeypatch.setattr(sys, "executable", str(executable(tmp_path / ".nox/build-full/bin/python")))
    return tmp_path


def executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_below_this_folder_the_interpreter_is_named_from_here(here: Path) -> None:
    assert pasteable(SHELL) == ".nox/build-full/bin/python -m pipeline shell app==1.0@wasm"


def test_elsewhere_it_is_named_in_full(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/some where/bin/python")
    assert program() == "'/some where/bin/python' -m pipeline"


def test_what_the_shell_finds_by_name_is_named_so(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert pasteable(SHELL) == SHELL
    monkeypatch.setenv("NOX_CURRENT_SESSION", "build-full")  # PATH is the session's own then, not the shell's
    assert pasteable(SHELL).startswith(".nox/build-full/bin/python ")


def test_nox_has_gone_to_another_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PWD", "/")
    assert pasteable(SHELL).startswith(f"cd {here} && .nox/build-full/bin/python -m pipeline shell ")


@pytest.mark.parametrize("named", [["--project", "/a b"], ["--project=/a b"]])
def test_a_named_project_is_named_again(here: Path, monkeypatch: pytest.MonkeyPatch, named: list[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["pipeline", "build", "-j", "2", *named])
    assert pasteable(SHELL).endswith("-m pipeline shell --project '/a b' app==1.0@wasm")


def test_nox_may_be_a_module_only(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pasteable("write it again: nox -s lock -- tools") == "write it again: python3 -m nox -s lock -- tools"
    assert pasteable(pasteable("nox -s lock")) == pasteable("nox -s lock")
    executable(Path(sys.executable).with_name("nox"))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert pasteable("nox -s lock") == "python3 -m nox -s lock", "the environment's own is not the shell's"
    monkeypatch.setenv("PATH", str(executable(here / "bin" / "nox").parent))
    assert pasteable("nox -s lock") == "nox -s lock"


def test_prose_stays_as_it_is(here: Path) -> None:
    text = "see all facts: python -m pipeline probe x ; then mend `/usr/bin/python -m pipeline` and nox, or not"
    assert pasteable(text) == text.replace("python -m", ".nox/build-full/bin/python -m", 1)


@pytest.mark.parametrize("folder", [".", "recipes/app", "/"])
def test_a_printed_hint_is_pasted(project: Path, folder: str) -> None:
    """From the project, from a folder in it, from outside with --project; in a shell without an environment."""
    options = ["--project", str(project)] if folder == "/" else []
    env = environment(project, PWD=str(project / folder), PATH="/usr/bin:/bin")
    shell: dict[str, Any] = {"capture_output": True, "text": True, "env": env, "cwd": project / folder, "check": False}
    failed = subprocess.run([sys.executable, "-m", "pipeline", "explain", "ap", *options], **shell)
    hint = re.search("next: (.*)", failed.stderr)
    assert hint is not None, failed.stderr
    pasted = subprocess.run(["/bin/sh", "-c", hint[1]], **shell)
    assert pasted.returncode == 0, pasted.stderr
    assert "release 2026.1: app" in pasted.stdout


def test_a_missing_requirement_is_one_line_that_says_what_to_type(project: Path) -> None:
    without = [sys.executable, "-S", "-m", "pipeline", "explain", "app@x86_64"]  # -S: no site-packages
    done = subprocess.run(without, capture_output=True, text=True, env=environment(project), cwd=project, check=False)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "has no 'click'" in line
    assert line.endswith("nox -s pipeline -- explain app@x86_64")


def test_documents_name_no_interpreter_that_may_lack_the_requirements() -> None:
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), ROOT / "manifests" / "README.md"]:
        assert not re.search(r"(?<![\w/])python3? -m pipeline", path.read_text("utf-8")), path


def test_the_space_a_build_needs_is_one_number() -> None:
    number = f"{NEEDED_BYTES // 10**9} GB free"
    for path in ("README.md", "docs/operators.md"):
        assert number in (ROOT / path).read_text("utf-8"), path


def test_doctor_says_that_number_too(project: Path) -> None:
    assert f"needs {NEEDED_BYTES / 1e9:.2f} GB" in run(project, "doctor").out
