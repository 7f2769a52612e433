"""What a run in wasm is given, and what comes of it: values only; imports errors and the engine's settings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from slimepython.errors import UsageError
from slimepython.install.engine import STACK_BYTES
from slimepython.launch.failure import LaunchReason


@dataclass(frozen=True)
class Limits:
    """How far a run may go. `output_bytes` bounds each of stdout and stderr while they are kept in memory."""

    seconds: float = 3600.0
    memory_bytes: int = 2 << 30
    output_bytes: int = 64 << 20
    stack_bytes: int = STACK_BYTES


@dataclass(frozen=True)
class Dir:
    """A folder of this machine that the module sees at `guest`."""

    host: Path
    guest: str
    writable: bool


def parse_dir(text: str) -> Dir:
    """`HOST`, `HOST::GUEST`, either with `:ro` at its end. Raises `UsageError` for what is no folder.

    Without GUEST the module sees the folder where it is on this machine.
    """
    writable = not text.endswith(":ro")
    host, _, guest = text.removesuffix(":ro").partition("::")
    if not host or not Path(host).is_dir():
        raise UsageError(LaunchReason.BAD_GRANT, f"--dir {text}: {host!r} is not a folder", hint="--dir HOST::GUEST:ro")
    place = guest or os.path.abspath(host)  # noqa: PTH100 (links stay as they are, or the script would not find it)
    if not place.startswith("/"):
        raise UsageError(LaunchReason.BAD_GRANT, f"--dir {text}: {guest!r} is not absolute", hint="--dir HOST::/GUEST")
    return Dir(Path(host), place, writable)


def parse_env(items: Iterable[str], environ: Mapping[str, str]) -> dict[str, str]:
    """`NAME=VALUE`, or `NAME` for the value that it has in `environ`. Raises `UsageError` for a name without one."""
    found = {}
    for item in items:
        name, equals, value = item.partition("=")
        if not name or not (equals or name in environ):
            raise UsageError(LaunchReason.BAD_GRANT, f"--env {item}: it has no value", hint="--env NAME=VALUE")
        found[name] = value if equals else environ[name]
    return found


@dataclass(frozen=True)
class Grants:
    """What a run may see of this machine besides its script."""

    dirs: tuple[Dir, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


class Ended(StrEnum):
    """What ended a run."""

    EXITED = "exited"
    TRAPPED = "trapped"
    TIME = "time"
    OUTPUT = "output"


@dataclass(frozen=True)
class Outcome:
    """How a run ended; `status` is None unless it exited. The output is empty where it was not kept."""

    ended: Ended
    status: int | None
    stdout: bytes
    stderr: bytes
    seconds: float
    message: str = ""

    @property
    def clean(self) -> bool:
        """Whether it exited with 0 and had nothing to say on stderr."""
        return self.ended is Ended.EXITED and self.status == 0 and not self.stderr


class Runnable(Protocol):
    """What is run: an installation, or what is known of one. See `slimepython.install.home.Installed`."""

    @property
    def root(self) -> Path: ...
    @property
    def entry(self) -> Path: ...
    @property
    def cwasm(self) -> Path | None: ...


class Stdin(StrEnum):
    """Where a run's input comes from, other than bytes at hand."""

    INHERITED = "inherited"
    FORBIDDEN = "forbidden"
    """Reading it fails: what was read from a pipe could not be read again by another tier."""
