"""The probes' own code as it was when their actions were keyed; imports nothing of the pipeline.

Apart from the probes, so that a build which finds everything in the store need not import a single parser. A probe may
run an hour after it was keyed: what runs in the artifact or in a process of its own is what was captured, not what
stands in the work tree by then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = HERE / "scripts"
_PARSERS = ("pyelftools", "wasmtime")


@dataclass(frozen=True)
class ProbeCode:
    """This package's files by path, and the parsers' versions: all that decides about facts."""

    files: Mapping[str, bytes] = field(repr=False)
    parsers: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, folder: Path = HERE) -> ProbeCode:
        """As it is now."""
        paths = [*folder.glob("*.py"), *(path for path in (folder / SCRIPTS.name).iterdir() if path.is_file())]
        return cls(
            {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)},
            tuple((name, version(name)) for name in _PARSERS),
        )

    @property
    def digest(self) -> str:
        """What stands for it in keys."""
        state = hashlib.sha256()
        for path, data in self.files.items():
            state.update(f"{path} {hashlib.sha256(data).hexdigest()}\n".encode())
        for name, number in self.parsers:
            state.update(f"{name} {number}\n".encode())
        return state.hexdigest()

    def scripts(self, folder: Path) -> Path:
        """The folder of the scripts, written into `folder` unless they are there."""
        into = folder / SCRIPTS.name
        if not into.is_dir():
            into.mkdir(parents=True)
            for path, data in self.files.items():
                if path.startswith(f"{SCRIPTS.name}/"):
                    (folder / path).write_bytes(data)
        return into


@cache
def probe_code() -> ProbeCode:
    """This process's: read when it is first asked for, which is when the first probe is planned."""
    return ProbeCode.read()


def probe_version() -> str:
    """Digest of all that decides about facts: this package's files and the parsers' versions."""
    return probe_code().digest
