"""Running the published interpreters: natively, under qemu-user, under wasmtime, with one interface."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.version import Version

from pipeline.model.manifest import Artifact, Manifest
from pipeline.probe import wasm
from tests.integration.toolchains import ROOT, Toolchains
from tests.unpacking import unpack

ARTIFACTS = ROOT / "artifacts"
X86, ARM, WASM = "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "wasm32-wasip1"
INTERPRETERS = tuple((name, target) for name in ("cpython", "rustpython") for target in (X86, ARM, WASM))
SECONDS = 1800
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
    def path(self) -> Path:
        """The program itself."""
        assert self.artifact.entry is not None
        return self.folder / self.artifact.entry

    @property
    def library(self) -> Path:
        """CPython's standard library."""
        return next(self.folder.glob("lib/python3.*"))

    def run(self, *arguments: str, env: Mapping[str, str] | None = None, shared: Sequence[Path] = ()) -> Ran:
        """Run it with nothing of the environment but `env`; `shared` folders are seen (wasm sees nothing else)."""
        return execute([*self.prefix, str(self.path), *arguments], env)

    def copied(self, folder: Path) -> Program:
        """A copy that may be written to, and whose program starts by itself.

        For another processor the program becomes a script, so that what starts `sys.executable` works as well.
        """
        shutil.copytree(self.folder, folder, symlinks=True)
        copy = replace(self, folder=folder, prefix=())
        if self.prefix:
            program = copy.path.resolve()
            real = program.with_name(f".{program.name}")
            program.rename(real)
            program.write_text(f'#!/bin/sh\nexec {shlex.join(self.prefix)} -0 "$0" {shlex.quote(str(real))} "$@"\n')
            program.chmod(0o755)
        return copy


@dataclass(frozen=True)
class WasiProgram(Program):
    """A WASI module, precompiled once into `scratch`. It sees `root`, if it has one, as its whole file system."""

    scratch: Path = field(default=Path())
    root: Path | None = None

    def run(self, *arguments: str, env: Mapping[str, str] | None = None, shared: Sequence[Path] = ()) -> Ran:
        """Run it; it sees its own folder at /artifact, a writable /tmp, and `shared` folders at their own paths."""
        (self.scratch / "tmp").mkdir(parents=True, exist_ok=True)
        _, cache = wasm.read_wasm(self.path, self.scratch)
        streams = [self.scratch / name for name in ("stdout", "stderr")]
        root = [] if self.root is None else [[str(self.root), "/", True]]
        spec = {
            "do": "run",
            "cache": str(cache),
            "argv": [f"/artifact/{self.artifact.entry}", *arguments],
            "env": {"LC_ALL": "C.UTF-8", **(env or {})},
            "dirs": [
                *root,
                [str(self.folder), "/artifact", self.root is not None],
                [str(self.scratch / "tmp"), "/tmp", True],
                *([str(path), str(path), False] for path in shared),
            ],
            "stdout": str(streams[0]),
            "stderr": str(streams[1]),
            "seconds": SECONDS,
            "memory_bytes": 3 * _GIB,
            "output_bytes": 16 << 20,
        }
        answer = wasm.child(spec, SECONDS + 60)
        status = answer["status"] if answer["ended"] == "exited" else None
        said = b"" if status is not None else str(answer).encode()
        return Ran(status, streams[0].read_bytes(), streams[1].read_bytes() + said)

    def copied(self, folder: Path) -> Program:
        """A copy that may be written to, with a root folder of its own beside it."""
        shutil.copytree(self.folder, folder, symlinks=True)
        root = folder.with_name(f"{folder.name}.root")
        root.mkdir()
        return replace(self, folder=folder, root=root)


def execute(command: Sequence[str], env: Mapping[str, str] | None = None, seconds: float = SECONDS) -> Ran:
    """Run a program with nothing of this process' environment but `env`."""
    done = subprocess.run(
        command,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


class Programs:
    """Interpreters by name and target, each unpacked once."""

    def __init__(self, manifest: Manifest, toolchains: Toolchains, folder: Path) -> None:
        self.manifest = manifest
        self.toolchains = toolchains
        self.folder = folder
        self.ready: dict[str, Program] = {}

    def artifact(self, name: str, target: str) -> Artifact:
        """The newest version there is."""
        found = [item for item in self.manifest.artifacts if (item.name, item.target) == (name, target)]
        assert found, f"the manifest has no {name} for {target}: nox -s build-full"
        return max(found, key=lambda item: Version(item.version))

    def unpacked(self, artifact: Artifact) -> Path:
        """The artifact in a folder whose name has a blank and a letter that is not ASCII."""
        folder = self.folder / f"{artifact.name} ü {artifact.version} {artifact.target}"
        if not folder.exists():
            unpack(ARTIFACTS / artifact.file.path, folder, artifact.tree)
        return folder

    def __call__(self, name: str, target: str) -> Program:
        return self.of(self.artifact(name, target))

    def of(self, artifact: Artifact) -> Program:
        """What runs an artifact."""
        sha256 = artifact.file.sha256
        if sha256 not in self.ready:
            folder = self.unpacked(artifact)
            if artifact.target == WASM:
                made: Program = WasiProgram(artifact, folder, scratch=self.folder / f"wasm-{artifact.name}")
            elif artifact.target == ARM:
                qemu = self.toolchains("llvm-22").rootfs / "usr" / "bin" / "qemu-aarch64"
                made = Program(artifact, folder, (str(qemu), "-L", str(self.toolchains.sysroot(ARM))))
            else:
                made = Program(artifact, folder)
            self.ready[sha256] = made
        return self.ready[sha256]
