"""Builds: from an action to a sandbox, its steps, its log and its output tree; may import sandbox and store.

Each step is a shell script of its own, so its variables and its working folder end with it. The driver
announces every step with an ASCII record separator, by which the screen and a failure's message know where
the build is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import BuildError, Reason
from pipeline.plan.action import Action, Input, Kind
from pipeline.run.events import Line, StepStarted
from pipeline.run.executor import Work
from pipeline.run.inputs import merged
from pipeline.run.jobserver import INSIDE, JobServer, client_environment
from pipeline.sandbox.protocol import Engine, Mount, Outcome, Sandbox, SandboxLimits
from pipeline.store.result import ActionResult
from pipeline.store.store import Store

MARK = "\x1estep "
_MARKED = re.compile(rf"\n{MARK}.*")
_GIB = 1024**3
_MIB = 1024**2

_DRIVER = f"""\
# Runs the steps in order; the first that fails ends the build with its status.
exec 2>&1  # one stream: an engine that carries two may mix their order, and the marks with it
for step in /steps/[0-9]*.sh; do
  name=${{step##*/[0-9][0-9]-}}
  printf '\\n{MARK.replace(chr(0x1E), chr(92) + "036")}%s\\n' "${{name%.sh}}"
  cd /build/src
  sh -eu "$step" || exit $?
done
"""


class BuildReason(Reason):
    """Why a build failed."""

    STEP_FAILED = "step-failed"
    LIMIT = "limit"
    EMPTY_OUTPUT = "empty-output"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Where:
    """What a failed build leaves for the reader: its step, log and kept tree."""

    action: str
    step: str
    command: str
    log: Path
    tail: tuple[str, ...]
    debug: str


class StepFailed(BuildError):
    """A sandboxed build ended badly; `where` says all that a person needs to look into it."""

    def __init__(self, reason: BuildReason, message: str, where: Where) -> None:
        super().__init__(reason, message, hint=where.debug)
        self.where = where


def selector(action: Action) -> str:
    """What a person types for an action: `build/zlib-1.3.2@triple` → `zlib==1.3.2@triple`."""
    name, _, rest = action.id.partition("/")[2].rpartition("-" + str(_env(action)["VERSION"]))
    return f"{name}=={_env(action)['VERSION']}{rest}"


def _env(action: Action) -> Mapping[str, str]:
    env = action.spec["env"]
    assert isinstance(env, dict)
    return {name: str(value) for name, value in env.items()}


def steps_of(action: Action) -> list[tuple[str, str]]:
    """The action's steps as (name, script)."""
    steps = action.spec["steps"]
    assert isinstance(steps, list)
    return [(str(step["name"]), str(step["run"])) for step in steps if isinstance(step, dict)]


@dataclass
class SandboxedBuild:
    """The handler of builds and training: `run(work)` gives the output tree or raises `StepFailed`."""

    store: Store
    engine: Callable[[], Engine]
    jobserver: JobServer

    def run(self, work: Work) -> ActionResult:
        """Run the action's steps in a fresh sandbox and take what they left in /out."""
        folder = self.store.workdir(work.action.slug)
        try:
            self.lay_out(work.action, work.results, folder)
            sandbox = self.sandbox(work.action, work.results, folder)
            log = folder / "log.txt"
            follower = _Follower(work)
            engine = self.engine()
            outcome = engine.run(sandbox, log=log, on_line=follower, cancel=work.cancel)
            if outcome.ended == "interrupted":  # nothing is wrong with the build: its tree is not kept
                raise BuildError(BuildReason.INTERRUPTED, f"{selector(work.action)} was interrupted")
            if outcome.ended != "exited" or outcome.status != 0:
                raise self._failure(work, folder, outcome, follower.step)
            if not any((folder / "out").iterdir()):
                raise self._failure(work, folder, outcome, follower.step, empty="yes")
            made = ActionResult(
                outputs={"out": self.store.adopt_tree(folder / "out")},
                log=self.store.put_file(log),
                seconds=outcome.seconds,
                meta={"engine": engine.name, "peak_memory": outcome.peak_memory_bytes},
            )
            self.store.drop_failed(work.action.slug)
            return made
        finally:
            self.store.remove_workdir(folder)

    def lay_out(self, action: Action, results: Mapping[str, ActionResult], folder: Path) -> None:
        """Put the private, writable parts of the build into `folder`."""
        for part in ("build/home", "out", "steps"):
            (folder / part).mkdir(parents=True)
        sources = [item for item in action.inputs if item.mount == "/build/src"]
        if sources:
            self.store.export(merged(self.store, sources, results), folder / "build" / "src")
        else:
            (folder / "build" / "src").mkdir()
        for number, (name, script) in enumerate(steps_of(action), start=1):
            (folder / "steps" / f"{number:02}-{name}.sh").write_text(script, "utf-8")
        (folder / "steps" / "run").write_text(_DRIVER, "utf-8")

    def sandbox(self, action: Action, results: Mapping[str, ActionResult], folder: Path) -> Sandbox:
        """The sandbox that the action runs in, its private parts being in `folder`."""
        by_mount: dict[str, list[Input]] = {}
        for item in action.inputs:
            by_mount.setdefault(item.mount, []).append(item)
        rootfs = merged(self.store, by_mount.pop("/"), results)
        by_mount.pop("/build/src", None)
        mounts = [
            Mount(self.store.checkout(merged(self.store, items, results)), mount, "ro")
            for mount, items in sorted(by_mount.items())
        ]
        mounts += [
            Mount(folder / "build", "/build", "rw"),
            Mount(folder / "out", "/out", "rw"),
            Mount(folder / "steps", "/steps", "ro"),
            Mount(self.jobserver.path, INSIDE, "rw"),
        ]
        limits = action.limits
        return Sandbox(
            rootfs=self.store.checkout(rootfs),
            rootfs_digest=rootfs.hash,
            mounts=tuple(mounts),
            command=("/bin/sh", "/steps/run"),
            env={**_env(action), **client_environment(self.jobserver.jobs)},
            cwd="/build/src",
            limits=SandboxLimits(
                seconds=limits.get("minutes", 60) * 60,
                memory_bytes=limits.get("memory_gib", 16) * _GIB,
                log_bytes=limits.get("log_mib", 64) * _MIB,
                disk_bytes=limits.get("disk_gib", 20) * _GIB,
                processes=limits.get("processes", 4096),
            ),
        )

    def _failure(self, work: Work, folder: Path, outcome: Outcome, step: str, *, empty: str = "no") -> StepFailed:
        kept = self.store.keep_failed(folder, work.action.slug)
        log = kept / "log.txt"
        what = selector(work.action)
        command = dict(steps_of(work.action)).get(step, "")
        where = Where(
            action=work.action.id,
            step=step,
            command=command,
            log=log,
            tail=_tail(log),
            debug=f"python -m pipeline shell {'--train ' * (work.action.kind is Kind.TRAIN)}{what}",
        )
        if empty == "yes":
            message = f"{what}: every step succeeded, but nothing is in $OUT ({log})"
            return StepFailed(BuildReason.EMPTY_OUTPUT, message, where)
        reason = BuildReason.STEP_FAILED if outcome.ended in ("exited", "signal") else BuildReason.LIMIT
        return StepFailed(reason, f"{what}: step {step!r} failed: {outcome.explain()}", where)


def _tail(log: Path, count: int = 25) -> tuple[str, ...]:
    """The last lines of a log, read from its end, whatever bytes it holds."""
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 64 * 1024))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ()
    # A mark comes after a line end of its own. Not `splitlines`: to it the mark's first character ends a line too.
    lines = _MARKED.sub("", text).strip("\n").split("\n")
    return tuple(lines[-count:]) if any(lines) else ()


class _Follower:
    """Turns the sandbox's output into events and remembers the step."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.step = "set-up"

    def __call__(self, line: str) -> None:
        text = line.rstrip("\n")
        if text.startswith(MARK):
            self.step = text.removeprefix(MARK)
            self.work.emit(StepStarted(self.work.action.id, self.step))
        else:
            self.work.emit(Line(self.work.action.id, text))
