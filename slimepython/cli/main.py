"""The command line: reads arguments, calls the API, prints; imports each command's code when it is asked for."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the process's exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["run"]:
        from slimepython.cli.run import start_at_once

        start_at_once(words[1:])  # does not return if there is nothing to think about
    from slimepython.cli.commands import dispatch

    return dispatch(words)
