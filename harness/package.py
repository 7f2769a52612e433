"""The runtime as its users have it: installed by pip into an environment of its own; may import the corpus' paths.

Its dependencies are those that its `pyproject.toml` declares and what these ask for in turn, at the versions and by
the hashes that the builder's requirements pin, through pip's own configuration.
"""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from harness.corpus import ROOT

SOURCE: Final = ROOT / "slimepython"
PINS: Final = ROOT / "requirements" / "pipeline.txt"


def install_package(folder: Path) -> Path:
    """Make a virtual environment in the new folder `folder`, install the runtime there; its folder of programs.

    Raises `CalledProcessError`, with what pip said in `stderr`.
    """
    _run(sys.executable, "-m", "virtualenv", "--quiet", "--no-download", str(folder))
    copy, pins = folder / "source", folder / "pins.txt"
    shutil.copytree(
        SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "build")
    )  # pip builds there
    pins.write_text(pinned(), "utf-8")
    pip = (str(folder / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check")
    _run(*pip, "install", "--require-hashes", "--only-binary=:all:", "-r", str(pins))
    _run(*pip, "install", "--no-deps", str(copy))
    _run(*pip, "check")
    return folder / "bin"


def pinned() -> str:
    """The part of the builder's requirements that the runtime comes down to, as a requirements file with hashes."""
    declared = tomllib.loads((SOURCE / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names, left = set(), list(map(Requirement, declared))
    while left:
        item = left.pop()
        name = canonicalize_name(item.name)
        if name not in names and (item.marker is None or item.marker.evaluate({"extra": ""})):
            names.add(name)
            left += map(Requirement, importlib.metadata.requires(name) or ())
    blocks = re.split(r"(?m)^(?=\S)", PINS.read_text("utf-8"))
    return "".join(block for block in blocks if canonicalize_name(block.partition("==")[0]) in names)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
