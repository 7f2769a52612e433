"""What loading a project refuses, and the place of a text in one of its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.load.problems import BadDefinitions, LoadReason, Problem
from pipeline.load.project import load_project

Told = tuple[str, LoadReason]
"""Where (`file:line:column`) and why."""


def problems(root: Path) -> tuple[Problem, ...]:
    """Everything that is wrong with a project."""
    with pytest.raises(BadDefinitions) as caught:
        load_project(root)
    assert caught.value.message == "\n".join(str(problem) for problem in caught.value.problems)
    assert caught.value.hint
    return caught.value.problems


def told(root: Path) -> list[Told]:
    """The places and reasons of everything that is wrong."""
    return [(f"{found.file}:{found.line}:{found.column}", found.reason) for found in problems(root)]


def at(root: Path, file: str, text: str) -> str:
    """The place (`file:line:column`) at which a text first stands in a file; `^` is the file's beginning."""
    if text == "^":
        return f"{file}:1:1"
    lines = (root / file).read_text("utf-8").splitlines()
    found = next((number, line) for number, line in enumerate(lines, start=1) if text in line)
    return f"{file}:{found[0]}:{found[1].index(text) + 1}"
