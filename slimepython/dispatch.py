"""From a script to the interpreter that runs it: reads it once, routes it, launches it; imports everything, lazily.

A script runs on Light only if the router says so of the very bytes that are launched. In wasm without grants such a
run is a trial: nothing it does is seen before its outcome is known to be clean, and else Full runs the script.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from slimepython import api
from slimepython.errors import ManifestError, ResolveError, UsageError
from slimepython.install.home import Installed
from slimepython.launch import native
from slimepython.launch.failure import LaunchReason
from slimepython.release.resolve import Wish
from slimepython.router.signals import Decision, Platform, Policy, Tier

if TYPE_CHECKING:
    from slimepython.launch.supervise import Ended
    from slimepython.launch.wasm import Grants, Limits
    from slimepython.router.tables import Tables

OVERRIDES: Final = {Tier.FULL: "FULL_BIN", Tier.LIGHT: "LIGHT_BIN"}
"""Variables that name the program of a tier, whatever is installed."""
MAX_SCRIPT: Final = 16 << 20
"""Bytes of the longest script that is read to be routed; a longer one is Full's."""
TRIAL_SECONDS: Final = 10.0
"""How long Light may try a script in wasm before Full runs it."""


@dataclass(frozen=True)
class Request:
    """A run that was asked for. `router` is `static`, `adaptive`, `full` or `light`; `env` is added to what is kept."""

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
    """What can run a tier: an installation, or a program of which nothing but its path is known."""

    tier: Tier
    entry: str
    installed: Installed | None

    @property
    def sha256(self) -> str | None:
        """The digest by which tables know it: that of its archive."""
        return None if self.installed is None else self.installed.artifact.file.sha256

    @property
    def identity(self) -> str:
        """What tells it from another build, for measurements."""
        if self.sha256 is not None:
            return self.sha256
        with Path(self.entry).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Routed:
    """What the router made of a script. `source` is None when it is not a file that can be read beforehand."""

    decision: Decision
    source: bytes | None
    programs: Mapping[Tier, Program]
    table: Path | None


def programs(request: Request) -> dict[Tier, Program]:
    """What there is to run each tier on the request's platform."""
    found = {}
    for tier in Tier:
        override = request.environ.get(OVERRIDES[tier]) if request.platform is Platform.NATIVE else None
        try:
            installed = api.resolve(Wish(tier=tier.value, platform=request.platform.value))
        except ResolveError:
            installed = None
        if override and (installed is None or not _same_file(override, installed.entry)):
            found[tier] = Program(tier, override, None)
        elif installed is not None:
            found[tier] = Program(tier, str(installed.entry), installed)
    return found


def route(request: Request) -> Routed:
    """Read the script, once, and decide. Never raises for what is in the script: that is the interpreter's to tell."""
    from slimepython.router.analyse import analyse
    from slimepython.router.decide import decide

    found = programs(request)
    source = _read(request.script)
    tables, path = _tables(found)
    signals = analyse(b"" if source is None else source, request.script, tables)
    policy = Policy(request.prefer, request.platform, Tier.FULL in found, Tier.LIGHT in found and source is not None)
    return Routed(decide(signals, policy), source, found, path)


def run(request: Request) -> int:
    """Run a script with this process's own streams. Returns the exit status, or becomes the interpreter."""
    if request.platform is Platform.NATIVE and (request.dirs or request.limits is not None):
        raise UsageError(
            LaunchReason.BAD_GRANT,
            "--dir and limits are for scripts in wasm: a native interpreter has all that its user has",
            hint="add --platform wasi, or leave them out",
        )
    if request.router in (Tier.FULL, Tier.LIGHT):
        return _launch(request, Tier(request.router), "it was asked for")
    if request.router == "adaptive":
        from slimepython.adaptation import run_adaptively

        return run_adaptively(request)
    routed = route(request)
    decision = routed.decision
    if decision.tier is Tier.LIGHT and request.platform is Platform.WASI:
        status = _try_light(request, routed)
        if status is not None:
            return status
        return _launch(request, Tier.FULL, "Light's trial was not clean")
    return _launch(request, decision.tier, decision.because)


def program(request: Request, tier: Tier) -> Program:
    """What runs `tier`, verified if it was installed. Raises `ResolveError`, `InstallError`."""
    override = request.environ.get(OVERRIDES[tier]) if request.platform is Platform.NATIVE else None
    if override:
        return Program(tier, override, None)
    installed = api.intact(tier.value, request.platform.value)
    return Program(tier, str(installed.entry), installed)
