"""`slimepython run --router adaptive` with made-up tiers: what is measured, what is asked, what a run counts."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import NoReturn

import pytest

from slimepython import dispatch
from slimepython.adaptive.profiles import Profile, ProfileStore, ScriptKey
from slimepython.cli.main import main
from slimepython.dispatch import Request, Routed
from slimepython.router.signals import Decision, Kind, Platform, Signal, Tier

MACHINE = " ".join(os.uname()[1::3])
CODE = b"pass\n"


@pytest.fixture
def script(home: Path, tmp_path: Path) -> Path:
    path = tmp_path / "s.py"
    path.write_bytes(CODE)
    return path


def history(home: Path, code: bytes = CODE) -> dict[Tier, Profile]:
    found = ProfileStore(home / "profiles.sqlite3").history(hashlib.sha256(code).hexdigest(), MACHINE)
    return {profile.tier: profile for profile in found}


def learn(home: Path, script: Path, **seconds: float) -> None:
    """As if it had run so long on each tier."""
    store = ProfileStore(home / "profiles.sqlite3")
    for name, each in seconds.items():
        program = dispatch.require_program(Request(str(script)), Tier(name))
        key = ScriptKey(hashlib.sha256(script.read_bytes()).hexdigest(), Tier(name), program.identity, MACHINE)
        assert store.record(key, each, ok=True)


def decided(monkeypatch: pytest.MonkeyPatch, tier: Tier, because: str = "the test says so") -> None:
    """Have the router decide so."""

    def route(request: Request, prefer: Tier | None = None, *, brief: bool = False) -> Routed:
        del brief
        assert prefer is Tier.LIGHT
        found = {each: dispatch.require_program(request, each) for each in Tier}
        signals = () if tier is Tier.LIGHT else (Signal(1, 1, Kind.EFFECT, "x", "y"),)
        decision = Decision(tier, Platform.NATIVE, tier is Tier.LIGHT, signals, because, ())
        return Routed(decision, Path(request.script).read_bytes(), found, None)

    monkeypatch.setattr(dispatch, "route", route)


def run(script: Path, capfd: pytest.CaptureFixture[str]) -> tuple[str, str, str]:
    """What was written, on which tier, and why there."""
    capfd.readouterr()
    assert main(["run", "--router", "adaptive", "--stats", str(script)]) == 0
    out, err = capfd.readouterr()
    told = json.loads(err.splitlines()[-1])
    return out, told["tier"], told["because"]


def test_light_is_tried_and_measured(
    home: Path, script: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    decided(monkeypatch, Tier.LIGHT)
    assert run(script, capfd) == ("light\n", "light", "it never ran on Light here, and may")
    assert [(profile.tier, profile.runs, profile.ok) for profile in history(home).values()] == [("light", 1, True)]


def test_what_the_router_keeps_on_full_stays_there(
    home: Path, script: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    decided(monkeypatch, Tier.FULL, "sets")
    learn(home, script, light=0.01)
    assert run(script, capfd)[1:] == ("full", "sets")
    assert history(home)[Tier.FULL].runs == 1


def test_a_hot_script_is_not_analysed(
    home: Path, script: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Full is right for every script: only Light needs to be allowed."""

    def unasked(*_: object) -> NoReturn:
        raise AssertionError("the router was asked")

    monkeypatch.setattr(dispatch, "route", unasked)
    learn(home, script, light=0.9)
    assert "Full has not been tried" in run(script, capfd)[2]
    learn(home, script, full=0.2)
    assert "HOT: Light takes 900 ms" in run(script, capfd)[2]
    assert history(home)[Tier.FULL].runs == 3


def test_a_script_that_is_changed_meanwhile_is_fulls_and_teaches_nothing(
    home: Path, script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(monkeypatch, Tier.LIGHT)
    read = dispatch.read

    def read_and_change(path: str) -> bytes | None:
        found = read(path)
        script.write_bytes(b"other\n")
        return found

    monkeypatch.setattr(dispatch, "read", read_and_change)
    launched: list[tuple[Tier, str]] = []

    def launch(request: Request, tier: Tier, because: str) -> int:
        launched.append((tier, because))
        return 0

    monkeypatch.setattr(dispatch, "launch", launch)
    assert main(["run", "--router", "adaptive", str(script)]) == 0
    assert launched == [(Tier.FULL, "the script was changed meanwhile")]
    assert history(home) == history(home, b"other\n") == {}


def test_time_that_nobody_worked_for_is_not_held_against_a_tier(
    home: Path, script: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As on a machine that had something else to do meanwhile."""
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nsleep 1\necho slowly\n")
    slow.chmod(0o755)
    monkeypatch.setenv("LIGHT_BIN", str(slow))
    decided(monkeypatch, Tier.LIGHT)
    assert run(script, capfd)[:2] == ("slowly\n", "light")
    assert max(history(home)[Tier.LIGHT].recent) < 0.5
