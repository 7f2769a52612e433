"""Runs a script on the tier that was faster in earlier runs, and measures it again; imports all of the package.

What is measured is processor time, of this process and those that it waits for: with its start, and for a trial with
looking at its outcome. The time that passes meanwhile would tell of whatever else the machine does, and one run that
was held up could send a script to the slower tier for long.
"""

from __future__ import annotations

import hashlib
import os
import resource
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from slimepython import dispatch
from slimepython.adaptive.choose import Choice, choose
from slimepython.adaptive.profiles import ProfileStore, ScriptKey
from slimepython.install import place
from slimepython.launch import native
from slimepython.router.signals import Decision, Platform, Tier

if TYPE_CHECKING:
    from slimepython.dispatch import Request, Routed
    from slimepython.launch.supervise import Ended


@dataclass(frozen=True)
class _Script:
    """A script's profiles: what was measured of these very bytes on the programs there are now."""

    sha256: str
    machine: str
    binaries: Mapping[Tier, str]
    store: ProfileStore

    def choose(self, decision: Decision, budget_seconds: float) -> Choice:
        """Which tier has it now, if the router's decision is this one."""
        return choose(decision, self.store.history(self.sha256, self.machine, self.binaries), budget_seconds)

    def record(self, tier: Tier, seconds: float, *, ok: bool) -> None:
        """Remember a run."""
        self.store.record(ScriptKey(self.sha256, tier, self.binaries[tier], self.machine), seconds, ok)


def _script(request: Request, source: bytes) -> _Script:
    found = {tier: program for tier in Tier if (program := dispatch.find_program(request, tier)) is not None}
    return _Script(
        hashlib.sha256(source).hexdigest(),
        " ".join(os.uname()[1::3]),
        {tier: program.identity for tier, program in found.items()},
        ProfileStore(Path(place.home_path(request.environ), "profiles.sqlite3"), say=_say),
    )


def foresee(request: Request, routed: Routed) -> Routed:
    """What `run_adaptively` would make of a script now: the router's decision, and what was measured since."""
    if routed.source is None or request.dirs or routed.decision.tier is Tier.FULL:
        return routed
    choice = _script(request, routed.source).choose(routed.decision, request.budget_seconds)
    light = choice.tier is Tier.LIGHT
    change = (
        "runs that take longer there than the budget (--budget-ms), and than on Full"
        if light
        else "a larger --budget-ms, or other measurements: they count for these very bytes and programs"
    )
    decision = replace(routed.decision, tier=choice.tier, speculative=light, because=choice.why, would_change=(change,))
    return replace(routed, decision=decision)


def run_adaptively(request: Request) -> int:
    """Let what was measured before decide between the tiers that the router allows, and measure again.

    The router is asked only where Light would be chosen: Full is right for every script, and a hot one does not pay
    for being analysed each time. A trial on Light counts if its outcome was let out. A run on Full counts unless a
    signal ended it, whatever its exit status: that is the script's own, and says nothing against either tier.
    """
    source = dispatch.read(request.script)
    if source is None or request.dirs:
        return dispatch.launch(request, Tier.FULL, "nothing is learnt of what is no file, or has an effect")
    script = _script(request, source)
    choice = script.choose(Decision(Tier.LIGHT, request.platform, True, (), "", ()), request.budget_seconds)
    because = choice.why
    if choice.tier is Tier.LIGHT:
        routed = dispatch.route(request, Tier.LIGHT, brief=True)
        if routed.source != source:
            return dispatch.launch(request, Tier.FULL, "the script was changed meanwhile")
        if routed.decision.tier is Tier.LIGHT:
            return _try_on_light(request, routed, script, because)
        because = routed.decision.because
    return _run_on_full(request, script, because)


def _try_on_light(request: Request, routed: Routed, script: _Script, because: str) -> int:
    from slimepython.trials import attempt, show

    before = _worked()
    outcome, problem = attempt(request, routed)
    script.record(Tier.LIGHT, _worked() - before, ok=problem is None)
    if problem is None:
        return show(request, outcome, because)
    return _run_on_full(request, script, f"Light's trial was not clean: {problem}")


def _run_on_full(request: Request, script: _Script, because: str) -> int:
    from slimepython.launch.supervise import end_likewise

    before = _worked()
    ended = _on_full(request, because)
    if ended.signal is None:
        script.record(Tier.FULL, _worked() - before, ok=True)
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


def _worked() -> float:
    """Processor seconds so far, of this process and of all that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _say(message: str) -> None:
    print(f"slimepython: {message}", file=sys.stderr)
