"""From a script to the interpreter that runs it: reads it once, routes it, launches it; imports all of the package.

A script runs on Light only if the router says so of the very bytes that are launched. Such a run is a trial: nothing it
does is seen before its outcome is known to be clean, and else Full runs the script.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from slimepython import api
from slimepython.errors import InstallError, ResolveError, SlimePythonError, UsageError
from slimepython.launch import native
from slimepython.launch.failure import LaunchReason
from slimepython.router.signals import Decision, Kind, Platform, Policy, Signal, Tier

if TYPE_CHECKING:
    from slimepython.launch.sandbox import Limits
    from slimepython.router.tables import Tables

OVERRIDES: Final = {Tier.FULL: "FULL_BIN", Tier.LIGHT: "LIGHT_BIN"}
"""Variables that name the native program of a tier, whatever is installed."""
MAX_SCRIPT: Final = 16 << 20
"""Bytes of the longest script that is read to be routed; a longer one is Full's."""
TRIAL_SECONDS: Final = 10.0
"""How long Light may try a script before Full runs it."""


@dataclass(frozen=True)
class Request:
    """A run that was asked for. `router` is `static`, `adaptive`, `full` or `light`; `env` is added to what is kept.

    `dirs` (as `--dir` has them) and `limits` are for runs in wasm only.
    """

    script: str
    args: tuple[str, ...] = ()
    router: str = "static"
    platform: Platform = Platform.NATIVE
    prefer: Tier = Tier.FULL
    budget_seconds: float = 0.1
    stats: bool = False
    env: Mapping[str, str] = field(default_factory=dict)
    dirs: tuple[str, ...] = ()
    limits: Limits | None = None
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))


@dataclass(frozen=True)
class Program:
    """What can run a tier. Of one that an override names nothing is known but its path."""

    tier: Tier
    entry: Path
    sha256: str | None = None
    root: Path = Path("/")
    cwasm: Path | None = None

    @property
    def identity(self) -> str:
        """What tells it from another build: its archive's digest, or else its own."""
        if self.sha256 is not None:
            return self.sha256
        import hashlib

        with self.entry.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Routed:
    """What the router made of a script. `source` is None when it is not a file that can be read beforehand; `copy` is
    what Light tries, and `guards` are what it finds out by itself then. If there is a `tree`, whether it compiles is
    still to be asked."""

    decision: Decision
    source: bytes | None
    programs: Mapping[Tier, Program]
    table: Path | None
    copy: bytes | None = None
    guards: tuple[Signal, ...] = ()
    tree: Any = None


def find_program(request: Request, tier: Tier) -> Program | None:
    """What runs `tier` on the request's platform, or None. Raises `InstallError` if it was changed."""
    override = request.environ.get(OVERRIDES[tier]) if request.platform is Platform.NATIVE else None
    try:
        facts = api.intact(tier.value, request.platform.value, request.environ)
    except InstallError:
        if not override:
            raise
        facts = None  # another program was named: what became of the installed one keeps nobody from running it
    if override and (facts is None or not _same_file(override, facts[0])):
        return Program(tier, Path(override))
    if facts is None:
        return None
    entry, sha256, root, cwasm = facts
    return Program(tier, Path(entry), sha256, Path(root), Path(cwasm) if cwasm else None)


def require_program(request: Request, tier: Tier) -> Program:
    """The same. Raises `ResolveError`, which says what there is, if there is none."""
    program = find_program(request, tier)
    if program is not None:
        return program
    from slimepython.release.resolve import Wish

    try:
        installed = api.resolve(Wish(tier=tier.value, platform=request.platform.value))
    except ResolveError as error:
        advice = f"slimepython install --tier {tier} --platform {request.platform}"
        raise ResolveError(error.reason, error.message, hint=advice) from error
    return Program(tier, installed.entry, installed.artifact.file.sha256, installed.root, installed.cwasm)


def route(request: Request, prefer: Tier | None = None, *, brief: bool = False) -> Routed:
    """Read the script, once, and decide (`brief`: without every reason).

    Never raises for what is in it: that is for its interpreter to tell.
    """
    from slimepython.router.analyse import examine
    from slimepython.router.decide import decide

    found = {tier: program for tier in Tier if (program := find_program(request, tier)) is not None}
    source = read(request.script)
    tables, path = _tables(request, found)
    name = request.script if request.platform is Platform.NATIVE else None
    try:
        examined = examine(source or b"", request.script, tables, trial=True, script=name, brief=brief)
    except SlimePythonError:  # the table is broken where this script needs it
        path, examined = None, examine(source or b"", request.script, None, trial=True)
    signals = (*_told(request), *examined.signals)
    light = Tier.LIGHT in found and source is not None
    policy = Policy(prefer or request.prefer, request.platform, Tier.FULL in found, light, trial=True)
    decision = decide(signals, policy)
    return Routed(decision, source, found, path, examined.copy, examined.guards, examined.tree)


def _told(request: Request) -> Iterator[Signal]:
    """Variables that somebody set on purpose and that one tier heeds, or both in their own ways."""
    for name in sorted(request.env):
        if name in native.DROPPED or name.startswith(native.DROPPED_PREFIXES):
            yield Signal(0, 0, Kind.EFFECT, name, "this variable tells an interpreter how to run")


def explain(request: Request) -> Routed:
    """What `run` would make of a request, without running anything. Raises `ResolveError` if nothing can run it."""
    if request.router in (Tier.FULL, Tier.LIGHT):
        program = require_program(request, Tier(request.router))
        decision = Decision(program.tier, request.platform, False, (), "it was asked for", ("another --router",))
        return Routed(decision, None, {program.tier: program}, None)
    if request.router == "adaptive":
        from slimepython.adaptively import foresee

        routed = foresee(request, route(request, Tier.LIGHT))
    else:
        routed = route(request)
    require_program(request, routed.decision.tier)
    return _in_characters(routed)


def _in_characters(routed: Routed) -> Routed:
    """Columns as editors count them: those of a syntax tree are bytes."""
    lines = (routed.source or b"").splitlines()

    def shown(signal: Signal) -> Signal:
        if signal.kind is Kind.SYNTAX or not signal.column:
            return signal
        before = lines[signal.line - 1][: signal.column - 1]
        return replace(signal, column=len(before.decode("utf-8", "replace")) + 1)

    decision = replace(routed.decision, signals=tuple(map(shown, routed.decision.signals)))
    return replace(routed, decision=decision, guards=tuple(map(shown, routed.guards)))


def run(request: Request) -> int:
    """Run a script with this process's own streams. Returns the exit status, or becomes the interpreter."""
    if request.platform is Platform.NATIVE and (request.dirs or request.limits is not None):
        raise UsageError(
            LaunchReason.BAD_GRANT,
            "--dir and limits are for scripts in wasm: a native interpreter has all that its user has",
            hint="add --platform wasi, or leave them out",
        )
    if request.router in (Tier.FULL, Tier.LIGHT):
        return launch(request, Tier(request.router), "it was asked for")
    if request.router == "adaptive":
        from slimepython.adaptively import run_adaptively

        return run_adaptively(request)
    if request.prefer is Tier.FULL and find_program(request, Tier.FULL) is not None:
        return launch(request, Tier.FULL, "Full is preferred, and right for every script: it was not analysed")
    routed = route(request, brief=True)
    return _launch_routed(request, routed, routed.decision.tier, routed.decision.because)


def _launch_routed(request: Request, routed: Routed, tier: Tier, because: str) -> int:
    if tier is Tier.FULL:
        return launch(request, tier, because)
    if request.dirs:
        # What a trial writes to a granted folder could not be taken back.
        return launch(request, Tier.FULL, "Light is only tried where a failure has no effect")
    from slimepython.trials import attempt, show

    outcome, problem = attempt(request, routed)
    if problem is None:
        return show(request, outcome, because)
    return launch(request, Tier.FULL, f"Light's trial was not clean: {problem}")


def launch(request: Request, tier: Tier, because: str) -> int:
    """Run on one tier, for good."""
    program = require_program(request, tier)
    if request.platform is Platform.WASI:
        from slimepython.trials import launch_wasm, status_of

        outcome = launch_wasm(request, program, None, trial=False)
        say_stats(request, tier, outcome.seconds, because)
        return status_of(outcome)
    command = native.command_line(str(program.entry), (request.script, *request.args))
    env = {**native.environment(request.environ), **request.env}
    if not request.stats:
        native.execute(command, env)
    from slimepython.launch.supervise import end_likewise

    ended = native.supervise(command, env)
    say_stats(request, tier, ended.seconds, because)
    return end_likewise(ended)


def say_stats(request: Request, tier: Tier, seconds: float, because: str) -> None:
    if request.stats:
        import json

        facts = {"tier": tier, "platform": request.platform, "seconds": round(seconds, 6), "because": because}
        print(json.dumps(facts), file=sys.stderr)


def read(script: str) -> bytes | None:
    """A script's bytes, if it is a regular file of a length that is worth reading."""
    with suppress(OSError), Path(script).open("rb") as file:
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode) and status.st_size <= MAX_SCRIPT:
            return file.read()
    return None


def _tables(request: Request, programs: Mapping[Tier, Program]) -> tuple[Tables | None, Path | None]:
    """What is known to be equal on these very two programs; nothing, if that cannot be read."""
    from slimepython.router.tables import load

    digests = [programs[tier].sha256 for tier in (Tier.FULL, Tier.LIGHT) if tier in programs]
    if len(digests) < 2 or digests[0] is None or digests[1] is None:
        return None, None
    path = api.home(request.environ).tiers / f"{digests[0][:12]}-{digests[1][:12]}.json"
    with suppress(OSError, SlimePythonError):
        return load(path, digests[0], digests[1]), path
    return None, None


def _same_file(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)  # noqa: PTH121
    except OSError:
        return False
