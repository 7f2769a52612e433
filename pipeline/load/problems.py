"""What can be wrong with a definition, and where; may import `pipeline.errors` only."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import DefinitionError, Reason


class LoadReason(Reason):
    """Why a definition is refused."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    SYNTAX = "syntax"
    ALIAS = "alias"
    DUPLICATE_KEY = "duplicate-key"
    UNKNOWN_KEY = "unknown-key"
    WRONG_TYPE = "wrong-type"
    MISSING_KEY = "missing-key"
    BAD_VALUE = "bad-value"
    NAME_MISMATCH = "name-mismatch"
    UNKNOWN_REFERENCE = "unknown-reference"
    MISSING_FILE = "missing-file"
    NOT_A_FILE = "not-a-file"
    OUTSIDE = "outside"
    MISPLACED = "misplaced"
    CYCLE = "cycle"
    DUPLICATE_OUTPUT = "duplicate-output"
    DUPLICATE_NAME = "duplicate-name"
    NEVER_HOLDS = "never-holds"
    UNFIT = "unfit"
    UNCOVERED = "uncovered"
    STALE_LOCK = "stale-lock"


@dataclass(frozen=True)
class Problem:
    """One thing wrong, at `file:line:column` (1-based, as editors count); `hint` is a command that mends it."""

    file: Path
    line: int
    column: int
    reason: LoadReason
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message} [{self.reason.value}]"


MEND = "mend the file; the keys are explained in docs/recipes.md, the schemas are in schemas/"


class BadDefinitions(DefinitionError):
    """Everything that is wrong with some definitions; its reason is the first problem's."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(
            sorted(dict.fromkeys(problems), key=lambda problem: (str(problem.file), problem.line, problem.column))
        )
        text = "\n".join(str(problem) for problem in self.problems)
        hints = dict.fromkeys(problem.hint or MEND for problem in self.problems)
        super().__init__(self.problems[0].reason, text, hint="; ".join(hints))


def meant(text: str, known: Iterable[str]) -> str:
    """What to say of a name that is not there: the one that it most resembles, or all there are."""
    names = sorted(known)
    close = difflib.get_close_matches(text, names, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(names) or 'none'}"
