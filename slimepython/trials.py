"""Runs in wasm, and trials of Light anywhere: nothing of one is seen before its outcome; imports all of the package."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from slimepython import dispatch
from slimepython.launch import native
from slimepython.router.signals import Platform, Signal, Tier

if TYPE_CHECKING:
    from collections.abc import Callable

    from slimepython.dispatch import Program, Request, Routed
    from slimepython.launch.sandbox import Outcome


def attempt(request: Request, routed: Routed) -> tuple[Outcome, str | None]:
    """What came of running a script on Light, and why that does not count (None: it does)."""
    from slimepython.launch.trial import problem_of
    from slimepython.router.source import problem

    found: list[Signal | None] = []

    def meanwhile() -> None:
        found.append(None if routed.tree is None else problem(routed.tree, request.script))

    run = _in_wasm if request.platform is Platform.WASI else _natively
    outcome, doubt = run(request, routed, meanwhile)
    if found[0] is not None:
        doubt = found[0].why
    return outcome, problem_of(outcome) or doubt


def _in_wasm(request: Request, routed: Routed, meanwhile: Callable[[], None]) -> tuple[Outcome, str | None]:
    source = routed.source if routed.copy is None else routed.copy
    outcome = launch_wasm(request, routed.programs[Tier.LIGHT], source, trial=True)
    meanwhile()  # after it: an engine in this process leaves no time to wait in
    return outcome, None


def _natively(request: Request, routed: Routed, meanwhile: Callable[[], None]) -> tuple[Outcome, str | None]:
    from slimepython.launch.interrupt import tidily
    from slimepython.launch.sandbox import Limits
    from slimepython.launch.trial import problem_of_locale
    from slimepython.launch.trial import run as run_trial

    # An interpreter reads the file itself, unless it gets a copy: what was written to it since was not routed.
    copy = None if routed.copy == routed.source else routed.copy
    env = {**native.environment(request.environ), **request.env}
    limits = Limits(seconds=dispatch.TRIAL_SECONDS)
    entry = routed.programs[Tier.LIGHT].entry
    with tidily():
        outcome = run_trial(entry, request.script, request.args, env, limits, copy=copy, meanwhile=meanwhile)
    if copy is None and dispatch.read(request.script) != routed.source:
        return outcome, "the script was changed meanwhile"
    return outcome, problem_of_locale(outcome, env)


def launch_wasm(request: Request, program: Program, source: bytes | None, *, trial: bool) -> Outcome:
    from slimepython.launch.interrupt import tidily
    from slimepython.launch.sandbox import Grants, Limits, Stdin, parse_dir
    from slimepython.launch.wasm import run as run_wasm

    limits = request.limits or (Limits(seconds=dispatch.TRIAL_SECONDS) if trial else Limits())
    grants = Grants(tuple(parse_dir(text) for text in request.dirs), request.env)
    with tidily():
        return run_wasm(
            program,
            Path(request.script),
            request.args,
            grants,
            limits,
            Stdin.FORBIDDEN if trial else Stdin.INHERITED,
            source=source,
            inherit_output=not trial,
        )


def show(request: Request, outcome: Outcome, because: str) -> int:
    """Let out what a clean trial has written. Status 120, as Python's own, if nobody takes it."""
    view = memoryview(outcome.stdout)
    try:
        while view:
            view = view[os.write(1, view) :]
    except OSError as error:
        print(f"slimepython: stdout: {error.strerror}", file=sys.stderr)
        return 120
    dispatch.say_stats(request, Tier.LIGHT, outcome.seconds, because)
    return 0


def status_of(outcome: Outcome) -> int:
    """The exit status of a run in wasm: its own, 124 as of `timeout`, or 134 as of what aborts."""
    from slimepython.launch.sandbox import Ended

    if outcome.status is not None:
        return outcome.status
    what = "its time is over" if outcome.ended is Ended.TIME else outcome.message
    print(f"slimepython: the module was ended: {what}", file=sys.stderr)
    return 124 if outcome.ended is Ended.TIME else 134
