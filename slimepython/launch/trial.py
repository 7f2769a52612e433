"""Runs a script on a native interpreter for trial: nothing that it does is seen before its outcome; imports launch.

What may be tried so has no way to reach outside of its process but its own output: the router has seen to that. That is
kept in a file and is bounded, and so are time, processor and memory. Reading stdin fails, since what was read could
not be read again by another tier.
"""

from __future__ import annotations

import fcntl
import math
import os
import resource
import select
import signal
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from slimepython.launch.failure import cannot_start
from slimepython.launch.interrupt import SIGNALS
from slimepython.launch.native import command_line
from slimepython.launch.sandbox import Ended, Limits, Outcome

MEMORY_BYTES: Final = 4 << 30
"""Of address space, most of which an interpreter only sets apart."""
IDENTITIES: Final = (b" at 0x", b"<module '")
"""What texts that show where an object is kept, or a module, have in them."""


def problem_of(outcome: Outcome) -> str | None:
    """Why an outcome does not count: Full may say something else. None: it is what Full says."""
    if outcome.ended is not Ended.EXITED:
        return f"{outcome.ended} {outcome.message}".rstrip()
    if outcome.status != 0:
        said = outcome.stderr.decode("utf-8", "replace").strip().splitlines()
        return f"it ended with status {outcome.status}" + (f": {said[-1][:200]}" if said else "")
    if outcome.stderr:
        return "it wrote to stderr"
    if any(text in outcome.stdout for text in IDENTITIES):
        return "it shows where an object or a module is kept"
    try:
        outcome.stdout.decode("utf-8")
    except UnicodeDecodeError:
        return "it wrote bytes that are no text"
    return None


def problem_of_locale(outcome: Outcome, env: Mapping[str, str]) -> str | None:
    """Why text may have to be written otherwise: Full has an eye on the locale, and Light has not."""
    locale = next((env[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if env.get(name)), "C")
    known = locale in ("C", "POSIX") or locale.lower().replace("-", "").partition("@")[0].endswith(".utf8")
    return None if known or outcome.stdout.isascii() else f"it wrote more than ASCII, and the locale is {locale}"


def run(
    entry: Path,
    script: str,
    args: Sequence[str],
    env: Mapping[str, str],
    limits: Limits,
    *,
    copy: bytes | None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Outcome:
    """Run `script` (or `copy`, under the same name) to its end or to a limit. Raises `LaunchError` if it cannot.

    `meanwhile` is called once it has begun.
    """
    with tempfile.TemporaryDirectory(prefix="slimepython-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if copy is not None:
            script = str(folder / Path(script).name)
            Path(script).write_bytes(copy)
        outputs = [folder / ".stdout", folder / ".stderr"]
        began = time.perf_counter()
        ended, status = _supervise(command_line(str(entry), [script, *args]), env, outputs, limits, meanwhile)
        seconds = time.perf_counter() - began
        stdout, stderr = (path.read_bytes() for path in outputs)
    if ended is Ended.TRAPPED and status == signal.SIGXFSZ:
        return Outcome(Ended.OUTPUT, None, stdout, stderr, seconds)
    if ended is Ended.TRAPPED:
        return Outcome(ended, None, stdout, stderr, seconds, f"signal {status}")
    return Outcome(ended, status, stdout, stderr, seconds)


def _supervise(
    command: Sequence[str],
    env: Mapping[str, str],
    outputs: Sequence[Path],
    limits: Limits,
    meanwhile: Callable[[], None],
) -> tuple[Ended, int | None]:
    """How it ended, with its status or signal. Whatever happens here, nothing of it is left, nor of what it forked."""
    mine, its = os.pipe()
    # A signal between its start and the `try` would leave it to itself.
    outside = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        pid = _spawn(command, env, its, outputs, outside)
        try:
            _limit(pid, limits)
            _tie(its, pid)
            signal.pthread_sigmask(signal.SIG_SETMASK, outside)
            meanwhile()
            over = _is_running_after(limits.seconds, pid)
        finally:
            code = _end(pid)
    finally:
        os.close(mine)
        os.close(its)
        signal.pthread_sigmask(signal.SIG_SETMASK, outside)
    if over:
        return Ended.TIME, None
    return (Ended.EXITED, code) if code >= 0 else (Ended.TRAPPED, -code)


def _spawn(
    command: Sequence[str], env: Mapping[str, str], stdin: int, outputs: Sequence[Path], mask: Iterable[int]
) -> int:
    create = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    actions: list[tuple[int, int, int] | tuple[int, int, str, int, int]] = [
        (os.POSIX_SPAWN_DUP2, stdin, 0),
        *((os.POSIX_SPAWN_OPEN, place, str(path), create, 0o600) for place, path in enumerate(outputs, 1)),
    ]
    try:
        return os.posix_spawn(
            command[0],
            list(command),
            dict(env),
            file_actions=actions,
            # By its group it is ended with all that it has forked. The terminal's signals reach this process only,
            # which ends it when it unwinds.
            setpgroup=0,
            setsigmask=mask,
            setsigdef=(signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT),
        )
    except OSError as error:
        raise cannot_start(command[0], error) from error


def _tie(pipe: int, pid: int) -> None:
    """Have the kernel kill the group of `pid` when nobody can read from the pipe that it holds to write to.

    That is when this process has ended, by whatever it was: of SIGKILL it would not be told. See fcntl(2), O_ASYNC.
    """
    with suppress(OSError):  # what does not know this only has its limits
        fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(pipe, fcntl.F_SETOWN, -pid)
        fcntl.fcntl(pipe, fcntl.F_SETFL, os.O_WRONLY | os.O_ASYNC)


def _is_running_after(seconds: float, pid: int) -> bool:
    watched = os.pidfd_open(pid)
    try:
        return not select.select([watched], [], [], seconds)[0]
    finally:
        os.close(watched)


def _end(pid: int) -> int:
    """Kill what is left of it and of its group, whose number is nobody else's before it is waited for."""
    with suppress(ProcessLookupError):  # it may have left its group
        os.killpg(pid, signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _limit(pid: int, limits: Limits) -> None:
    """Say what a process that has just begun may write, compute and ask for.

    From outside, as none of it is for this process, which may well have computed for longer itself.
    """
    wanted = {
        resource.RLIMIT_FSIZE: limits.output_bytes,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: math.ceil(min(limits.seconds, 86400.0)) + 1,
        resource.RLIMIT_AS: MEMORY_BYTES,
    }
    with suppress(ProcessLookupError):  # it has ended already
        for number, value in wanted.items():
            soft, hard = resource.prlimit(pid, number)
            least = min(each for each in (value, soft, hard) if each != resource.RLIM_INFINITY)
            resource.prlimit(pid, number, (least, hard))
