"""Running the published interpreters: natively, under qemu-user, under wasmtime, with one interface."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.model.manifest import Artifact
from pipeline.probe import wasm

SECONDS = 1200
_GIB = 1 << 30


@dataclass(frozen=True)
class Ran:
    """What a program gave; streams are bytes, as they came."""

    status: int | None
    out: bytes
    err: bytes


@dataclass(frozen=True)
class Program:
    """One unpacked interpreter. `prefix` is what runs it (qemu-user and its sysroot), empty natively."""

    artifact: Artifact
    folder: Path
    prefix: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its name in a test's id."""
        return f"{self.artifact.name}@{self.artifact.target}"

    @property
    def path(self) -> Path:
        """The program itself."""
        assert self.artifact.entry is not None
        return self.folder / self.artifact.entry

    def run(self, *arguments: str, env: Mapping[str, str] | None = None, shared: Sequence[Path] = ()) -> Ran:
        """Run it with nothing of the environment but `env`; `shared` folders are seen (wasm sees nothing else)."""
        done = subprocess.run(
            [*self.prefix, str(self.path), *arguments],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class WasiProgram(Program):
    """A WASI module, precompiled once into `scratch`."""

    scratch: Path = field(default=Path())

    def run(self, *arguments: str, env: Mapping[str, str] | None = None, shared: Sequence[Path] = ()) -> Ran:
        """Run it; it sees its own folder at /artifact, a writable /tmp, and `shared` folders at their own paths."""
        (self.scratch / "tmp").mkdir(parents=True, exist_ok=True)
        _, cache = wasm.read_wasm(self.path, self.scratch)
        streams = [self.scratch / name for name in ("stdout", "stderr")]
        spec = {
            "do": "run",
            "cache": str(cache),
            "argv": [f"/artifact/{self.artifact.entry}", *arguments],
            "env": {"LC_ALL": "C.UTF-8", **(env or {})},
            "dirs": [
                [str(self.folder), "/artifact", False],
                [str(self.scratch / "tmp"), "/tmp", True],
                *([str(path), str(path), False] for path in shared),
            ],
            "stdout": str(streams[0]),
            "stderr": str(streams[1]),
            "seconds": SECONDS,
            "memory_bytes": 2 * _GIB,
            "output_bytes": 16 << 20,
        }
        answer = wasm.child(spec, SECONDS + 60)
        status = answer["status"] if answer["ended"] == "exited" else None
        return Ran(status, streams[0].read_bytes(), streams[1].read_bytes())
