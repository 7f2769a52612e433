"""Commands as they work when pasted; standard library only, since `pipeline.__main__` needs it where nothing else is.

Messages all over the pipeline name a command as `python -m pipeline …` or `nox -s …`. Neither need exist in the shell
that reads them: the requirements live in an environment of nox's, and nox itself may be a module only. Whoever prints
such a message puts it through `pasteable`.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import sys
from pathlib import Path

_COMMAND = re.compile(r"(?<![\w./-])python -m pipeline(?P<name> [a-z]+)?|(?<!-m )\bnox(?= -s )")


def program() -> str:
    """`python -m pipeline` by the interpreter that runs this, in the shortest way that means it from here."""
    return f"{_interpreter()} -m pipeline"


def pasteable(text: str) -> str:
    """`text` with every command of ours in it made to work in the shell that started this process."""
    # nox goes to its own folder, and says so to nobody: the shell is still where PWD says.
    shell = os.environ.get("PWD")
    moved = shell is not None and os.path.realpath(shell) != os.path.realpath(Path.cwd())
    go = f"cd {shlex.quote(str(Path.cwd()))} && " if moved else ""

    def typed(match: re.Match[str]) -> str:
        if match[0] == "nox":
            return go + _nox()
        return go + program() + (f"{match['name']}{_project()}" if match["name"] else "")

    return _COMMAND.sub(typed, text)


def _interpreter() -> str:
    ours = Path(sys.executable)
    # Inside of a nox session PATH begins with the environment; in the user's shell it does not.
    if "NOX_CURRENT_SESSION" not in os.environ and shutil.which(ours.name) == str(ours):
        return ours.name
    here = Path.cwd()
    return shlex.quote(str(ours.relative_to(here) if ours.is_relative_to(here) else ours))


def _nox() -> str:
    bin_folder = str(Path(sys.executable).parent)
    path = os.pathsep.join(item for item in os.environ.get("PATH", "").split(os.pathsep) if item != bin_folder)
    return "nox" if shutil.which("nox", path=path) else "python3 -m nox"


def _project() -> str:
    """The project that the command line named, which the next one has to name too."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--project")
    named = parser.parse_known_args(sys.argv[1:])[0].project
    return f" --project {shlex.quote(named)}" if named else ""
