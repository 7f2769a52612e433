"""The interpreters that are compared: found in a manifest, unpacked by digest, started; may import the runtime."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import zstandard

WASM = "wasm32-wasip1"
NATIVE = "x86_64-unknown-linux-gnu"
ADDRESS_SPACE = 6 << 30
"""Bytes a native interpreter may map: a battery's silly sizes end in MemoryError and not in swapping."""


@dataclass(frozen=True)
class Interpreter:
    """One unpacked interpreter. `sha256` is its archive's, `entry` the program (or the WebAssembly module)."""

    tier: str
    target: str
    version: str
    sha256: str
    root: Path
    entry: Path

    @property
    def is_wasm(self) -> bool:
        """Whether it needs an engine to run."""
        return self.target == WASM


def find(manifest: Path, cache: Path) -> tuple[Interpreter, ...]:
    """Every interpreter of the manifest that can run here, unpacked below `cache` (once for each digest)."""
    document = json.loads(manifest.read_bytes())
    found = []
    for artifact in document["artifacts"]:
        if artifact["kind"] != "interpreter" or artifact["options"] or artifact["target"] not in (NATIVE, WASM):
            continue
        digest = artifact["file"]["sha256"]
        root = unpack(manifest.parent / artifact["file"]["path"], cache / digest)
        found.append(
            Interpreter(
                tier=artifact["tier"],
                target=artifact["target"],
                version=artifact["version"],
                sha256=digest,
                root=root,
                entry=root / artifact["entry"],
            )
        )
    return tuple(found)


def prepare(interpreter: Interpreter, folder: Path) -> None:
    """Compile a WebAssembly interpreter, and start any: the first start is slow, and what cannot start is said here."""
    folder.mkdir(parents=True, exist_ok=True)
    errors = folder / "stderr"
    (folder / "nothing.py").write_bytes(b"")
    process = start(interpreter, ["nothing.py"], folder, stderr=errors)
    if process.wait(timeout=300) != 0:
        raise RuntimeError(f"{interpreter.entry} does not start: {errors.read_text()[-800:]}")


def unpack(archive: Path, folder: Path) -> Path:
    """The archive's one top folder, below `folder`; a half unpacked one is never taken for a whole one."""
    if not folder.is_dir():
        partial = folder.with_name(f"{folder.name}.{os.getpid()}")
        partial.mkdir(parents=True)
        with (
            archive.open("rb") as packed,
            zstandard.ZstdDecompressor().stream_reader(packed) as stream,
            tarfile.open(fileobj=stream, mode="r|") as tar,
        ):
            tar.extractall(partial, filter="data")
        partial.replace(folder)
    (top,) = folder.iterdir()
    return top


def start(
    interpreter: Interpreter,
    arguments: Sequence[str],
    folder: Path,
    *,
    stdout: Path | None = None,
    stderr: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start it with a script of `folder` and `arguments`; there it may read and write, and nowhere else.

    Arguments that name a file of the folder are given with their whole path: in wasm there is no working directory.
    """
    arguments = [str(folder / each) if (folder / each).is_file() else each for each in arguments]
    if interpreter.is_wasm:
        command = [sys.executable, "-m", "difftiers.wasm", str(interpreter.entry), *arguments]
        environment = dict(os.environ)
        environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[1])
    else:
        command = ["prlimit", f"--as={ADDRESS_SPACE}", str(interpreter.entry), *arguments]
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    out = stdout.open("wb") if stdout else subprocess.DEVNULL
    err = stderr.open("wb") if stderr else subprocess.DEVNULL
    try:
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err, close_fds=True
        )
    finally:
        for stream in (out, err):
            if not isinstance(stream, int):
                stream.close()
