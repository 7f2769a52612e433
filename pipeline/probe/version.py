"""Digest of the probes themselves: part of their actions' keys; imports nothing of the pipeline.

Apart from the probes, so that a build which finds everything in the store need not import a single parser.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

SCRIPTS = Path(__file__).parent / "scripts"


def probe_version() -> str:
    """Digest of all that decides about facts: this package's files and the parsers' versions."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted([*here.glob("*.py"), *(p for p in SCRIPTS.iterdir() if p.is_file())]):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(here).as_posix()} {content}\n".encode())
    for package in ("pyelftools", "wasmtime"):
        digest.update(f"{package} {version(package)}\n".encode())
    return digest.hexdigest()
