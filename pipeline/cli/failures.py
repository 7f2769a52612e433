"""Failures of a run on the last screen, for programs, and as an exit status; may import run."""

from __future__ import annotations

from rich.console import Console

from pipeline.cli.nextstep import pasteable
from pipeline.plan.action import Json
from pipeline.plan.graph import Graph
from pipeline.run.executor import Failure, Report
from pipeline.run.sandboxed import StepFailed

_COMMAND_LINES = 12


def status_of(report: Report) -> int:
    """The exit status that a run deserves."""
    if report.interrupted:
        return 130
    return report.failures[0].error.exit_code if report.failures else 0


def failures_json(report: Report) -> dict[str, Json]:
    """`failures` and `skipped`, as every summary of a run has them.

    A failure of a step has `step`, `command`, `log` (the path of the whole) and `tail` (its last lines) as well.
    """
    return {"failures": [_failure_json(failure) for failure in report.failures], "skipped": list(report.skipped)}


def _failure_json(failure: Failure) -> dict[str, Json]:
    error = failure.error
    found: dict[str, Json] = {
        "action": failure.action,
        "reason": error.reason.value,
        "message": error.message,
        "hint": pasteable(error.hint),
    }
    if isinstance(error, StepFailed):
        where = error.where
        found |= {"step": where.step, "command": where.command, "log": str(where.log), "tail": list(where.tail)}
    return found


def not_tried(graph: Graph, report: Report) -> str:
    """Why some actions have no result, as a sentence; nothing if none was left out.

    Some cannot be run, as they need what failed. The others were not begun, since the first failure ends a run that
    was not asked to go on.
    """
    failed = {failure.action for failure in report.failures}
    need_it = sum(not failed.isdisjoint(graph.closure([name])) for name in report.skipped)
    others = len(report.skipped) - need_it
    said = [f"{_actions(need_it)} that need{'s' * (need_it == 1)} what failed"] * (need_it > 0)
    said += [f"{_actions(others)} that --keep-going would try"] * (others > 0)
    return f"Not tried: {', and '.join(said)}." if said else ""


def _actions(count: int) -> str:
    return f"{count} action{'s' * (count != 1)}"


def print_failures(report: Report) -> None:
    """All failures, on standard error."""
    console = Console(stderr=True, soft_wrap=True)
    for failure in report.failures:
        print_failure(console, failure)


def print_failure(console: Console, failure: Failure) -> None:
    """Recipe, target, step, command, the log's last lines, and what to type next."""
    error = failure.error
    console.print(f"\n✗ {failure.action}", style="bold red")
    if isinstance(error, StepFailed):
        where = error.where
        console.print(f"  step      {where.step}", markup=False)
        command = where.command.strip().splitlines()
        for number, line in enumerate(command[:_COMMAND_LINES]):
            console.print(f"  {'command' if number == 0 else '':<9} {line}", markup=False)
        if len(command) > _COMMAND_LINES:
            console.print(f"  {'':<9} … ({len(command)} lines in all)", markup=False)
        console.print(f"  {'last lines of its log:' if where.tail else 'its log is empty'}", markup=False)
        for line in where.tail:
            console.print(f"  | {line}", markup=False, highlight=False)
        console.print(f"  log       {where.log}", markup=False)
    for line in error.message.splitlines():
        console.print(f"  {line}", markup=False)
    if error.hint:
        console.print(f"  next      {pasteable(error.hint)}", markup=False, style="bold")
