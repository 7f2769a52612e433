"""Choosing an engine by trying; may import the sandbox's engines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from pipeline.errors import SandboxError
from pipeline.sandbox.bubblewrap import Bubblewrap
from pipeline.sandbox.errors import SandboxReason
from pipeline.sandbox.protocol import Engine, EngineReport

EngineName = Literal["auto", "bubblewrap", "docker"]


def engines() -> Iterator[Engine]:
    """All engines, best first: bubblewrap needs neither a daemon nor rights, and starts in milliseconds."""
    yield Bubblewrap()
    # Only when it is asked for: the docker package takes longer to load than all of the rest.
    from pipeline.sandbox.docker import Docker

    yield Docker()


def choose(name: EngineName, candidates: Iterable[Engine] | None = None) -> tuple[Engine, tuple[EngineReport, ...]]:
    """The first engine that works, of all (`auto`) or of the one named, and what each tried one answered.

    Raises SandboxError (NO_ENGINE) with all answers and hints if none works.
    """
    reports = []
    for engine in candidates if candidates is not None else engines():
        if name in ("auto", engine.name):
            report = engine.check()
            reports.append(report)
            if report.ok:
                return engine, tuple(reports)
    answers = "; ".join(f"{report.engine}: {report.answer}" for report in reports)
    hints = "\n".join(f"{report.engine}: {report.hint}" for report in reports if report.hint)
    raise SandboxError(SandboxReason.NO_ENGINE, f"no sandbox can be had here: {answers}", hint=hints)
