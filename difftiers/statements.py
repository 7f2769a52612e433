"""Items made of hand-written statements, read from the batteries' text files; may import nothing of the project.

A file has groups (`[name]`), each a sequence of statements that share a namespace up to the next group or `---`. A line
`#about a b` after a statement says what to blame if it differs, instead of everything it mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTINUES = re.compile(r"(\s|except\b|else\b|elif\b|finally\b|case\b|[)\]}])")


@dataclass(frozen=True)
class Chunk:
    """Statements of one namespace, with what each is about (empty: whatever it mentions)."""

    group: str
    statements: tuple[str, ...]
    about: tuple[tuple[str, ...], ...]


def chunks(path: Path) -> Iterator[Chunk]:
    """The chunks of one text file, in order."""
    group = ""
    statements: list[str] = []
    about: list[tuple[str, ...]] = []
    for line in [*path.read_text("utf-8").splitlines(), "---"]:
        if line == "---" or (line.startswith("[") and line.endswith("]") and " " not in line):
            if statements:
                yield Chunk(group, tuple(statements), tuple(about))
            statements, about = [], []
            group = line[1:-1] if line != "---" else group
        elif line.startswith("#about "):
            about[-1] = tuple(line.split()[1:])
        elif statements and (CONTINUES.match(line) or statements[-1].rsplit("\n", 1)[-1].startswith("@")):
            statements[-1] += "\n" + line
        elif line:
            statements.append(line)
            about.append(())


def items(path: Path, *, import_group: str) -> Iterator[tuple[Chunk, dict[str, Any]]]:
    """Each chunk with its item; `import_group` is `yes` when a group's name is a module to import first."""
    for chunk in chunks(path):
        setup = [f"import {chunk.group}"] if import_group == "yes" else []
        yield (
            chunk,
            {
                "key": f"{path.stem} {chunk.group}",
                "do": "statements",
                "setup": setup,
                "statements": list(chunk.statements),
                "mention": True,
            },
        )
