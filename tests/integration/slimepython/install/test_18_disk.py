"""Bad input 18: a disk that is really full, and a home that really cannot be written to, also by root."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pipeline.sandbox.bwrap_options import find_bwrap
from tests.unit.slimepython import forge
from tests.unit.slimepython.places import make_place, snapshot

ROOT = Path(__file__).parents[4]
DRIVER = "tests.integration.slimepython.install.disk"


def sandboxed(folder: Path, what: str, *mounts: str) -> str:
    """Do in a sandbox, where the folder is what `mounts` make of it, what `disk.py` has; its output."""
    bwrap = find_bwrap()
    assert bwrap is not None
    options = ("--unshare-user", "--bind", "/", "/", "--dev", "/dev", *mounts, "--chdir", str(ROOT))
    command = [str(bwrap), *options, "--", sys.executable, "-m", DRIVER, what, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_18_a_really_full_disk(tmp_path: Path) -> None:
    said = sandboxed(tmp_path, "full", "--size", str(1 << 20), "--tmpfs", str(tmp_path))
    assert int(said.split()[1]) >= 3, "it was refused at several places"


def test_18_a_really_read_only_home(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    forge.release(tmp_path / "release")
    before = snapshot(tmp_path)
    sandboxed(tmp_path, "read-only", "--ro-bind", str(tmp_path), str(tmp_path))
    assert snapshot(tmp_path) == before
    place.check_clean()
