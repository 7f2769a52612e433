"""How a run's failures are told: to people, to programs, and why something was not tried."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.cli.failures import failures_json, not_tried, print_failure, status_of
from pipeline.errors import FetchError
from pipeline.fetch.pins import FetchReason
from pipeline.plan.action import Action, Input, Kind
from pipeline.plan.graph import Graph
from pipeline.run.executor import Failure, Report
from pipeline.run.sandboxed import BuildReason, StepFailed, Where

SCRIPT = "".join(f"echo {number}\n" for number in range(30))


def _failure(command: str = "make\n") -> Failure:
    where = Where(
        "build/a", "compile", command, Path("/store/failed/a/log.txt"), ("cc: oh", "no"), "python -m pipeline shell a"
    )
    return Failure("build/a", StepFailed(BuildReason.STEP_FAILED, "a: step 'compile' failed: exit status 2", where))


def _graph(**needs: Sequence[str]) -> Graph:
    actions = {
        name: Action(name, Kind.BUILD, {}, tuple(Input(need, "/deps") for need in inputs))
        for name, inputs in needs.items()
    }
    return Graph(actions, tuple(actions))


def test_programs_get_what_people_see_of_a_failed_step() -> None:
    other = Failure("source/b", FetchError(FetchReason.NOT_FOUND, "b is nowhere", hint="look for it"))
    found = failures_json(Report(failures=[_failure(), other], skipped=["probe/a"]))
    assert found["skipped"] == ["probe/a"]
    assert isinstance(found["failures"], list)
    step, fetch = found["failures"]
    assert isinstance(step, dict)
    assert isinstance(fetch, dict)
    assert (step["action"], step["reason"], step["step"]) == ("build/a", "step-failed", "compile")
    assert (step["command"], step["log"]) == ("make\n", "/store/failed/a/log.txt")
    assert step["tail"] == ["cc: oh", "no"]
    assert "pipeline shell a" in str(step["hint"])
    assert fetch == {
        "action": "source/b",
        "reason": FetchReason.NOT_FOUND.value,
        "message": "b is nowhere",
        "hint": "look for it",
    }


def test_a_long_script_is_cut_and_that_is_said() -> None:
    shown = io.StringIO()
    print_failure(Console(file=shown, width=200), _failure(SCRIPT))
    lines = shown.getvalue().splitlines()
    assert "  command   echo 0" in lines
    assert "            echo 11" in lines
    assert lines[lines.index("            echo 11") + 1] == "            … (30 lines in all)"
    whole = io.StringIO()
    print_failure(Console(file=whole, width=200), _failure())
    assert "lines in all" not in whole.getvalue()


def test_a_step_that_said_nothing() -> None:
    shown = io.StringIO()
    failure = _failure()
    assert isinstance(failure.error, StepFailed)
    where = replace(failure.error.where, tail=())
    silent = StepFailed(BuildReason.STEP_FAILED, failure.error.message, where)
    print_failure(Console(file=shown, width=200), Failure("build/a", silent))
    assert "  its log is empty\n  log       /store/failed/a/log.txt\n" in shown.getvalue()


@pytest.mark.parametrize(
    ("failed", "skipped", "said"),
    [
        (["a"], [], ""),
        (["a"], ["c"], "Not tried: 1 action that needs what failed."),
        (["a"], ["c", "d"], "Not tried: 2 actions that need what failed."),
        (["b"], ["a"], "Not tried: 1 action that --keep-going would try."),
        (
            ["a"],
            ["b", "c", "d", "e"],
            "Not tried: 2 actions that need what failed, and 2 actions that --keep-going would try.",
        ),
    ],
)
def test_why_something_was_not_tried(failed: list[str], skipped: list[str], said: str) -> None:
    graph = _graph(a=[], b=[], c=["a"], d=["c", "b"], e=[])
    failures = [Failure(name, _failure().error) for name in failed]
    assert not_tried(graph, Report(failures=failures, skipped=skipped)) == said


def test_the_first_failure_is_the_status_unless_it_was_interrupted() -> None:
    nowhere = Failure("source/b", FetchError(FetchReason.NOT_FOUND, "b is nowhere"))
    assert status_of(Report()) == 0
    assert status_of(Report(failures=[nowhere, _failure()])) == 4
    assert status_of(Report(failures=[nowhere], interrupted=True)) == 130
