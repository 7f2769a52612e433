"""An engine and a runner that answer what a test tells them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.probe.runner import Run
from pipeline.sandbox.protocol import EngineReport, Outcome, Sandbox


@dataclass
class FakeEngine:
    """Answers every run with `answer(sandbox)`: (exit status or None, output); remembers the sandboxes."""

    answer: Callable[[Sandbox], tuple[int | None, str]]
    seen: list[Sandbox] = field(default_factory=list)
    name: str = "fake"

    def check(self) -> EngineReport:
        return EngineReport(self.name, ok=True, version="1", answer="fine")

    def run(
        self,
        sandbox: Sandbox,
        *,
        log: Path,
        on_line: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Outcome:
        self.seen.append(sandbox.checked())
        status, text = self.answer(sandbox)
        log.write_text(text, "utf-8")
        return Outcome(status, "timeout" if status is None else "exited", 1.0, None, log, sandbox.limits)

    def shell(self, sandbox: Sandbox, *, cancel: threading.Event | None = None) -> int:
        raise NotImplementedError


@dataclass
class FakeRunner:
    """Answers with the given runs, one after the other; remembers what it was asked for."""

    runs: Sequence[Run]
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    name: str = "fake"

    def run(self, script: str, *, place: str = "/artifact", env: Mapping[str, str] | None = None) -> Run:
        self.asked.append((script, env or {}))
        return self.runs[len(self.asked) - 1]
