"""The interpreters that are compared: found in a manifest, unpacked by digest, started; may import the runtime."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from slimepython.install import tree
from slimepython.install.home import remove
from slimepython.install.unpack import unpack
from slimepython.install.verify import differing

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
    """Every interpreter of the manifest that can run here, unpacked below `cache` and true to the manifest.

    Raises `WrongArchiveError`, and `InstallError` for an archive that no published one is like.
    """
    document = json.loads(manifest.read_bytes())
    found = []
    for artifact in document["artifacts"]:
        if artifact["kind"] != "interpreter" or artifact["options"] or artifact["target"] not in (NATIVE, WASM):
            continue
        digest = artifact["file"]["sha256"]
        root = unpacked(manifest.parent / artifact["file"]["path"], digest, artifact["tree"], cache / digest)
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


class WrongArchiveError(RuntimeError):
    """An archive is not what the manifest says: nothing of it is run."""


def unpacked(archive: Path, sha256: str, digest: str, folder: Path) -> Path:
    """The archive's top folder, below `folder`: every file of it is what the tree of this `digest` says.

    What is there from before is hashed, and unpacked again if anything differs. Raises `WrongArchiveError`.
    """
    root, record = folder / archive.name.removesuffix(".tar.zst"), folder / tree.RECORD
    if not _is_true(root, record, digest):
        if folder.exists():
            remove(folder)
        partial = folder.with_name(f"{folder.name}.{os.getpid()}")
        partial.mkdir(parents=True)
        try:
            with archive.open("rb") as file:
                (partial / record.name).write_bytes(_unpack(file, sha256, digest, partial / root.name))
            partial.replace(folder)
        except BaseException:
            remove(partial)
            raise
    return root


def _is_true(root: Path, record: Path, digest: str) -> bool:
    try:
        return not any(differing(root, tree.loads(record.read_bytes(), digest)))
    except (OSError, ValueError):
        return False


def _unpack(archive: BufferedReader, sha256: str, digest: str, into: Path) -> bytes:
    """Unpack strictly; gives the record of what was written, which is the tree of this `digest`."""
    found = hashlib.file_digest(archive, "sha256").hexdigest()
    archive.seek(0)
    record = tree.dumps(unpack(archive, into)) if found == sha256 else b""
    if hashlib.sha256(record).hexdigest() != digest:
        raise WrongArchiveError(
            f"{archive.name} has sha256 {found}, and is not the archive that the manifest means ({sha256}); "
            "`nox -s build-full` publishes it anew"
        )
    return record


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
