"""Scripts that were written after the router was: `run --prefer light` answers as Full does, on both pairs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from slimepython import api
from slimepython.release.resolve import Wish

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((Path(__file__).parent / "unseen").glob("*.py"))
SECONDS = 300
CHANGING = {"containers_of_things", "set_words2", "tagged_objects"}
"""What shows addresses or the order of a set: no two runs have that in common, so all that can be right is Full."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with both tiers, natively and in wasm."""
    folder = tmp_path_factory.mktemp("unseen")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLIMEPYTHON_HOME", str(folder))
        for platform in ("native", "wasi"):
            for tier in ("full", "light"):
                api.install(Wish(tier=tier, platform=platform), source=str(ROOT / "artifacts"))
        yield folder


def run(home: Path, script: Path, *words: str) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "slimepython", "run", *words, script.name],
        cwd=script.parent,
        env={**os.environ, "SLIMEPYTHON_HOME": str(home), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("platform", ["native", "wasi"])
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_answer_is_fulls(home: Path, script: Path, platform: str) -> None:
    routed = run(home, script, "--prefer", "light", "--platform", platform)
    full = run(home, script, "--router", "full", "--platform", platform)
    if script.stem in CHANGING:
        assert (routed[0], routed[2]) == (full[0], full[2])
        stats = run(home, script, "--prefer", "light", "--platform", platform, "--stats")[2]
        assert json.loads(stats.splitlines()[-1])["tier"] == "full"
        return
    assert routed == full


def test_there_are_enough() -> None:
    assert len(SCRIPTS) >= 20
