"""With --json every command prints one object a line and ends with a summary; all take one set of options."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.command import run

SAME = ("--json", "--engine", "bubblewrap", "--jobs", "1", "--target", "x86_64", "--keep-going")


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (("build", "app"), 0),
        (("train", "app"), 0),
        (("lock",), 5),  # nothing says who signs its suite: told of each toolchain, since --keep-going goes on
        (("probe", "app"), 0),
        (("explain", "app"), 0),
        (("list",), 0),
        (("gc",), 0),
        (("gc", "--max-size", "1G"), 0),
        (("release",), 10),  # only one of its two artifacts will do
        (("schemas",), 3),  # it has none
        (("schemas", "--write"), 0),
        (("shell", "nothing"), 2),
    ],
)
def test_one_object_a_line_and_a_summary(stored: Path, command: tuple[str, ...], status: int) -> None:
    ran = run(stored, *command, *SAME)
    assert (ran.status, ran.summary["status"]) == (status, status), ran.err
    if status and command[0] != "schemas":
        assert ran.events[-2]["event"] == ("failed" if command[0] == "lock" else "error")
        assert ran.events[-2]["reason"]


def test_doctor_too_whatever_works_here(project: Path) -> None:
    ran = run(project, "doctor", *SAME)
    assert ran.summary["status"] in (0, 7)
    checks = {event["what"]: event for event in ran.events[:-1]}
    assert "sandbox docker" not in checks, "only the engine that was named is tried"
    assert checks["sandbox bubblewrap"]["state"] == ("ok" if ran.status == 0 else "no")
    assert checks["locks"] == {"event": "check", "what": "locks", "state": "ok", "answer": "all there"}
    assert checks["job slots"]["answer"] == "1"


def test_a_wrong_option_too(project: Path) -> None:
    ran = run(project, "list", "--json", "--sideways")
    assert ran.status == 2
    assert ran.summary
    assert ran.events[0]["reason"] == "bad-option"
    assert "--sideways" in ran.events[0]["message"]


def test_a_whole_build_from_the_store(stored: Path) -> None:
    ran = run(stored, "build", "--json")
    assert ran.status == 9
    (made,) = ran.summary["artifacts"]
    assert (made["name"], made["target"], made["cached"]) == ("app", "x86_64-unknown-linux-gnu", True)
    (failure,) = ran.summary["failures"]
    assert failure["reason"] == "violation"
    assert "-m pipeline probe app==1.0@wasm32-wasip1" in failure["hint"]
    assert ran.summary["built"] == {}
    assert ran.summary["engine"] is None, "nothing was run"
