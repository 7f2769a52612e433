"""Failures of a run on the last screen, for programs, and as an exit status; may import run."""

from __future__ import annotations

from rich.console import Console

from pipeline.cli.nextstep import pasteable
from pipeline.plan.action import Json
from pipeline.run.executor import Failure, Report
from pipeline.run.sandboxed import StepFailed


def status_of(report: Report) -> int:
    """The exit status that a run deserves."""
    if report.interrupted:
        return 130
    return report.failures[0].error.exit_code if report.failures else 0


def failures_json(report: Report) -> dict[str, Json]:
    """`failures` and `skipped`, as every summary of a run has them."""
    return {
        "failures": [
            {
                "action": failure.action,
                "reason": failure.error.reason.value,
                "message": failure.error.message,
                "hint": pasteable(failure.error.hint),
            }
            for failure in report.failures
        ],
        "skipped": list(report.skipped),
    }


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
        for number, line in enumerate(where.command.strip().splitlines()[:12]):
            console.print(f"  {'command' if number == 0 else '':<9} {line}", markup=False)
        console.print("  last lines of its log:", markup=False)
        for line in where.tail:
            console.print(f"  | {line}", markup=False, highlight=False)
        console.print(f"  log       {where.log}", markup=False)
    for line in error.message.splitlines():
        console.print(f"  {line}", markup=False)
    if error.hint:
        console.print(f"  next      {pasteable(error.hint)}", markup=False, style="bold")
