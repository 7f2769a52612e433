"""Runs a script on the tier that was faster in earlier runs, and measures it again; imports all of the package.

What is measured is what was waited for: with its start, and for a trial with looking at its outcome.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from slimepython import api, dispatch
from slimepython.adaptive.choose import Choice, choose
from slimepython.adaptive.profiles import ProfileStore, ScriptKey
from slimepython.launch import native
from slimepython.router.signals import Platform, Tier

if TYPE_CHECKING:
    from slimepython.dispatch import Request, Routed
    from slimepython.launch.supervise import Ended


@dataclass(frozen=True)
class _Consulted:
    """What the store has to say of a script, and where to tell it more."""

    choice: Choice
    store: ProfileStore
    script: str
    machine: str
    binaries: dict[Tier, str]

    def record(self, tier: Tier, seconds: float, *, ok: bool) -> None:
        """Remember a run."""
        self.store.record(ScriptKey(self.script, tier, self.binaries[tier], self.machine), seconds, ok)


def _consult(request: Request, routed: Routed, source: bytes) -> _Consulted:
    script = hashlib.sha256(source).hexdigest()
    machine = " ".join(os.uname()[1::3])
    store = ProfileStore(api.home(request.environ).path / "profiles.sqlite3", say=_say)
    binaries = {tier: program.identity for tier, program in routed.programs.items()}
    choice = choose(routed.decision, store.history(script, machine, binaries), request.budget_seconds)
    return _Consulted(choice, store, script, machine, binaries)


def foresee(request: Request, routed: Routed) -> Routed:
    """What `run_adaptively` would make of a script now: the router's decision, and what was measured since."""
    if routed.source is None or request.dirs or routed.decision.tier is Tier.FULL:
        return routed
    choice = _consult(request, routed, routed.source).choice
    light = choice.tier is Tier.LIGHT
    changes = (
        "runs that take longer there than the budget (--budget-ms), and than on Full"
        if light
        else "a larger --budget-ms, or other measurements: they count for these very bytes and programs"
    )
    decision = replace(
        routed.decision, tier=choice.tier, speculative=light, because=choice.why, would_change=(changes,)
    )
    return replace(routed, decision=decision)


def run_adaptively(request: Request) -> int:
    """Let what was measured before decide between the tiers that the router allows, and measure again.

    A trial on Light counts if its outcome was let out. A run on Full counts unless a signal ended it, whatever its exit
    status: that is the script's own, and says nothing against either tier.
    """
    from slimepython.trials import attempt, show

    routed = dispatch.route(request, Tier.LIGHT)
    if routed.source is None or request.dirs:
        return dispatch.launch(request, Tier.FULL, "nothing is learnt of what is no file, or has an effect")
    known = _consult(request, routed, routed.source)
    because = known.choice.why
    if known.choice.tier is Tier.LIGHT:
        began = time.perf_counter()
        outcome, problem = attempt(request, routed)
        known.record(Tier.LIGHT, time.perf_counter() - began, ok=problem is None)
        if problem is None:
            return show(request, outcome, because)
        because = f"Light's trial was not clean: {problem}"
    began = time.perf_counter()
    ended = _on_full(request, because)
    if ended.signal is None:
        known.record(Tier.FULL, time.perf_counter() - began, ok=True)
    from slimepython.launch.supervise import end_likewise

    return end_likewise(ended)


def _on_full(request: Request, because: str) -> Ended:
    from slimepython.launch.supervise import Ended

    program = dispatch.require_program(request, Tier.FULL)
    if request.platform is Platform.WASI:
        from slimepython.trials import launch_wasm, status_of

        outcome = launch_wasm(request, program, None, trial=False)
        ended = Ended(status_of(outcome), None, outcome.seconds)
    else:
        command = native.command_line(str(program.entry), (request.script, *request.args))
        ended = native.supervise(command, {**native.environment(request.environ), **request.env})
    dispatch.say_stats(request, Tier.FULL, ended.seconds, because)
    return ended


def _say(message: str) -> None:
    print(f"slimepython: {message}", file=sys.stderr)
