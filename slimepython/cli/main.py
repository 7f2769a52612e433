"""The command line: reads arguments, calls the API, prints; imports each command's code when it is asked for."""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn


def entry() -> NoReturn:
    """The program: run one command and end the process.

    Without the interpreter's own way to end, which takes 20 ms after a run in wasm and waits for threads that may be
    asleep in there.
    """
    gc.disable()  # it ends before there is any garbage worth looking for
    status = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # whoever read it went away
        status = status or 1
    os._exit(status)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the process's exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] != ["run"]:
        return _dispatch(words)
    try:
        from slimepython.cli.run import start_at_once

        start_at_once(words[1:])  # does not return if there is nothing to think about
        return _dispatch(words)
    except (Exception, SystemExit) as error:
        # Whatever is wrong with this program, or its arguments, must not look like an exit status of the script's.
        from slimepython.errors import LAUNCH_FAILED

        if isinstance(error, SystemExit):
            return LAUNCH_FAILED if error.code else 0
        import traceback

        traceback.print_exc()
        return LAUNCH_FAILED


def _dispatch(words: Sequence[str]) -> int:
    from slimepython.cli.commands import dispatch

    return dispatch(words)
