"""The command line as a user meets it: help, exit statuses, errors that say what to type next."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.command import environment, run
from tests.unit.miniproject import X86

COMMANDS = ("build", "release", "lock", "train", "probe", "explain", "shell", "list", "doctor", "gc", "schemas")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_examples(tmp_path: Path, command: str) -> None:
    done = run(tmp_path, command, "--help")
    assert done.status == 0
    what, examples = done.out.split("Options:")
    assert len(what.splitlines()) > 4
    assert f" -m pipeline {command}" in examples.split("Examples:")[1]


def test_help_shows_the_options_that_change_something(tmp_path: Path) -> None:
    shown = {command: run(tmp_path, command, "--help").out for command in ("build", "gc", "list", "doctor")}
    common = ("--target", "--keep-going", "--engine", "--jobs")
    assert all(option in shown["build"] for option in common)
    assert not any(option in shown["gc"] for option in common)
    assert [option for option in common if option in shown["list"]] == ["--target"]
    assert [option for option in common if option in shown["doctor"]] == ["--engine", "--jobs"]
    assert all("--json" in text for text in shown.values())


def test_help_names_every_command(tmp_path: Path) -> None:
    text = run(tmp_path, "--help").out
    assert all(f"\n  {command} " in text for command in COMMANDS)


def test_outside_a_project(tmp_path: Path) -> None:
    done = run(tmp_path, "list")
    assert done.status == 2
    assert "[not-a-project]" in done.err
    assert "next: " in done.err


def test_a_wrong_name_is_refused_with_what_was_meant(project: Path) -> None:
    done = run(project, "build", "ap")
    assert done.status == 2
    assert "did you mean 'app'?" in done.err
    assert "Traceback" not in done.err


def test_a_program_that_asked_for_json_gets_the_error_as_json(project: Path) -> None:
    done = run(project, "build", "--json", "ap")
    line, last = map(json.loads, done.out.splitlines())
    assert (line["event"], line["status"]) == ("error", done.status)
    assert last == {"event": "summary", "status": 2}
    assert "did you mean 'app'?" in line["message"]
    assert line["hint"]


def test_a_wrong_option_is_refused_before_anything_happens(project: Path) -> None:
    done = run(project, "build", "--jobs", "0", "app")
    assert done.status == 2
    assert not (project / "cache").exists()


def test_a_wrong_recipe_has_a_place_and_a_reason(project: Path) -> None:
    path = project / "recipes" / "app" / "recipe.yaml"
    path.write_text(path.read_text() + "step: []\n")
    done = run(project, "list")
    assert done.status == 3
    lines = path.read_text().splitlines()
    assert f"recipes/app/recipe.yaml:{lines.index('step: []') + 1}:1: unknown key `step`" in done.err
    assert "did you mean `steps`?" in done.err
    assert done.err.count("[unknown-key]") == 1


def test_list_is_ci_s_matrix(project: Path) -> None:
    listed = json.loads(run(project, "list", "--json").out)
    assert listed["release"] == "2026.1"
    assert [(row["name"], row["target"]) for row in listed["builds"]][:1] == [("app", X86)]


def test_explain_says_what_never_ran(project: Path) -> None:
    done = run(project, "explain", "app@x86_64")
    assert done.status == 0
    assert "rootfs/tools: would run: it was never finished here" in done.out
    assert f"build/app-1.0@{X86}: waits for" in done.out


def test_explain_answers_programs_too_and_means_the_whole_release_by_itself(project: Path) -> None:
    done = run(project, "explain", "--json")
    *found, last = [json.loads(line) for line in done.out.splitlines()]
    named = {record["action"]: record for record in found}
    assert named["rootfs/tools"] == {
        "event": "would-run", "action": "rootfs/tools", "for": [], "known": False, "seconds": None,
        "changes": [],
    }  # fmt: skip
    assert named[f"build/app-1.0@{X86}"]["event"] == "waits"
    assert last == {
        "event": "summary", "status": 0, "actions": len(found), "stored": 0, "seconds": 0, "untimed": len(found)
    }  # fmt: skip


def test_an_input_that_cannot_be_had_is_named_with_every_place(project: Path) -> None:
    mirror = "http://127.0.0.1:9/debian"
    done = run(project, "build", "lib@x86_64", SLIMEPYTHON_DEBIAN_MIRROR=mirror, HTTPS_PROXY="http://127.0.0.1:9")
    assert done.status == 4
    assert mirror in done.err
    assert "nox -s lock -- tools" in done.err


@pytest.mark.parametrize("arguments", [("list",), ("list", "--json"), ("explain", "--json")])
def test_a_reader_that_leaves_ends_it_quietly(project: Path, arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "pipeline", *arguments]
    with subprocess.Popen(
        command, cwd=project, env=environment(project), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141
