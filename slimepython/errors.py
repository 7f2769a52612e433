"""The runtime's one tree of errors; may import nothing of the package.

Every error carries a `reason` (an enum member that tests assert), says what and where in its message, and what to
type next in its `hint`. Only `slimepython.cli` turns an error into an exit status.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

LAUNCH_FAILED = 125
"""Exit status of `slimepython run` when it failed itself, before the script began; `env` does the same."""


class Reason(StrEnum):
    """Base of all reasons: each module defines its own members in a subclass."""


class SlimePythonError(Exception):
    """Something the user has to know about: `message` says what and where, `hint` what to type next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, reason: Reason, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.hint = hint


class UsageError(SlimePythonError):
    """The command line, or a call of the API, asks for something that is not there."""

    exit_code = 2


class ManifestError(SlimePythonError):
    """A manifest or a tier table is malformed, of a version this program does not know, or not what its digest says."""

    exit_code = 3


class FetchError(SlimePythonError):
    """A manifest or an archive cannot be had, or is not what its pin says."""

    exit_code = 4


class ResolveError(SlimePythonError):
    """No published interpreter fits this machine and what was asked for."""

    exit_code = 5


class InstallError(SlimePythonError):
    """An archive cannot be installed, or what is installed is not what was installed."""

    exit_code = 6


class LaunchError(SlimePythonError):
    """An interpreter cannot be started."""

    exit_code = 7
