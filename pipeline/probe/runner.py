"""Runs a probe script by the artifact itself: natively, under qemu, or in wasmtime.

May import `pipeline.sandbox.protocol`, `pipeline.probe.wasm`. What a runner answers is the script's own lines
(see `scripts/common.py`) and how the run ended.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pipeline.probe import wasm
from pipeline.probe.facts import ProbeError
from pipeline.probe.tools import ARTIFACT, SYSROOT
from pipeline.probe.version import probe_code
from pipeline.sandbox.protocol import Engine, Mount, Outcome, Sandbox, SandboxLimits, explain_status

GUEST_SCRIPTS = "/probe"
MARK = "@@probe "
_GIB = 1 << 30
_ENV = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    "TERM": "xterm",
    "TMPDIR": "/tmp",
    "TZ": "UTC",
}


@dataclass(frozen=True)
class Run:
    """The JSON objects a script printed, and how it ended: "" is exit status 0, else one line of text."""

    lines: tuple[dict[str, Any], ...]
    ended: str


class Runner(Protocol):
    """Something that can execute an artifact's entry on a script."""

    @property
    def name(self) -> str:
        """native, qemu-aarch64 or wasmtime."""

    def run(self, script: str, *, place: str = ARTIFACT, env: Mapping[str, str] | None = None) -> Run:
        """Execute `scripts/<script>.py` with the artifact's folder at `place`."""


@dataclass(frozen=True)
class SandboxRunner:
    """Runs ELF programs in the sandbox; `prefix` is what starts them (nothing, qemu, a sysroot's loader)."""

    name: str
    engine: Engine
    rootfs: Path
    rootfs_digest: str
    sysroot: Path | None
    folder: Path
    entry: str
    workdir: Path
    prefix: tuple[str, ...] = ()
    compiler: tuple[str, ...] = ()
    seconds: int = 900

    def run(self, script: str, *, place: str = ARTIFACT, env: Mapping[str, str] | None = None) -> Run:
        """See `Runner.run`."""
        scripts = probe_code().scripts(self.workdir)
        mounts = [Mount(self.folder, place, "ro"), Mount(scripts, GUEST_SCRIPTS, "ro")]
        if self.sysroot is not None:
            mounts.append(Mount(self.sysroot, SYSROOT, "ro"))
        runner = {"PROBE_RUNNER": json.dumps(self.prefix), "PROBE_CC": json.dumps(self.compiler)}
        sandbox = Sandbox(
            rootfs=self.rootfs,
            rootfs_digest=self.rootfs_digest,
            mounts=tuple(mounts),
            command=(*self.prefix, f"{place}/{self.entry}", f"{GUEST_SCRIPTS}/{script}.py"),
            env={**_ENV, **runner, **(env or {})},
            cwd="/tmp",
            limits=SandboxLimits(self.seconds, 4 * _GIB, 16 << 20, 8 * _GIB),
        )
        log = self.workdir / f"{self.name}-{script}.log"
        outcome = self.engine.run(sandbox, log=log)
        text = log.read_text("utf-8", "replace")
        return Run(tuple(parse(text)), "" if outcome.ok else _with_last_line(_ended(outcome), text))


@dataclass(frozen=True)
class WasmRunner:
    """Runs a precompiled WASI module in a child process: nothing but three folders, no network."""

    cache: Path
    folder: Path
    entry: str
    workdir: Path
    seconds: int = 600
    memory_bytes: int = 2 * _GIB
    name: str = "wasmtime"

    def run(self, script: str, *, place: str = ARTIFACT, env: Mapping[str, str] | None = None) -> Run:
        """See `Runner.run`."""
        scratch = self.workdir / "wasm-tmp"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        logs = [self.workdir / f"{self.name}-{script}.{stream}" for stream in ("stdout", "stderr")]
        spec = {
            "do": "run",
            "cache": str(self.cache),
            "argv": [f"{place}/{self.entry}", f"{GUEST_SCRIPTS}/{script}.py"],
            "env": {**_ENV, **(env or {})},
            "dirs": [
                [str(self.folder), place, False],
                [str(probe_code().scripts(self.workdir)), GUEST_SCRIPTS, False],
                [str(scratch), "/tmp", True],
            ],
            "stdout": str(logs[0]),
            "stderr": str(logs[1]),
            "seconds": self.seconds,
            "memory_bytes": self.memory_bytes,
            "output_bytes": 16 << 20,
        }
        for log in logs:
            log.write_bytes(b"")
        try:
            answer = wasm.child(spec, self.seconds + 60)
        except ProbeError as error:
            answer = {"ended": "failed", "status": None, "message": error.message}
        text = logs[0].read_text("utf-8", "replace")
        return Run(tuple(parse(text)), _wasm_ended(answer, logs[1].read_text("utf-8", "replace")))


def _wasm_ended(answer: Mapping[str, Any], errors: str) -> str:
    if answer["ended"] == "exited":
        status = answer["status"]
        return "" if status == 0 else _with_last_line(f"exited with {status}", errors)
    return f"{answer['ended']}: {answer['message']}"


def _ended(outcome: Outcome) -> str:
    """How a run ended, without how long it took."""
    return explain_status(outcome.status) if outcome.ended in ("exited", "signal") else outcome.ended


def _with_last_line(ended: str, text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith(MARK)]
    return f"{ended}: {lines[-1].strip()[:300]}" if lines else ended


def parse(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a script's output; a line cut off by the run's end is dropped."""
    for line in text.splitlines():
        if line.startswith(MARK):
            try:
                value = json.loads(line[len(MARK) :])
            except ValueError:
                continue
            if isinstance(value, dict):
                yield value


def result(runner: Runner, script: str, **options: Any) -> dict[str, Any]:
    """What one script found out: always with `ok` and `failed`, however the run ended."""
    run = runner.run(script, **options)
    found = dict(run.lines[-1]) if run.lines else {}
    found = {"ok": False, "passed": [], "failed": {}, **found}
    if run.ended or not run.lines:
        found["ok"] = False
        found["failed"] = {**found["failed"], "run": run.ended or "printed no result"}
    return found


def imports(runner: Runner, *, restarts: int = 25) -> dict[str, Any]:
    """Which modules of the standard library import: `importable` (sorted), `missing` (name → reason).

    A module that ends the interpreter is noted as missing with how it ended, and the rest is tried again
    without it, `restarts` times at most.
    """
    importable: set[str] = set()
    missing: dict[str, str] = {}
    crashed: dict[str, str] = {}
    complete = False
    for _ in range(restarts + 1):
        run = runner.run("modules", env={"PROBE_SKIP": json.dumps(sorted(crashed))})
        begun = None
        for line in run.lines:
            begun = line.get("begin", begun)
            if "module" in line:
                begun = None
                if line["error"] is None:
                    importable.add(line["module"])
                else:
                    missing[line["module"]] = line["error"]
        complete = any(line.get("done") for line in run.lines)
        if complete or begun is None or begun in crashed:
            break
        crashed[begun] = f"ends the interpreter: {run.ended}"
    ended = "" if complete else run.ended or "printed no result"
    return {
        "ok": complete,
        "failed": {"run": ended} if ended else {},
        "importable": sorted(importable - crashed.keys()),
        "missing": dict(sorted({**missing, **crashed}.items())),
        "crashed": sorted(crashed),
    }


def placements(runner: Runner, *, times: int = 4) -> dict[str, Any]:
    """Whether the program is loaded at another address each time it is started."""
    found = [result(runner, "aslr") for _ in range(times)]
    bases = [item.get("base") for item in found]
    ok = all(bases)
    failed: dict[str, str] = next((item["failed"] for item in found if item["failed"]), {})
    return {"ok": ok, "randomised": ok and len(set(bases)) > 1, "failed": failed}


def compiler(triple: str, sysroot: Path | None) -> tuple[str, ...]:
    """The toolchain's clang for a target, as a user's compiler would be called for it."""
    if sysroot is None:
        return ()
    target: Sequence[str] = (f"--target={triple.replace('-unknown-', '-')}", f"--sysroot={SYSROOT}")
    return ("clang", *target, "-fuse-ld=lld")
