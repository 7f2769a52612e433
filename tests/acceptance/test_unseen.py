"""Scripts that were written after the router was: `run --prefer light` answers as Full does, on both pairs."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.acceptance.programs import Ran
from tests.acceptance.runtime import execute
from tests.integration.toolchains import ROOT

SCRIPTS = sorted((Path(__file__).parent / "unseen").glob("*.py"))
CHANGING = {"containers_of_things", "set_words2", "tagged_objects"}
"""What shows addresses or the order of a set: no two runs have that in common, so all that can be right is Full."""


def run(home: Path, script: Path, *words: str) -> Ran:
    """As a user does, with an environment like any other's and in the script's own folder."""
    command = [sys.executable, "-m", "slimepython", "run", *words, script.name]
    env = {**os.environ, "SLIMEPYTHON_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return execute(command, env, cwd=script.parent)


@pytest.mark.parametrize("platform", ["native", "wasi"])
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_answer_is_fulls(home: Path, script: Path, platform: str) -> None:
    routed = run(home, script, "--prefer", "light", "--platform", platform)
    full = run(home, script, "--router", "full", "--platform", platform)
    if script.stem in CHANGING:
        assert (routed.status, routed.err) == (full.status, full.err)
        stats = run(home, script, "--prefer", "light", "--platform", platform, "--stats").err
        assert json.loads(stats.splitlines()[-1])["tier"] == "full"
        return
    assert routed == full


def test_there_are_enough() -> None:
    assert len(SCRIPTS) >= 20
