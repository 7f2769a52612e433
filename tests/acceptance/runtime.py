"""Running slimepython and, beside it, the interpreter that it installed, as a user does: as processes of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from slimepython import api
from slimepython.release.resolve import Wish
from tests.acceptance.programs import Ran
from tests.integration.toolchains import ROOT

PAIRS = [(tier, platform) for platform in ("native", "wasi") for tier in ("full", "light")]
SECONDS = 300


def execute(command: list[str], env: Mapping[str, str], stdin: bytes = b"", cwd: Path = ROOT) -> Ran:
    """Run a program with this environment and no other."""
    done = subprocess.run(
        command, env=dict(env), input=stdin, capture_output=True, timeout=SECONDS, cwd=cwd, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def environment(home: Path) -> dict[str, str]:
    """What `slimepython` is run with here: nothing of this process'."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "SLIMEPYTHON_HOME": str(home),
        "PYTHONPATH": str(ROOT),
    }


def slimepython(home: Path, *words: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Ran:
    """The command line, on what is installed in `home`."""
    command = [sys.executable, "-m", "slimepython", *words]
    return execute(command, {**environment(home), **(env or {})}, stdin)


def direct(home: Path, tier: str, *words: str, stdin: bytes = b"") -> Ran:
    """The same script on the interpreter itself, with what `run` lets through of the environment."""
    env = {name: value for name, value in environment(home).items() if name != "PYTHONPATH"}
    return execute([str(api.which(Wish(tier=tier))), "-s", *words], env, stdin)


def write(folder: Path, content: bytes | str, name: str = "script.py") -> str:
    """A file with this content; returns its path."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)
