"""What the command line's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from slimepython.cli.main import main
from tests.unit.slimepython import forge
from tests.unit.slimepython.places import MACHINE


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with both made-up tiers installed, made by the command line."""
    monkeypatch.setattr("slimepython.release.machine.this_machine", lambda: MACHINE)
    monkeypatch.setenv("SLIMEPYTHON_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", "/evil")
    monkeypatch.delenv("FULL_BIN", raising=False)
    monkeypatch.delenv("LIGHT_BIN", raising=False)
    release = forge.release(tmp_path / "release", [(forge.archive(), forge.artifact()), forge.light()])
    for tier in ("full", "light"):
        assert main(["install", "--from", str(release), "--tier", tier]) == 0
    return tmp_path / "home"
