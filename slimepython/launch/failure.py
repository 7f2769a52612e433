"""Why an interpreter could not be started; imports the package's errors only."""

from __future__ import annotations

from slimepython.errors import LaunchError, Reason


class LaunchReason(Reason):
    """Why an interpreter could not be started."""

    CANNOT_START = "cannot-start"
    NO_SCRIPT = "no-script"
    NOT_INTACT = "not-intact"
    BAD_GRANT = "bad-grant"


def cannot_start(program: str, error: OSError) -> LaunchError:
    """The error for a program that the system refuses to run; the caller raises it."""
    return LaunchError(
        LaunchReason.CANNOT_START,
        f"{program}: {error.strerror or error}",
        hint="look what is there: slimepython list; slimepython verify",
    )
