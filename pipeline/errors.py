"""The one tree of errors; may import nothing of the pipeline.

Every error carries a `reason` (an enum member that tests assert), says what and where in its message, and
says what to type next in its `hint`. Only `pipeline.cli` turns an error into an exit status.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class Reason(StrEnum):
    """Base of all reasons: each package defines its own members in a subclass beside its errors."""


class SlimeError(Exception):
    """Something the user has to know about.

    `message` says what went wrong and where; `hint` says what to do, as a command where there is one.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, reason: Reason, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class UsageError(SlimeError):
    """The command line asks for something that is not there."""

    exit_code = 2


class DefinitionError(SlimeError):
    """A recipe, toolchain, target, policy or lock file is wrong."""

    exit_code = 3


class FetchError(SlimeError):
    """A pinned input cannot be had, or is not what its pin says."""

    exit_code = 4


class LockError(SlimeError):
    """A toolchain cannot be locked."""

    exit_code = 5


class StoreError(SlimeError):
    """The store is damaged, full, or written by a newer version."""

    exit_code = 6


class SandboxError(SlimeError):
    """No sandbox can be had, or it could not be set up."""

    exit_code = 7


class BuildError(SlimeError):
    """A build failed inside its sandbox."""

    exit_code = 8


class PolicyError(SlimeError):
    """A built artifact breaks its policy."""

    exit_code = 9


class PublishError(SlimeError):
    """An archive or a manifest cannot be made or does not hold together."""

    exit_code = 10


class ReleasedError(SlimeError):
    """What was built is not what was released."""

    exit_code = 11


class UsageReason(Reason):
    """Why a command line is refused."""

    UNKNOWN_NAME = "unknown-name"
    UNKNOWN_TARGET = "unknown-target"
    UNKNOWN_VERSION = "unknown-version"
    TARGET_NOT_SUPPORTED = "target-not-supported"
    NOT_A_PROJECT = "not-a-project"
    BAD_SELECTOR = "bad-selector"
    BAD_OPTION = "bad-option"
