"""Interpreters that can run a script here, by tier and target; may import the runtime and toolchains.

Native ones run as the runtime starts them; those for another processor under qemu-user, in the root file system of
the pipeline's toolchain; wasm ones in wasmtime, with nothing of this machine but the script.
"""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from harness.toolchains import NoToolchainError, trees
from slimepython.errors import SlimePythonError
from slimepython.install.home import Home, Installed
from slimepython.install.install import install
from slimepython.launch import native, sandbox, wasm
from slimepython.release.machine import this_machine
from slimepython.release.model import FILE_NAME
from slimepython.release.resolve import Wish
from slimepython.release.source import open_source

X86: Final = "x86_64-unknown-linux-gnu"
ARM: Final = "aarch64-unknown-linux-gnu"
WASM: Final = "wasm32-wasip1"
TARGETS: Final = (X86, ARM, WASM)
TIERS: Final = ("full", "light")
ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/nonexistent"}
"""What every script is started with, whoever calls."""
SECONDS: Final = 900.0
"""What is emulated on a busy machine takes its time; no script of the corpora runs for ever."""


@dataclass(frozen=True)
class Ran:
    """What a run gave. `status` is what a shell sees (128 and the signal's number); None if its time ran out.

    `seconds` passed meanwhile; `cpu` are those that a processor worked for it, on which others have less influence. It
    is right only if nothing else was run beside it from here.
    """

    status: int | None
    out: bytes
    err: bytes
    seconds: float
    cpu: float = 0.0

    def differs(self, other: Ran) -> tuple[str, ...]:
        """Which of stdout, stderr and status are not the same, byte by byte."""
        pairs = {
            "stdout": (self.out, other.out),
            "stderr": (self.err, other.err),
            "status": (self.status, other.status),
        }
        return tuple(name for name, (mine, its) in pairs.items() if mine != its)


class Runner(Protocol):
    """Something that runs scripts. `name` is short and unique, `version` what it says it is, `sha256` its archive's."""

    @property
    def name(self) -> str: ...
    @property
    def tier(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def sha256(self) -> str | None: ...
    def run(self, script: Path, args: Sequence[str] = (), stdin: bytes = b"", dirs: Sequence[Path] = ()) -> Ran:
        """Run a script to its end. `dirs` are folders that it may read (a native one may read all)."""


@dataclass(frozen=True)
class Process:
    """A program of this system, or one for another processor behind a `prefix` that emulates it."""

    name: str
    tier: str
    target: str
    version: str
    entry: Path
    sha256: str | None = None
    prefix: tuple[str, ...] = ()
    options: tuple[str, ...] = native.OPTIONS
    env: Mapping[str, str] = field(default_factory=dict)

    def run(self, script: Path, args: Sequence[str] = (), stdin: bytes = b"", dirs: Sequence[Path] = ()) -> Ran:
        del dirs
        command = [*self.prefix, str(self.entry), *self.options, str(script), *args]
        began, worked = time.perf_counter(), of_children()
        try:
            done = subprocess.run(
                command,
                env={**ENVIRONMENT, **self.env},
                cwd=script.parent,
                input=stdin,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            return Ran(None, late.stdout or b"", late.stderr or b"", SECONDS)
        seconds = time.perf_counter() - began
        status = done.returncode if done.returncode >= 0 else 128 - done.returncode
        return Ran(status, done.stdout, done.stderr, seconds, of_children() - worked)


@dataclass(frozen=True)
class Sandboxed:
    """An installed wasm module."""

    installed: Installed

    @property
    def name(self) -> str:
        return _name(self.tier, WASM)

    @property
    def tier(self) -> str:
        return str(self.installed.artifact.tier)

    @property
    def target(self) -> str:
        return WASM

    @property
    def version(self) -> str:
        return _version(self.installed)

    @property
    def sha256(self) -> str:
        return self.installed.artifact.file.sha256

    def run(self, script: Path, args: Sequence[str] = (), stdin: bytes = b"", dirs: Sequence[Path] = ()) -> Ran:
        shared = tuple(sandbox.Dir(folder, str(folder), writable=False) for folder in dirs)
        grants = sandbox.Grants(shared, {name: ENVIRONMENT[name] for name in ("LC_ALL", "TZ")})
        began, worked = time.perf_counter(), time.process_time()
        outcome = wasm.run(self.installed, script, args, grants, sandbox.Limits(seconds=SECONDS), stdin)
        unended = outcome.ended is not sandbox.Ended.EXITED
        message = f"{outcome.ended}: {outcome.message}\n".encode() if unended else b""
        seconds = time.perf_counter() - began  # with loading the module, which whoever runs it has to wait for
        cpu = time.process_time() - worked  # of all threads: the module runs in one of its own
        return Ran(outcome.status, outcome.stdout, outcome.stderr + message, seconds, cpu)


def of_children() -> float:
    """Processor time of all processes that were started and waited for, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _name(tier: str, target: str) -> str:
    return f"{tier} {target.partition('-')[0]}"


def _version(installed: Installed) -> str:
    return f"{installed.artifact.name} {installed.artifact.version}"


def home_folder() -> Path:
    """Where the harness keeps its installations: apart from the user's own."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "slimepython" / "harness"


class NoReleaseError(LookupError):
    """There is no release, or it has not what is needed."""


def installed(release: Path, say: Callable[[str], None]) -> list[Installed]:
    """Every interpreter of a release, installed anew or already; what it does not have is left out and said.

    Raises `NoReleaseError` if nothing is left.
    """
    if not (release / FILE_NAME).is_file():
        raise NoReleaseError(f"{release} holds no {FILE_NAME}: build a release (nox -s build-full), or name its folder")
    found = []
    for tier in TIERS:
        for target in TARGETS:
            wish = Wish(tier=tier, target=target, foreign=target == ARM)
            try:
                found.append(install(Home(home_folder()), open_source(str(release)), wish, this_machine(), say=say))
            except SlimePythonError as error:
                say(f"without {_name(tier, target)}: {error.message}")
    if not found:
        raise NoReleaseError(f"no interpreter of {release} can be had here (nox -s build-full builds all)")
    return found


def runners(release: Path, say: Callable[[str], None]) -> list[Runner]:
    """What can run here of a release's interpreters."""
    found: list[Runner] = []
    for item in installed(release, say):
        artifact = item.artifact
        if artifact.target == WASM:
            found.append(Sandboxed(item))
            continue
        prefix: tuple[str, ...] = ()
        if artifact.target == ARM and os.uname().machine != "aarch64":
            emulator = emulated(say)
            if emulator is None:
                continue
            prefix = emulator
        tier = str(artifact.tier)
        name, version = _name(tier, artifact.target), _version(item)
        found.append(Process(name, tier, artifact.target, version, item.entry, artifact.file.sha256, prefix))
    return found


def emulated(say: Callable[[str], None]) -> tuple[str, ...] | None:
    """qemu-user and the target's libraries, out of the pipeline's toolchains; None, said why, without them."""
    try:
        found = trees(["llvm-22", "glibc-2.31-arm64"])
    except NoToolchainError as error:
        say(f"without emulation: {error}")
        return None
    return str(found["llvm-22"] / "usr" / "bin" / "qemu-aarch64"), "-L", str(found["glibc-2.31-arm64"])
