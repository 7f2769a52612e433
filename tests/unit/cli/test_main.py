"""The command line as a user meets it: help, exit statuses, errors that say what to type next."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.miniproject import X86, recipe, write

ROOT = Path(__file__).parents[3]
COMMANDS = ("build", "release", "lock", "train", "probe", "explain", "shell", "list", "doctor", "gc", "schemas")


def run(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "SLIMEPYTHON_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        capture_output=True,
        text=True,
        env=env,
        cwd=tmp_path,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path, [recipe("app", dependencies=["lib"]), recipe("lib")])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(tmp_path: Path, command: str) -> None:
    done = run(tmp_path, command, "--help")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5


def test_help_names_every_command(tmp_path: Path) -> None:
    text = run(tmp_path, "--help").stdout
    assert all(f"\n  {command} " in text for command in COMMANDS)


def test_outside_a_project(tmp_path: Path) -> None:
    done = run(tmp_path, "list")
    assert done.returncode == 2
    assert "[not-a-project]" in done.stderr
    assert "next: " in done.stderr


def test_a_wrong_name_is_refused_with_what_was_meant(project: Path) -> None:
    done = run(project, "build", "ap")
    assert done.returncode == 2
    assert "did you mean 'app'?" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_program_that_asked_for_json_gets_the_error_as_json(project: Path) -> None:
    done = run(project, "build", "--json", "ap")
    line, last = map(json.loads, done.stdout.splitlines())
    assert (line["event"], line["status"]) == ("error", done.returncode)
    assert last == {"event": "summary", "status": 2}
    assert "did you mean 'app'?" in line["message"]
    assert line["hint"]


def test_a_wrong_option_is_refused_before_anything_happens(project: Path) -> None:
    done = run(project, "build", "--jobs", "0", "app")
    assert done.returncode == 2
    assert not (project / "cache").exists()


def test_a_wrong_recipe_has_a_place_and_a_reason(project: Path) -> None:
    path = project / "recipes" / "app" / "recipe.yaml"
    path.write_text(path.read_text() + "step: []\n")
    done = run(project, "list")
    assert done.returncode == 3
    lines = path.read_text().splitlines()
    assert f"recipes/app/recipe.yaml:{lines.index('step: []') + 1}:1: unknown key `step`" in done.stderr
    assert "did you mean `steps`?" in done.stderr


def test_list_is_ci_s_matrix(project: Path) -> None:
    listed = json.loads(run(project, "list", "--json").stdout)
    assert listed["release"] == "2026.1"
    assert [(row["name"], row["target"]) for row in listed["builds"]][:1] == [("app", X86)]


def test_explain_says_what_never_ran(project: Path) -> None:
    done = run(project, "explain", "app@x86_64")
    assert done.returncode == 0
    assert "rootfs/tools: would run: it has never run here" in done.stdout
    assert f"build/app-1.0@{X86}: waits for" in done.stdout


def test_explain_answers_programs_too_and_means_the_whole_release_by_itself(project: Path) -> None:
    done = run(project, "explain", "--json")
    *found, last = [json.loads(line) for line in done.stdout.splitlines()]
    named = {record["action"]: record for record in found}
    assert named["rootfs/tools"] == {
        "event": "would-run", "action": "rootfs/tools", "for": [], "known": False, "changes": []
    }  # fmt: skip
    assert named[f"build/app-1.0@{X86}"]["event"] == "waits"
    assert last == {"event": "summary", "status": 0, "actions": len(found), "stored": 0}


def test_an_input_that_cannot_be_had_is_named_with_every_place(project: Path) -> None:
    env_mirror = "http://127.0.0.1:9/debian"
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "build", "app@x86_64"],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "SLIMEPYTHON_CACHE": str(project / "cache"),
            "SLIMEPYTHON_DEBIAN_MIRROR": env_mirror,
            "PYTHONPATH": str(ROOT),
            "HTTPS_PROXY": "http://127.0.0.1:9",
        },
        cwd=project,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 4
    assert env_mirror in done.stderr
    assert "nox -s lock -- tools" in done.stderr
