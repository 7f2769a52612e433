"""The last screen of `build`: what it says is so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.command import run
from tests.unit.miniproject import WASM, X86


@pytest.mark.parametrize("order", [(WASM, X86), (X86, WASM)])
def test_a_broken_policy_keeps_nothing_else_from_being_published(stored: Path, order: tuple[str, str]) -> None:
    ran = run(stored, "build", *(f"app@{target}" for target in order))
    assert ran.status == 9
    table, _, told = ran.err.partition("✗")
    assert [line.split()[:4] for line in table.splitlines() if " store " in line] == [["app", "1.0", X86, "store"]]
    assert told.startswith(f" probe/app-1.0@{WASM}\n")
    assert ran.err.splitlines()[-1] == "1 failed; the reasons stand above."


def test_nothing_changed(stored: Path) -> None:
    ran = run(stored, "build", "app@x86_64")
    assert (ran.status, ran.err.splitlines()[-1]) == (0, "Nothing has changed: everything came from the store.")
