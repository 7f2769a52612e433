"""What `run` starts without looking further, and whether it was touched since; imports nothing but `os`.

Importing the models, reading manifests and hashing files cost more time than starting an interpreter. So what was
resolved and verified is noted in `ready/<tier>-<platform>`: the program, and the state (inode, size, times, mode) of
it, of every folder of its installation, and of the folder of installations. A program that was swapped, a `.pyc` or
module that was planted, anything renamed or deleted changes one of these; then everything is verified anew. A library
file that is overwritten in place changes none: `slimepython verify` finds that, as it finds everything.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Facts = tuple[str, str, str, str]
    """Program, its archive's sha256, its installation's top folder, compiled module; all empty if there is none."""

HEADER = "slimepython ready 2"
FOLDER = "ready"
NONE = ("", "", "", "")


def lookup(home: str, name: str) -> Facts | None:
    """What is noted under `name` (like `full-native`), if nothing was touched since."""
    try:
        with open(f"{home}/{FOLDER}/{name}", encoding="utf-8") as file:  # noqa: PTH123 (pathlib is slow to import)
            header, entry, digest, root, cwasm, *watched = file.read().split("\n")
        if header != _header() or not watched:
            return None
        for line in watched:
            state, _, path = line.partition(" /")
            if state != _state(f"/{path}"):
                return None
    except (OSError, ValueError):
        return None
    return entry, digest, root, cwasm


def note(home: str, name: str, facts: Facts, installs: str) -> None:
    """Write down what `lookup` answers; a home that cannot be written to is none the worse for it."""
    entry, _, root, cwasm = facts
    try:
        watched = [installs, *_folders(root), *filter(None, (entry, cwasm))]
        lines = [_header(), *facts, *(f"{_state(path)} {path}" for path in watched)]
        _write(f"{home}/{FOLDER}", name, "\n".join(lines))
    except OSError:
        return


def sweep(home: str) -> None:
    """Delete what killed writers have left. A note that is being written now may go with it: it is made again."""
    try:
        left = [entry.path for entry in os.scandir(f"{home}/{FOLDER}") if entry.name.startswith(".")]
        for path in left:
            os.unlink(path)  # noqa: PTH108
    except OSError:
        return


def _write(folder: str, name: str, text: str) -> None:
    partial = f"{folder}/.{name}.{os.getpid()}"
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103
    try:
        with open(partial, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(text)
        os.replace(partial, f"{folder}/{name}")  # noqa: PTH105
    except OSError:
        os.unlink(partial)  # noqa: PTH108
        raise


def _folders(root: str) -> Sequence[str]:
    return [folder for folder, _, _ in os.walk(root)] if root else []


def _header() -> str:
    # Another machine may share the home, and need another program.
    system = os.uname()
    return f"{HEADER} {system.nodename} {system.machine}"


def _state(path: str) -> str:
    status = os.stat(path)  # noqa: PTH116
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_mode}"
