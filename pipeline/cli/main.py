"""`python -m pipeline …`: the commands, and the one place where an error becomes an exit status."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from pipeline.cli.settings import Settings, available_jobs
from pipeline.errors import SlimeError, UsageError
from pipeline.load.project import find_root

F = TypeVar("F", bound=Callable[..., Any])

_EPILOG = """Exit status: 0 done, 2 wrong command line, 3 wrong definition, 4 an input cannot be fetched,
5 locking failed, 6 store, 7 no sandbox, 8 a build failed, 9 an artifact breaks its policy, 10 publishing
failed, 130 interrupted. The cache is $SLIMEPYTHON_CACHE, else the user's cache folder."""


def common(command: F) -> F:
    """The options that every command takes."""
    for option in (
        click.option("--verbose", "-v", is_flag=True, help="Show every line of the builds' output."),
        click.option("--json", "json_", is_flag=True, help="One JSON object per event on standard output."),
        click.option(
            "--jobs",
            "-j",
            type=click.IntRange(1, 1024),
            default=available_jobs(),
            show_default=True,
            help="Job slots shared by all makes and cargos in all sandboxes.",
        ),
        click.option(
            "--engine",
            type=click.Choice(["auto", "bubblewrap", "docker"]),
            default="auto",
            show_default=True,
            help="Which sandbox runs the builds.",
        ),
        click.option(
            "--project",
            type=click.Path(path_type=Path, file_okay=False),
            default=Path(),
            help="A folder in the project (default: this one).",
        ),
    ):
        command = option(command)
    return command


def settings_of(options: dict[str, Any]) -> Settings:
    """Settings from the common options; takes them out of `options`."""
    return Settings(
        root=find_root(options.pop("project").absolute()),
        engine=options.pop("engine"),
        jobs=options.pop("jobs"),
        json=options.pop("json_"),
        verbose=options.pop("verbose"),
        keep_going=options.pop("keep_going", False),
    )


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=_EPILOG)
def cli() -> None:
    """Build optimised, probed, reproducible Python interpreters from declarative recipes.

    \b
    python -m pipeline build                    the whole release (what `nox -s build-full` runs)
    python -m pipeline build cpython@x86_64     one recipe for one target, with all it needs
    python -m pipeline explain cpython@x86_64   why it would be rebuilt
    python -m pipeline shell cpython@x86_64     a shell in its sandbox, with the failed tree if there is one
    """


@cli.command()
@click.argument("names", nargs=-1, metavar="[NAME[==VERSION][@TARGET]]…")
@click.option("--target", "-t", "targets", multiple=True, help="Only for this target (triple or alias).")
@click.option("--keep-going", "-k", is_flag=True, help="After a failure go on with what does not need it.")
@common
def build(names: tuple[str, ...], targets: tuple[str, ...], **options: Any) -> None:
    """Build, probe and publish. Without a name: everything in release.yaml, most wanted first.

    Each artifact is put into artifacts/ and artifacts/manifest.json the moment its probes pass. What was
    built before and has not changed comes from the store; an interrupted build goes on where it was.
    """
    from pipeline.cli.app import selectors_of, session
    from pipeline.cli.build import build as run
    from pipeline.plan.select import select

    with session(settings_of(options)) as app:
        status = run(app, select(app.project, selectors_of(names, app.project), targets))
    sys.exit(status)


@cli.command()
@click.argument("name", default="cpython", metavar="[NAME[==VERSION]]")
@common
def train(name: str, **options: Any) -> None:
    """Run a recipe's instrumented build and its workloads; put the merged profile beside the recipe.

    The profile of one version is recipes/NAME/profile/VERSION.profdata; without a version, the recipe's first.
    """
    from pipeline.cli.app import session
    from pipeline.cli.train import train as run

    with session(settings_of(options)) as app:
        status = run(app, name)
    sys.exit(status)


@cli.command()
@click.argument("names", nargs=-1, metavar="[TOOLCHAIN]…")
@common
def lock(names: tuple[str, ...], **options: Any) -> None:
    """Resolve toolchains to exact packages, verify the archive's signatures, write toolchains/*.lock.json."""
    from pipeline.cli.lock import lock as run

    sys.exit(run(settings_of(options), names))


@cli.command()
@click.argument("names", nargs=-1, metavar="[NAME[==VERSION][@TARGET]]…")
@click.option("--target", "-t", "targets", multiple=True, help="Only for this target (triple or alias).")
@common
def probe(names: tuple[str, ...], targets: tuple[str, ...], **options: Any) -> None:
    """Probe built artifacts and print the facts as JSON, with every violation of their policies."""
    from pipeline.cli.app import selectors_of, session
    from pipeline.cli.inspect import probe as run
    from pipeline.plan.select import select

    with session(settings_of(options)) as app:
        status = run(app, select(app.project, selectors_of(names, app.project), targets))
    sys.exit(status)


@cli.command()
@click.argument("names", nargs=-1, metavar="[NAME[==VERSION][@TARGET]]…")
@click.option("--target", "-t", "targets", multiple=True, help="Only for this target (triple or alias).")
@common
def explain(names: tuple[str, ...], targets: tuple[str, ...], **options: Any) -> None:
    """Say which actions a build would run now, and what changed in the key of each. The whole release by default."""
    from pipeline.cli.app import selectors_of, session
    from pipeline.cli.explain import explain as run
    from pipeline.plan.select import select

    with session(settings_of(options)) as app:
        status = run(app, select(app.project, selectors_of(names, app.project), targets))
    sys.exit(status)


@cli.command()
@click.argument("name", metavar="NAME[==VERSION]@TARGET")
@click.option("--train", is_flag=True, help="In the recipe's instrumented build.")
@common
def shell(name: str, train: bool, **options: Any) -> None:  # noqa: FBT001
    """Open a shell in a build's sandbox: in the failed tree if the build failed, else in a fresh one."""
    from pipeline.cli.app import session
    from pipeline.cli.inspect import shell_in_build, shell_in_training
    from pipeline.plan.select import select
    from pipeline.ui.screen import PlainScreen

    settings = settings_of(options)
    # Plain lines: the live screen would read the keys that are meant for the shell.
    with session(settings, PlainScreen(verbose=settings.verbose)) as app:
        status = (shell_in_training if train else shell_in_build)(app, select(app.project, [name])[0])
    sys.exit(status)


@cli.command("list")
@common
def list_(**options: Any) -> None:
    """List what can be built: recipes, versions, targets, and what the release holds (--json for CI)."""
    from pipeline.cli.inspect import list_all

    sys.exit(list_all(settings_of(options)))


@cli.command()
@common
def doctor(**options: Any) -> None:
    """Try what a build needs on this machine and say what each part answered."""
    from pipeline.cli.upkeep import doctor as run

    sys.exit(run(settings_of(options)))


@cli.command()
@click.option("--max-size", default=None, help="Bytes to keep at most, for example 20G.")
@click.option("--max-age", type=float, default=None, help="Days since last use.")
@click.option("--verify", is_flag=True, help="Hash everything anew and set aside what is damaged.")
@common
def gc(max_size: str | None, max_age: float | None, verify: bool, **options: Any) -> None:  # noqa: FBT001
    """Free space in the store: what was not used for longest goes first."""
    from pipeline.cli.upkeep import gc as run

    sys.exit(run(settings_of(options), max_size, max_age, verify="yes" if verify else "no"))


@cli.command()
@common
def release(**options: Any) -> None:
    """Write the working manifest to manifests/<release>.json, to be committed, after hashing its archives."""
    from pipeline.cli.upkeep import release as run

    sys.exit(run(settings_of(options)))


@cli.command()
@click.option("--write", is_flag=True, help="Write schemas/*.json; without it, say whether they are current.")
@common
def schemas(write: bool, **options: Any) -> None:  # noqa: FBT001
    """The JSON Schemas of recipes, toolchains, policies and manifests."""
    from pipeline.cli.upkeep import schemas as run

    sys.exit(run(settings_of(options), write="yes" if write else "no"))


def main() -> NoReturn:
    """Run the command line; every error ends here."""
    try:
        cli.main(standalone_mode=False)
        sys.exit(0)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(UsageError.exit_code)
    except SlimeError as error:
        _say(error)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        print("Interrupted. What is finished is kept.", file=sys.stderr)
        sys.exit(130)


def _say(error: SlimeError) -> None:
    """For people on standard error; for a program that asked for JSON on standard output besides."""
    print(f"error: {error.message} [{error.reason.value}]", file=sys.stderr)
    if error.hint:
        print("\n".join(f"  next: {line}" for line in error.hint.splitlines()), file=sys.stderr)
    if "--json" in sys.argv[1:]:
        line = {"event": "error", "reason": error.reason.value, "message": error.message, "hint": error.hint}
        print(json.dumps({**line, "status": error.exit_code}), flush=True)
