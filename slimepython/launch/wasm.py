"""Runs a script in a WebAssembly sandbox, which has what it was granted and nothing else; imports install, errors.

Without grants a module sees the script, its own standard library, a clock and random bytes. It can write to its
output only, which is kept in memory: nothing that it does is seen before its outcome is.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from slimepython.errors import LaunchError
from slimepython.install.engine import is_intact, make_engine
from slimepython.launch.failure import LaunchReason
from slimepython.launch.native import OPTIONS
from slimepython.launch.sandbox import Dir, Ended, Grants, Limits, Outcome, Runnable, Stdin

if TYPE_CHECKING:
    from wasmtime import Engine, Module, WasiConfig

__all__ = ["Dir", "Ended", "Grants", "Limits", "Outcome", "Runnable", "Stdin", "run", "shown"]

GUEST: Final = "/slimepython"
"""Where a module finds the folder of its installation, and in it its standard library."""
GRACE_SECONDS: Final = 2.0
"""How long a module may take to notice that its time is over."""
THREAD_BYTES: Final = 16 << 20
"""Of a thread's stack, for what is not the module's."""
_LOOK_SECONDS: Final = 0.05
"""How often to look how much was written; the end of a run is noticed at once."""
_STACK_SIZE: Final = threading.Lock()
"""The size of new threads' stacks is the whole process's."""


def run(
    installed: Runnable,
    script: Path,
    args: Sequence[str],
    grants: Grants,
    limits: Limits,
    stdin: bytes | Stdin | None,
    *,
    source: bytes | None = None,
    inherit_output: bool = False,
) -> Outcome:
    """Run a script to its end, or to a limit.

    `source` is what runs if it is given, else what is in the file `script`. `stdin` None is this process's own. With
    `inherit_output` what is written goes straight to this process's own streams, unbounded, and is not in the outcome.
    Raises `LaunchError` if the compiled module is not the one that was made here, or the script cannot be read.
    """
    engine, module = _load(installed, limits.stack_bytes)
    guest = shown(script)
    with tempfile.TemporaryDirectory(prefix="slimepython-", ignore_cleanup_errors=True) as scratch:
        config = _config(installed, [guest, *args], grants)
        _place_script(config, script, guest, source, grants, Path(scratch))
        _connect_input(config, stdin, Path(scratch))
        outputs = _Outputs(Path(scratch, "stdout"), Path(scratch, "stderr"), limits.output_bytes)
        if inherit_output:
            config.inherit_stdout()
            config.inherit_stderr()
        else:
            # Not wasmtime's callbacks: those come from threads that may outlive the interpreter, and abort it then.
            config.stdout_file = str(outputs.stdout)
            config.stderr_file = str(outputs.stderr)
        return _supervised(_Execution(engine, module, config, limits, outputs))


def shown(script: Path | str) -> str:
    """The script's path as Python shows it in `__file__` and tracebacks: absolute, but otherwise as it was given."""
    text = os.fspath(script)
    return text if text.startswith("/") else f"{os.getcwd().rstrip('/')}/{text}"  # noqa: PTH109


def _load(installed: Runnable, stack_bytes: int) -> tuple[Engine, Module]:
    """The engine and the module, once it is certain whose machine code it is."""
    cwasm = installed.cwasm
    if cwasm is None:
        raise _not_intact(f"{installed.entry} is not compiled for this engine and processor")
    # Hashing takes as long as importing wasmtime does, and lets other threads run.
    intact: list[bool] = []
    hashing = threading.Thread(target=lambda: intact.append(is_intact(cwasm)))
    hashing.start()
    try:
        from wasmtime import Module, WasmtimeError

        engine = make_engine(stack_bytes)
    finally:
        hashing.join()
    if intact != [True]:
        raise _not_intact(f"{cwasm} is not what was compiled here")
    try:
        return engine, Module.deserialize_file(engine, str(cwasm))
    except WasmtimeError as error:
        raise _not_intact(f"{cwasm}: {str(error).splitlines()[0]}") from error


def _not_intact(problem: str) -> LaunchError:
    return LaunchError(LaunchReason.NOT_INTACT, problem, hint="run `slimepython install` again: it is compiled anew")


def _config(installed: Runnable, words: Sequence[str], grants: Grants) -> WasiConfig:
    from wasmtime import WasiConfig

    config = WasiConfig()
    config.argv = [f"{GUEST}/{installed.entry.relative_to(installed.root)}", *OPTIONS, *words]
    config.env = sorted(grants.env.items())
    if (installed.root / "lib").is_dir():  # CPython looks for its library beside its program; Light carries its own
        config.preopen_dir(str(installed.root), GUEST, False)
    for granted in grants.dirs:
        config.preopen_dir(str(granted.host), granted.guest, granted.writable)
    return config


def _place_script(
    config: WasiConfig, script: Path, guest: str, source: bytes | None, grants: Grants, scratch: Path
) -> None:
    """Show the script, alone in its folder and under its own name, unless that very folder was granted."""
    try:
        code = script.read_bytes() if source is None else source
    except OSError as error:
        raise LaunchError(
            LaunchReason.NO_SCRIPT, f"{script}: {error.strerror}", hint="give the path of a Python file"
        ) from error
    parent, _, name = guest.rpartition("/")
    if any(granted.guest == (parent or "/") for granted in grants.dirs):
        return
    folder = scratch / "script"
    folder.mkdir()
    (folder / name).write_bytes(code)
    config.preopen_dir(str(folder), parent or "/", False)


def _connect_input(config: WasiConfig, stdin: bytes | Stdin | None, scratch: Path) -> None:
    if stdin is None or stdin is Stdin.INHERITED:
        config.inherit_stdin()
    elif isinstance(stdin, bytes):
        (scratch / "stdin").write_bytes(stdin)
        config.stdin_file = scratch / "stdin"
    else:
        config.stdin_file = scratch  # a folder: to read it is an error


@dataclass(frozen=True)
class _Outputs:
    """Files that a module's output is kept in, up to a limit of bytes each."""

    stdout: Path
    stderr: Path
    limit: int

    def exceeded(self) -> bool:
        """Whether there is more than may be kept."""
        return any(path.exists() and path.stat().st_size > self.limit for path in (self.stdout, self.stderr))

    def read(self, path: Path) -> bytes:
        """What was written, up to the limit."""
        if not path.exists():
            return b""
        with path.open("rb") as file:
            return file.read(self.limit)


@dataclass(frozen=True)
class _Execution:
    engine: Engine
    module: Module
    config: WasiConfig
    limits: Limits
    outputs: _Outputs

    def run(self) -> Outcome:
        """Call `_start`; the engine's epoch ends it, when somebody raises that."""
        from wasmtime import ExitTrap, Linker, Store, Trap, TrapCode, WasmtimeError

        began = time.perf_counter()
        linker = Linker(self.engine)
        linker.define_wasi()
        store = Store(self.engine)
        store.set_limits(memory_size=self.limits.memory_bytes)
        store.set_wasi(self.config)
        store.set_epoch_deadline(1)
        try:
            start = linker.instantiate(store, self.module).exports(store)["_start"]
            start(store)  # type: ignore[operator]
        except ExitTrap as exit_:
            return self.outcome(Ended.EXITED, began, status=exit_.code)
        except Trap as trap:
            if trap.trap_code is TrapCode.INTERRUPT:
                return self.outcome(Ended.TIME, began)
            return self.outcome(Ended.TRAPPED, began, message=_last_line(trap.message))
        except (WasmtimeError, KeyError) as error:
            return self.outcome(Ended.TRAPPED, began, message=_last_line(str(error)))
        return self.outcome(Ended.EXITED, began, status=0)

    def outcome(self, ended: Ended, began: float, *, status: int | None = None, message: str = "") -> Outcome:
        """What there is to say at this moment."""
        seconds = time.perf_counter() - began
        stdout, stderr = self.outputs.read(self.outputs.stdout), self.outputs.read(self.outputs.stderr)
        if self.outputs.exceeded():
            return Outcome(Ended.OUTPUT, None, stdout, stderr, seconds, message)
        return Outcome(ended, status, stdout, stderr, seconds, message)


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1].strip()


def _supervised(execution: _Execution) -> Outcome:
    """Execute in a thread of its own, whose stack is large enough, and end it when its time is over."""
    limits = execution.limits
    outcomes: list[Outcome] = []
    began = time.perf_counter()
    thread = _start_thread(lambda: outcomes.append(execution.run()), limits.stack_bytes + THREAD_BYTES)
    try:
        while thread.is_alive() and time.perf_counter() - began < limits.seconds and not execution.outputs.exceeded():
            thread.join(_LOOK_SECONDS)
        if thread.is_alive():
            execution.engine.increment_epoch()
            thread.join(GRACE_SECONDS)
    except BaseException:  # Ctrl-C, say
        execution.engine.increment_epoch()
        raise
    # A module that sleeps in the system cannot be woken: its thread is left to itself.
    return outcomes[0] if outcomes else execution.outcome(Ended.TIME, began)


def _start_thread(work: Callable[[], None], stack_bytes: int) -> threading.Thread:
    with _STACK_SIZE:
        # A module's stack is its thread's: in a smaller one an overflow would crash the process instead of trapping.
        before = threading.stack_size(stack_bytes)
        try:
            thread = threading.Thread(target=work, daemon=True)
            thread.start()
        finally:
            threading.stack_size(before)
    return thread
