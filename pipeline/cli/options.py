"""Commands of the command line: the options all accept, help with examples; imports click and the settings only."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from pipeline.cli.settings import Settings, available_jobs
from pipeline.load.project import find_root

Decorator = Callable[[Callable[..., int]], click.Command]

_OPTIONS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "targets": (("--target", "-t"), {"multiple": True, "help": "Only for this target (triple or alias)."}),
    "keep_going": (
        ("--keep-going", "-k"),
        {"is_flag": True, "help": "After a failure go on with what does not need it."},
    ),
    "engine": (
        ("--engine",),
        {
            "type": click.Choice(["auto", "bubblewrap", "docker"]),
            "default": "auto",
            "show_default": True,
            "help": "Which sandbox runs the builds.",
        },
    ),
    "jobs": (
        ("--jobs", "-j"),
        {
            "type": click.IntRange(1, 1024),
            "default": available_jobs(),
            "show_default": True,
            "help": "Job slots shared by all makes and cargos in all sandboxes.",
        },
    ),
    "verbose": (("--verbose", "-v"), {"is_flag": True, "help": "Show every line of the builds' output."}),
    "json": (("--json",), {"is_flag": True, "help": "One JSON object a line on standard output, the summary last."}),
    "project": (
        ("--project",),
        {
            "type": click.Path(path_type=Path, file_okay=False),
            "default": Path(),
            "help": "A folder in the project (default: this one).",
        },
    ),
}
_ALWAYS = ("json", "project")


class Command(click.Command):
    """A command whose help ends with examples: arguments → what they are for."""

    def __init__(self, *args: Any, examples: Mapping[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, as they may be pasted."""
        with formatter.section("Examples"):
            formatter.write_dl([(f"{ctx.command_path} {typed}".strip(), what) for typed, what in self.examples.items()])


def command(group: click.Group, *shown: str, name: str | None = None, examples: Mapping[str, str]) -> Decorator:
    """Make a function `(settings, …) -> status` a command of `group`.

    Every command accepts every option of `_OPTIONS`, so that a script may pass one set to all; its help shows those
    that change what it does (`shown`).
    """

    def decorate(function: Callable[..., int]) -> click.Command:
        @functools.wraps(function)
        def run(**given: Any) -> int:
            common = {option: given.pop(option) for option in _OPTIONS}
            settings = Settings(root=find_root(common.pop("project").absolute()), **common)
            return function(settings, **given)

        made: Callable[..., Any] = run
        for option in reversed(_OPTIONS):
            flags, attributes = _OPTIONS[option]
            hidden = option not in (*shown, *_ALWAYS)
            made = click.option(*flags, option, hidden=hidden, **attributes)(made)
        built = group.command(name, cls=Command, examples=examples)(made)
        built.params.sort(key=lambda parameter: parameter.name in _OPTIONS)  # its own come first in the help
        return built

    return decorate
