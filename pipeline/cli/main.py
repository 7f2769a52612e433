"""`python -m pipeline …`: the commands, and the one place where an error becomes an exit status."""

from __future__ import annotations

import os
import select
import sys
from functools import partial
from typing import NoReturn

import click

from pipeline.cli.nextstep import pasteable, program
from pipeline.cli.options import command
from pipeline.cli.output import Output
from pipeline.cli.settings import Settings
from pipeline.errors import SlimeError, UsageError, UsageReason

_EPILOG = """Every command has --help with examples of its own, and takes --json, --engine, --jobs, --target and
--keep-going; one that has no meaning for a command changes nothing.

Exit status: 0 done, 2 wrong command line, 3 wrong definition, 4 an input cannot be fetched,
5 locking failed, 6 store, 7 no sandbox, 8 a build failed, 9 an artifact breaks its policy, 10 publishing
failed, 11 not what was released, 130 interrupted. The cache is $SLIMEPYTHON_CACHE, else the user's cache folder."""

_SELECTORS = "[NAME[==VERSION][@TARGET]]…"
_BROKEN_PIPE = 141
"""128 + SIGPIPE, as a shell reports a program that nobody reads any more."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=_EPILOG)
def cli() -> None:
    """Build optimised, probed, reproducible Python interpreters from declarative recipes.

    Recipes are folders in recipes/, what a release holds is listed in release.yaml. NAME==VERSION@TARGET
    names one build: `cpython@x86_64` is the recipe's first version for one target, `cpython` that for all targets.
    """


_command = partial(command, cli)


@_command(
    "targets", "keep_going", "engine", "jobs", "verbose",
    examples={
        "": "the whole release, what `nox -s build-full` runs",
        "cpython@x86_64": "one recipe for one target, with all it needs",
        "--target wasm --keep-going": "what the release holds for one target, all that can be built of it",
        "--require-released": "the whole release, which must be equal to the committed one",
    },
)  # fmt: skip
@click.argument("names", nargs=-1, metavar=_SELECTORS)
@click.option("--require-released", is_flag=True, help="Fail (status 11) if an archive is not the released one.")
def build(settings: Settings, names: tuple[str, ...], require_released: bool) -> int:  # noqa: FBT001
    """Build, probe and publish.

    Without a name: everything in release.yaml, most wanted first. Each artifact is put into artifacts/ and
    artifacts/manifest.json the moment its probes pass. What was built before and has not changed comes from the
    store; an interrupted build goes on where it was. The table says of each how it stands to the released manifest.
    """
    from pipeline.cli.app import session
    from pipeline.cli.build import build as run

    with session(settings) as app:
        return run(app, app.select(names), require_released="yes" if require_released else "no")


@_command(
    "targets", "keep_going", "engine", "jobs", "verbose",
    examples={
        "": "a new profile for the first version of cpython",
        "cpython==3.13.15": "for another version, after its entry in recipe.yaml",
    },
)  # fmt: skip
@click.argument("name", default="cpython", metavar="[NAME[==VERSION]]")
def train(settings: Settings, name: str) -> int:
    """Record the profile of a recipe anew.

    Runs its instrumented build and its workloads, and puts the merged profile beside the recipe. That of one
    version is recipes/NAME/profile/VERSION.profdata, an input of every later build for every target: commit it.
    Needed when the version, the patches or the workloads change.
    """
    from pipeline.cli.app import session
    from pipeline.cli.train import train as run

    with session(settings) as app:
        return run(app, name)


@_command(
    "targets", "keep_going",
    examples={
        "": "all toolchains, to the packages of today",
        "llvm-22": "one of them, after a change to toolchains/llvm-22.yaml",
        "--target wasm --keep-going": "those that builds for one target use, as many as can be",
        "llvm-22 --allow-older": "back to what a mirror of an earlier day has",
    },
)  # fmt: skip
@click.argument("names", nargs=-1, metavar="[TOOLCHAIN]…")
@click.option("--allow-older", is_flag=True, help="Take an index that is older than the newest lock of its suite.")
def lock(settings: Settings, names: tuple[str, ...], *, allow_older: bool) -> int:
    """Pin toolchains to exact packages.

    Verifies the archive's signatures, resolves, writes toolchains/*.lock.json. What a build reads is in the lock,
    so everything built with a toolchain whose packages moved is built again.
    """
    from pipeline.cli.lock import lock as run

    return run(settings, names, older=allow_older)


@_command(
    "targets", "keep_going", "engine", "jobs", "verbose",
    examples={
        "cpython@x86_64": "the facts of what one build publishes",
        "--json --keep-going": "one object per artifact of the release, also after a failure",
    },
)  # fmt: skip
@click.argument("names", nargs=-1, metavar=_SELECTORS)
def probe(settings: Settings, names: tuple[str, ...]) -> int:
    """Show what is known of built artifacts.

    They are opened and run; the facts are printed as JSON, with every violation of their policies. Builds what is
    not built yet, publishes nothing. Facts of unchanged artifacts come from the store.
    """
    from pipeline.cli.app import session
    from pipeline.cli.inspect import probe as run

    with session(settings) as app:
        return run(app, app.select(names))


@_command(
    "targets",
    examples={
        "": "what is new since the last build of the release",
        "cpython@x86_64": "why one build would run again",
    },
)
@click.argument("names", nargs=-1, metavar=_SELECTORS)
def explain(settings: Settings, names: tuple[str, ...]) -> int:
    """Say what a build would run now, and why.

    Names every action whose result is not in the store, and what changed in its key. Runs nothing. Without a name:
    of the whole release.
    """
    from pipeline.cli.app import session
    from pipeline.cli.explain import explain as run

    with session(settings) as app:
        return run(app, app.select(names))


@_command(
    "targets", "engine", "jobs", "verbose",
    examples={
        "cpython@x86_64": "the failed tree, or a fresh one",
        "--train cpython": "the same in the instrumented build",
    },
)  # fmt: skip
@click.argument("name", metavar="NAME[==VERSION][@TARGET]")
@click.option("--train", is_flag=True, help="In the recipe's instrumented build.")
def shell(settings: Settings, name: str, train: bool) -> int:  # noqa: FBT001
    """Open a shell in a build's sandbox.

    It is in the failed tree if the build failed, else in a fresh one; what the build needs is built first. Its
    steps are in /steps; nothing done there reaches the store. The exit status is the shell's.
    """
    from pipeline.cli.app import session
    from pipeline.cli.inspect import shell as run
    from pipeline.ui.screen import JsonScreen, PlainScreen

    # No live screen: it would read the keys that are meant for the shell.
    with session(settings, JsonScreen() if settings.json else PlainScreen(verbose=settings.verbose)) as app:
        return run(app, name, training="yes" if train else "no")


@_command("targets", name="list", examples={"": "everything", "--target wasm --json": "one target, for a program"})
def list_(settings: Settings) -> int:
    """List what can be built.

    Recipes, versions, targets, and what the release holds.
    """
    from pipeline.cli.inspect import list_all

    return list_all(settings)


@_command("engine", "jobs", examples={"": "everything", "--engine docker": "will Docker do?"})
def doctor(settings: Settings) -> int:
    """Try what a build needs on this machine.

    Says what each part answered. The exit status is 7 if no build could run.
    """
    from pipeline.cli.upkeep import doctor as run

    return run(settings)


@_command(
    examples={
        "--max-size 20G": "least recently used first, until 20 GB are left",
        "--max-age 30": "what was not used for 30 days",
        "--verify": "look for damage; what is damaged counts as not built",
    },
)
@click.option("--max-size", default=None, help="Bytes to keep at most, for example 20G.")
@click.option("--max-age", type=float, default=None, help="Days since last use.")
@click.option("--verify", is_flag=True, help="Hash everything anew and set aside what is damaged.")
def gc(settings: Settings, max_size: str | None, max_age: float | None, verify: bool) -> int:  # noqa: FBT001
    """Free space in the store, or verify it.

    What was not used for longest goes first. Archives that no manifest names go with it. Refuses to run beside a
    build.
    """
    from pipeline.cli.upkeep import gc as run

    return run(settings, max_size, max_age, verify="yes" if verify else "no")


@_command(examples={"": "after build-full, before the commit"})
def release(settings: Settings) -> int:
    """Write the released manifest.

    Hashes every archive of the working manifest anew and writes it to manifests/<release>.json, to be committed.
    """
    from pipeline.cli.upkeep import release as run

    return run(settings)


@_command(examples={"": "are they current?", "--write": "after a change to pipeline/model"})
@click.option("--write", is_flag=True, help="Write schemas/*.json; without it, say whether they are current.")
def schemas(settings: Settings, write: bool) -> int:  # noqa: FBT001
    """Check or write the JSON Schemas.

    Those of recipes, toolchains, policies and manifests, for editors and for other programs.
    """
    from pipeline.cli.upkeep import schemas as run

    return run(settings, write="yes" if write else "no")


def main() -> NoReturn:
    """Run the command line; every error ends here."""
    try:
        status = _run()
        # Now, while what becomes of it can still be told.
        sys.stdout.flush()
    except BrokenPipeError:
        if not any(_is_unread(number) for number in (1, 2)):
            raise  # another pipe than those that a reader like `head` left
        # What is still in Python's buffers has to go somewhere when it exits.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        status = _BROKEN_PIPE
    sys.exit(status)


def _run() -> int:
    # Not click's own `main`, which has a way with broken pipes and interrupts that is not ours.
    try:
        with cli.make_context(program(), sys.argv[1:]) as context:
            return int(cli.invoke(context))
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return _end(UsageError.exit_code, UsageReason.BAD_OPTION.value, error.format_message())
    except SlimeError as error:
        hint = pasteable(error.hint)
        reason = f" [{error.reason.value}]"
        # A message of several problems says the reason of each.
        print(f"error: {error.message.removesuffix(reason)}{reason}", file=sys.stderr)
        if hint:
            print("\n".join(f"  next: {line}" for line in hint.splitlines()), file=sys.stderr)
        return _end(error.exit_code, error.reason.value, error.message, hint)
    except KeyboardInterrupt:
        print("Interrupted. What is finished is kept.", file=sys.stderr)
        return _end(130)


def _end(status: int, reason: str = "", message: str = "", hint: str = "") -> int:
    """For a program that asked for JSON: the error, if it is one, and the summary that every stream ends with."""
    if "--json" in sys.argv[1:]:
        output = Output(json=True, people=sys.stderr)
        if reason:
            output.say("", "error", reason=reason, message=message, hint=hint, status=status)
        output.end(status, "")
    return status


def _is_unread(number: int) -> bool:
    poller = select.poll()
    poller.register(number, 0)
    return any(events & select.POLLERR for _, events in poller.poll(0))
