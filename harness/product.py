"""`slimepython run` itself, as its users call it: a process of its own, its streams, what it says of where it ran.

May import the runtime's request and router, runners.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from harness.corpus import ROOT, Script
from harness.runners import ENVIRONMENT, SECONDS, Ran, home_folder, of_children
from slimepython.dispatch import Request, Routed, route
from slimepython.install import ready
from slimepython.install.home import Home
from slimepython.install.place import HOME_VARIABLE
from slimepython.router.signals import Platform, Tier

PROFILES: Final = "profiles.sqlite3"


@dataclass(frozen=True)
class Answer:
    """A run's outcome without what `--stats` adds to it; which tier gave it, and why that one (None: it never ran)."""

    ran: Ran
    tier: Tier | None
    because: str


def environment() -> dict[str, str]:
    """What it is started with: the harness's own installations, and nothing of its caller's."""
    return {**ENVIRONMENT, HOME_VARIABLE: str(home_folder()), "PYTHONPATH": str(ROOT)}


def prepare() -> None:
    """Have this very process take the harness's own installations too, and nobody take what was noted of others."""
    os.environ[HOME_VARIABLE] = str(home_folder())
    for note in (home_folder() / ready.FOLDER).glob("*"):
        note.unlink(missing_ok=True)


def request(script: Script, platform: Platform) -> Request:
    """What the command line makes of `run --prefer light`."""
    known = environment()
    return Request(str(script.path), script.args, platform=platform, prefer=Tier.LIGHT, environ=known)


def routed(script: Script, platform: Platform, times: int) -> tuple[Routed, float]:
    """The decision under a policy that prefers Light, and the least processor seconds it took, its table read."""
    best, made = float("inf"), request(script, platform)
    for _ in range(times):
        began = time.thread_time()
        found = route(made)
        best = min(best, time.thread_time() - began)
    return found, best


def run(script: Script, platform: Platform, *options: str) -> Answer:
    """Run a script through the command line, which is told by `options` what more it needs to know."""
    words = [sys.executable, "-m", "slimepython", "run", "--stats", "--prefer", "light", "--platform", platform.value]
    began, worked = time.perf_counter(), of_children()
    done = subprocess.run(
        [*words, *options, str(script.path), *script.args],
        env=environment(),
        cwd=script.path.parent,
        input=script.stdin,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    seconds = time.perf_counter() - began
    status = done.returncode if done.returncode >= 0 else 128 - done.returncode
    return told(Ran(status, done.stdout, done.stderr, seconds, of_children() - worked))


def told(ran: Ran) -> Answer:
    """Take the line of `--stats` off stderr: the last of its kind; `slimepython` may say more after it."""
    start = ran.err.rfind(b'{"tier": ')
    line, _, rest = ran.err[start:].partition(b"\n")
    try:
        facts = json.loads(line)
        tier, because = Tier(facts["tier"]), str(facts["because"])
    except (ValueError, KeyError, TypeError):
        return Answer(ran, None, "it did not say")
    return Answer(replace(ran, err=ran.err[:start] + rest), tier, because)


def tables() -> Path:
    """Where the harness's own installations have the tables that the router decides by."""
    return Home(home_folder()).tiers


def forget() -> None:
    """What the adaptive router has learnt in the harness's own home."""
    for suffix in ("", "-wal", "-shm"):
        (home_folder() / f"{PROFILES}{suffix}").unlink(missing_ok=True)


def programs(found: Routed) -> Mapping[str, str | None]:
    """The digests of the archives that it takes, by tier."""
    return {tier.value: program.sha256 for tier, program in found.programs.items()}
