"""What `run` starts without looking further, and whether it was touched since; imports nothing but `os`.

Importing the models costs more time than starting an interpreter. So what was resolved and verified is noted in
`ready/<tier>-<platform>`: the program, and the state (inode, size, times) of it and of every folder of its
installation. A program that was swapped, a `.pyc` or module that was planted, anything renamed or deleted changes one
of these, and then everything is verified anew. A library file overwritten in place changes none: `slimepython verify`
finds that, as it finds everything.
"""

from __future__ import annotations

import os

HEADER = "slimepython ready 1"
FOLDER = "ready"


def lookup(home: str, name: str) -> tuple[str, str] | None:
    """The program, and the archive's sha256, noted under `name` (`full-native`), if nothing was touched since."""
    try:
        with open(f"{home}/{FOLDER}/{name}", encoding="utf-8") as file:  # noqa: PTH123 (pathlib is slow to import)
            lines = file.read().splitlines()
        header, entry, digest, *watched = lines
        if header != _header() or not watched:
            return None
        for line in watched:
            state, _, path = line.partition(" /")
            if state != _state(f"/{path}"):
                return None
    except (OSError, ValueError):
        return None
    return entry, digest


def note(home: str, name: str, entry: str, digest: str, root: str) -> None:
    """Write down what `lookup` answers; a home that cannot be written to is none the worse for it."""
    watched = [root, *(f"{folder}/{child}" for folder, children, _ in os.walk(root) for child in children), entry]
    watched = [path for path in watched if path == entry or not os.path.islink(path)]  # noqa: PTH114
    text = "\n".join([_header(), entry, digest, *(f"{_state(path)} {path}" for path in watched)]) + "\n"
    folder = f"{home}/{FOLDER}"
    partial = f"{folder}/.{name}.{os.getpid()}"
    try:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        with open(partial, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(text)
        os.replace(partial, f"{folder}/{name}")  # noqa: PTH105
    except OSError:
        return


def _header() -> str:
    # Another machine may share the home, and need another program.
    system = os.uname()
    return f"{HEADER} {system.nodename} {system.machine}"


def _state(path: str) -> str:
    status = os.stat(path)  # noqa: PTH116
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_mode}"
