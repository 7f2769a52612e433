"""The command line's grammar, and all commands but `run`'s inner part; imports the API."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from slimepython import api
from slimepython.cli.grammar import add_command
from slimepython.cli.script import add_explain, add_run
from slimepython.errors import LAUNCH_FAILED, InstallError, SlimePythonError

if TYPE_CHECKING:
    from slimepython.cli.grammar import Commands
    from slimepython.install.home import Installed
    from slimepython.release.resolve import Wish

_EPILOG = """\
a first session:
  slimepython install --from https://example.org/release   fetch, check and install CPython for this machine
  slimepython install --tier light                          the same for RustPython
  slimepython run hello.py one two                          run a script where it is right, and then where it is fast
  slimepython explain hello.py                              say where it would run, and why
  exec "$(slimepython which)" hello.py                      run CPython itself, with nothing in between

`slimepython COMMAND --help` says more. Installations are in $SLIMEPYTHON_HOME, or else in the user's data folder.
"""


def dispatch(words: Sequence[str]) -> int:
    """Parse and run a command line; the exit status."""
    options = parser().parse_args(words)
    try:
        status: int = options.run(options)
    except SlimePythonError as error:
        print(f"slimepython: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"hint: {error.hint}", file=sys.stderr)
        return LAUNCH_FAILED if options.command == "run" else error.exit_code
    except OSError as error:  # of our own output, mostly: whoever read it went away, or the disk is full
        if not isinstance(error, BrokenPipeError):
            print(f"slimepython: {error}", file=sys.stderr)
        # What is still to be written would fail once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return LAUNCH_FAILED if options.command == "run" else 1
    return status


def parser() -> argparse.ArgumentParser:
    """The whole grammar."""
    top = argparse.ArgumentParser(
        prog="slimepython",
        description="Runs Python scripts on published interpreters: CPython, or RustPython where it answers the same.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_install(commands)
    _add_list(commands)
    add_run(commands)
    add_explain(commands)
    _add_which(commands)
    _add_verify(commands)
    return top


def _add_wish(command: argparse.ArgumentParser) -> None:
    command.add_argument("--tier", choices=("full", "light"), default="full", help="CPython (full) or RustPython")
    command.add_argument("--platform", choices=("native", "wasi"), default="native", help="this machine, or wasm")
    command.add_argument("--target", metavar="TRIPLE", help="a target triple, instead of --platform")
    command.add_argument("--version", metavar="SPEC", help="like 3.14.7, 3.14.* or '>=3.13,<3.15'")
    command.add_argument("--module", metavar="NAME", action="append", default=[], help="a module it must have")


def _wish(options: argparse.Namespace) -> Wish:
    from slimepython.release.resolve import Wish

    return Wish(
        tier=options.tier,
        platform=options.platform,
        target=options.target,
        version=options.version,
        modules=frozenset(options.module),
        foreign=getattr(options, "foreign", False),
    )


def _add_install(commands: Commands) -> None:
    text = "fetch, check and install an interpreter; what is installed and intact already is left alone"
    command = add_command(commands, "install", text, _install)
    command.add_argument(
        "--from",
        dest="source",
        metavar="DIR|URL",
        help="where manifest.json is (default: $SLIMEPYTHON_RELEASE, else ./artifacts)",
    )
    _add_wish(command)
    command.add_argument("--foreign", action="store_true", help="for another machine: not checked against this one")


def _install(options: argparse.Namespace) -> int:
    installed = api.install(_wish(options), source=options.source, say=_say)
    print(installed.entry)
    return 0


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _add_list(commands: Commands) -> None:
    command = add_command(commands, "list", "what is installed", _list)
    command.add_argument("--json", action="store_true", help="as JSON")


def _list(options: argparse.Namespace) -> int:
    installed = api.list_installed()
    if options.json:
        print(json.dumps([_to_json(item) for item in installed], indent=2))
        return 0
    for item in installed:
        artifact = item.artifact
        print(f"{artifact.tier or '-':<6} {artifact.name} {artifact.version:<8} {artifact.target:<26} {item.entry}")
    if not installed:
        _say(f"nothing is installed in {api.home().path}; try: slimepython install --help")
    return 0


def _to_json(installed: Installed) -> dict[str, object]:
    artifact = installed.artifact
    return {
        "label": artifact.label,
        "name": artifact.name,
        "version": artifact.version,
        "tier": artifact.tier,
        "kind": artifact.kind,
        "target": artifact.target,
        "options": dict(artifact.options),
        "sha256": artifact.file.sha256,
        "tree": artifact.tree,
        "root": str(installed.root),
        "entry": str(installed.entry),
        "cwasm": None if installed.cwasm is None else str(installed.cwasm),
        "modules": len(artifact.capabilities),
    }


def _add_which(commands: Commands) -> None:
    text = "print the path of an installed interpreter, for a shell to exec"
    _add_wish(add_command(commands, "which", text, _which))


def _which(options: argparse.Namespace) -> int:
    print(api.which(_wish(options)))
    return 0


def _add_verify(commands: Commands) -> None:
    text = "hash every installed file and name each that is not as it was published"
    add_command(commands, "verify", text, _verify)


def _verify(options: argparse.Namespace) -> int:
    del options
    found = api.verify()
    for label, problems in found.items():
        print(f"{label}: {'intact' if not problems else f'{len(problems)} differences'}")
        for problem in problems:
            print(f"  {problem.path}: {problem.change}")
    return InstallError.exit_code if any(found.values()) else 0
