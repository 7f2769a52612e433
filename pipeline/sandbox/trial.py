"""Trying an engine by doing; may import the sandbox's protocol and minimal root."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import SandboxError
from pipeline.sandbox.minimal import CREATES, PROGRAM, TRIAL, make_root
from pipeline.sandbox.protocol import Engine, EngineReport, Mount, Sandbox, SandboxLimits
from pipeline.store.digest import sha256_file

_LIMITS = SandboxLimits(seconds=60, memory_bytes=256 << 20, log_bytes=64 << 10, disk_bytes=1 << 20)
_SHOWN = 300


def try_engine(engine: Engine, version: str, hints: Mapping[str, str]) -> EngineReport:
    """Run a tiny program that writes into a mounted folder; `hints` maps parts of an answer to what to do."""

    def no(answer: str, hint: str = "") -> EngineReport:
        told = next((text for part, text in hints.items() if part in answer), hint)
        return EngineReport(engine.name, ok=False, version=version, answer=answer, hint=told)

    with tempfile.TemporaryDirectory(prefix="slimepython-try-") as name:
        folder = Path(name)
        try:
            root = make_root(folder / "root")
        except KeyError:
            return no(f"there is no trial program for the CPU {platform.machine()}", "use x86_64 or aarch64")
        out = folder / "out"
        out.mkdir()
        digest = sha256_file(root / PROGRAM.lstrip("/"))
        mounts = (Mount(out, CREATES.rpartition("/")[0], "rw"),)
        sandbox = Sandbox(root, f"{TRIAL}{digest.hash}", mounts, (PROGRAM,), {}, "/", _LIMITS)
        try:
            outcome = engine.run(sandbox, log=folder / "log")
        except (SandboxError, OSError) as error:
            return no(str(error), getattr(error, "hint", ""))
        printed = " ".join((folder / "log").read_text(errors="replace").split())[:_SHOWN]
        if not outcome.ok:
            return no(f"{outcome.explain()}{': ' + printed if printed else ''}")
        if not (out / CREATES.rpartition("/")[2]).exists():
            hint = "the engine must run on this machine and see this machine's folders"
            return no("a file that was written inside did not appear outside", hint)
    return EngineReport(engine.name, ok=True, version=version, answer="ran a program in a sandbox")
