"""Choosing an engine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.errors import SandboxError
from pipeline.sandbox.auto import EngineName, choose, engines
from pipeline.sandbox.errors import SandboxReason
from pipeline.sandbox.protocol import EngineReport, Outcome, Sandbox


@dataclass(frozen=True)
class Fake:
    """An engine that only answers."""

    name: str
    works: str

    def check(self) -> EngineReport:
        return EngineReport(self.name, self.works == "yes", "1", f"{self.name} answers", f"mend {self.name}")

    def run(
        self,
        sandbox: Sandbox,
        *,
        log: Path,
        on_line: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Outcome:
        raise NotImplementedError

    def shell(self, sandbox: Sandbox, *, cancel: threading.Event | None = None) -> int:
        raise NotImplementedError


def fakes(bubblewrap: str, docker: str) -> tuple[Fake, Fake]:
    return Fake("bubblewrap", bubblewrap), Fake("docker", docker)


@pytest.mark.parametrize(
    ("name", "works", "chosen", "tried"),
    [
        ("auto", ("yes", "yes"), "bubblewrap", ["bubblewrap"]),
        ("auto", ("no", "yes"), "docker", ["bubblewrap", "docker"]),
        ("docker", ("yes", "yes"), "docker", ["docker"]),
    ],
)
def test_the_first_that_works_is_taken_and_each_rung_told(
    name: EngineName, works: tuple[str, str], chosen: str, tried: list[str]
) -> None:
    engine, reports = choose(name, fakes(*works))
    assert engine.name == chosen
    assert [report.engine for report in reports] == tried


@pytest.mark.parametrize("name", ["auto", "bubblewrap"])
def test_if_none_works_all_answers_and_hints_are_told(name: EngineName) -> None:
    with pytest.raises(SandboxError) as caught:
        choose(name, fakes("no", "yes" if name == "bubblewrap" else "no"))
    assert caught.value.reason is SandboxReason.NO_ENGINE
    for engine in ("bubblewrap",) if name == "bubblewrap" else ("bubblewrap", "docker"):
        assert f"{engine} answers" in caught.value.message
        assert f"mend {engine}" in caught.value.hint


def test_bubblewrap_comes_first() -> None:
    assert [engine.name for engine in engines()] == ["bubblewrap", "docker"]
