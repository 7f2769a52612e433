"""The scripts of tests/corpus and what is known of each; may import nothing of the project.

Every folder has a `corpus.toml`, one `[[script]]` a file (tests/corpus/README.md explains the keys). What is expected
of a script is kept beside it, as a distribution's own CPython gave it, with `{corpus}` for the folder it ran in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
CORPUS: Final = ROOT / "tests" / "corpus"
FOLDERS: Final = ("dynamic", "rejected", "realworld", "beyond", "heldout", "hot")
FORTY: Final = FOLDERS[:3]
"""The 40 scripts of the field report that the router comes from."""
PLATFORMS: Final = ("native", "wasi")
_HERE: Final = b"{corpus}"


class Cause(StrEnum):
    """Why a script's answer is not the same on some tier or target, in one word; `CAUSES` says it in a line."""

    CHANCE = "chance"
    HASH = "hash"
    IMPLEMENTATION = "implementation"
    LIBRARIES = "libraries"
    LIMITS = "limits"
    MISSING = "missing"
    NUMBERS = "numbers"
    OBJECTS = "objects"
    ORDER = "order"
    SYSTEM = "system"
    TEXTS = "texts"


CAUSES: Final = {
    Cause.CHANCE: "clocks and lots: another answer with every run",
    Cause.HASH: "hashes, which have a random key or depend on the size of a word",
    Cause.IMPLEMENTATION: "what an interpreter is made of: its name, version, bytecode, frames, serialised bytes",
    Cause.LIBRARIES: "another library or other tables do the work: deflate, decimal, Unicode",
    Cause.LIMITS: "how deep one may recurse, how much memory one may ask for",
    Cause.MISSING: "a module or a name is not there",
    Cause.NUMBERS: "last bits of floats: another math library, other sums",
    Cause.OBJECTS: "identity, size and life of objects: reference counts, collector, `__del__`",
    Cause.ORDER: "the order of sets",
    Cause.SYSTEM: "the system below: wasm has no processes, threads, signals, sockets, and other error numbers",
    Cause.TEXTS: "words of errors, of tracebacks, of a `repr`",
}


class CorpusError(ValueError):
    """A `corpus.toml` says what it may not, or not what its folder holds."""


@dataclass(frozen=True)
class Expected:
    """What a script has to give: both streams, and its status as a shell sees it."""

    status: int
    out: bytes
    err: bytes


@dataclass(frozen=True)
class Script:
    """One script. `status` is what a shell sees.

    `must_be_full`: the platforms (native, wasi) on which Light may not run it, since it answers otherwise than Full
    there. `unpromised`: elsewhere they agree, but nobody promises that. `cause`: why answers differ anywhere.
    """

    folder: str
    path: Path
    title: str
    why: str
    must_be_full: tuple[str, ...] = ()
    unpromised: bool = False
    cause: Cause | None = None
    args: tuple[str, ...] = ()
    stdin: bytes = b""
    status: int = 0
    varies: str = ""
    nondeterministic: bool = False

    @property
    def id(self) -> str:
        """`folder/file`."""
        return f"{self.folder}/{self.path.name}"

    @property
    def comparable(self) -> bool:
        """Whether two interpreters of one version have to print the same."""
        return not self.varies and not self.nondeterministic

    def expected(self) -> Expected | None:
        """What a distribution's CPython gave, or None where nothing can be expected."""
        out = self._file("out")
        if not out.is_file():
            return None
        err = self._file("err")
        return Expected(
            self.status, self._here(out.read_bytes()), self._here(err.read_bytes() if err.exists() else b"")
        )

    def expect(self, out: bytes, err: bytes) -> None:
        """Write down what was seen."""
        for kind, data in (("out", out), ("err", err)):
            path = self._file(kind)
            path.parent.mkdir(exist_ok=True)
            if data or kind == "out":
                path.write_bytes(data.replace(bytes(self.path.parent), _HERE))
            else:
                path.unlink(missing_ok=True)

    def _file(self, kind: str) -> Path:
        return self.path.parent / "expected" / f"{self.path.stem}.{kind}"

    def _here(self, data: bytes) -> bytes:
        return data.replace(_HERE, bytes(self.path.parent))


_TYPES: Final[dict[str, type]] = {
    "file": str,
    "title": str,
    "why": str,
    "must_be_full": list,
    "unpromised": bool,
    "cause": str,
    "args": list,
    "stdin": str,
    "status": int,
    "varies": str,
    "nondeterministic": bool,
}


def load(folders: Iterable[str] = FOLDERS, root: Path = CORPUS) -> tuple[Script, ...]:
    """All scripts of these folders, in order. Raises `CorpusError`."""
    return tuple(script for folder in folders for script in _load_folder(root / folder))


def _load_folder(folder: Path) -> list[Script]:
    path = folder / "corpus.toml"
    document = tomllib.loads(path.read_text("utf-8"))
    entries = document.get("script")
    if document.keys() != {"script"} or not isinstance(entries, list):
        raise CorpusError(f"{path}: it must hold [[script]] and nothing else")
    scripts = [_script(entry, path) for entry in entries]
    listed, there = [script.path.name for script in scripts], sorted(file.name for file in folder.glob("*.py"))
    if sorted(listed) != there:
        raise CorpusError(f"{path}: listed and there are not the same: {sorted(set(listed) ^ set(there))}")
    return scripts


def _script(entry: dict[str, object], path: Path) -> Script:
    where = f"{path}: {entry.get('file')}"
    for key, value in entry.items():
        if key not in _TYPES or not isinstance(value, _TYPES[key]):
            raise CorpusError(f"{where}: {key} = {value!r}")
    missing = {"file", "title", "why"} - entry.keys()
    if missing:
        raise CorpusError(f"{where}: {sorted(missing)} missing")
    read = ("file", "args", "stdin", "must_be_full", "cause")
    known = {key: value for key, value in entry.items() if key not in read}
    args, platforms, cause = entry.get("args", []), entry.get("must_be_full", []), entry.get("cause")
    assert isinstance(args, list)
    assert isinstance(platforms, list)
    if not set(platforms) <= set(PLATFORMS) or (cause is not None and cause not in set(Cause)):
        raise CorpusError(f"{where}: must_be_full = {platforms!r}, cause = {cause!r}")
    if cause is None and (platforms or entry.get("unpromised")):
        raise CorpusError(f"{where}: it needs a cause, one of {', '.join(Cause)}")
    return Script(
        folder=path.parent.name,
        path=path.parent / str(entry["file"]),
        args=tuple(map(str, args)),
        must_be_full=tuple(map(str, platforms)),
        cause=None if cause is None else Cause(str(cause)),
        stdin=str(entry.get("stdin", "")).encode(),
        **known,  # type: ignore[arg-type]
    )
