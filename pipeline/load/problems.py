"""What can be wrong with a definition, and where; may import `pipeline.errors` only."""

from __future__ import annotations

from collections.abc import Sequence
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
    CYCLE = "cycle"
    DUPLICATE_OUTPUT = "duplicate-output"


@dataclass(frozen=True)
class Problem:
    """One thing wrong, at `file:line:column` (1-based, as editors count)."""

    file: Path
    line: int
    column: int
    reason: LoadReason
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message} [{self.reason.value}]"


def refuse(problems: Sequence[Problem], *, hint: str = "") -> DefinitionError:
    """All problems as one error whose reason is the first one's; the caller raises it."""
    ordered = sorted(problems, key=lambda problem: (str(problem.file), problem.line, problem.column))
    text = "\n".join(str(problem) for problem in ordered)
    default = "mend the file; the keys are explained in docs/recipes.md, the schemas are in schemas/"
    return DefinitionError(ordered[0].reason, text, hint=hint or default)
