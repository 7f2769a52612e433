"""The harness's command line: one command for each thing that is measured, side by side, in one run."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from harness import bitexact, corpus, results
from harness.corpus import CorpusError
from harness.needs import NEEDS, released, working
from harness.reference import NoReferenceError, references
from harness.results import NoTruthError, NotTheSameError, Recording
from harness.runners import NoReleaseError, Runner, runners
from slimepython.errors import SlimePythonError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 1 if what must hold does not."""
    options = _parser().parse_args(argv)
    status: int = options.run(options)
    return status


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m harness", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for name, run, text in (
        ("bit-exact", _bit_exact, "every script on every tier and target against a reference, byte by byte"),
        ("expect", _expect, "write down what the reference gives for each script"),
        ("speed", _speed, "workloads on every tier against the reference, and start-up"),
        ("amortize", _amortize, "one process that does its work once, ten times … a million times"),
        ("route", _route, "every script through the router: decisions, misroutes, share sent to Light, time"),
        ("adaptive", _adaptive, "hot scripts again and again through the adaptive router's choice"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        command.add_argument(
            "--release", type=Path, default=results.RELEASE, metavar="DIR", help="where manifest.json is"
        )
        command.add_argument(
            "--reference", type=Path, action="append", default=[], metavar="PATH", help="a CPython to compare with"
        )
        command.add_argument("--folder", action="append", choices=corpus.FOLDERS, help="only these folders")
        command.add_argument("--only", metavar="TEXT", help="only runners whose name has TEXT (and references)")
        command.add_argument("--jobs", type=int, default=2, help="how many scripts at once (bit-exact, route)")
        command.add_argument("--rounds", type=int, default=5, help="how often everything is measured")
        command.add_argument("--budget-ms", type=float, default=100, help="what Light may take (adaptive)")
    for name, run, text in (
        ("matrix", _matrix, "write docs/tiers.md from the release's own results"),
        ("results", _results, "of what each result is, and whether it is stale"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        command.add_argument("--measured", action="store_true", help="what was measured here, beside --release")
        command.add_argument(
            "--release", type=Path, default=results.RELEASE, metavar="DIR", help="where manifest.json is"
        )
    text = "take what was measured here as the release's own results"
    command = commands.add_parser("keep", help=text, description=text)
    command.set_defaults(run=_keep)
    command.add_argument("what", nargs="+", choices=list(NEEDS))
    return top


def say(message: str) -> None:
    """Progress, on stderr."""
    print(message, file=sys.stderr)


def _recording(name: str, options: argparse.Namespace) -> Recording:
    return results.begin(name, options.release, whole=not options.folder and not options.only)


def _compared(options: argparse.Namespace, *, optimised: bool = False) -> list[Runner]:
    """References first. Without one of the release's version, its own Full interpreter is the baseline."""
    found: list[Runner] = [item for item in runners(options.release, say) if (options.only or "") in item.name]
    other: list[Runner] = list(references(options.reference, say, optimised=optimised))
    full = [item.version for item in found if item.tier == "full"]
    same = [item for item in other if any(results.same_line(item.version, version) for version in full)]
    for item in same:
        if note := results.patch_note(item.version, full):
            say(note)
    if not same:
        say("no CPython of the release's version was found: its own Full interpreter is the baseline (--reference)")
        baseline = [item for item in found if item.name == "full x86_64"]
        return [*baseline, *other, *(item for item in found if item not in baseline)]
    return [*same, *(item for item in other if item not in same), *found]


def _bit_exact(options: argparse.Namespace) -> int:
    recording, compared = _recording("bit-exact", options), _compared(options)
    folders = options.folder or corpus.FOLDERS
    scripts = corpus.load(folders)
    rows = bitexact.run_all(scripts, compared, options.jobs, say)
    document = bitexact.document(rows, compared)
    for made in bitexact.tables(document, scripts):
        results.console().print(made)
    say(results.where(recording.write(document, results.archives(compared)), recording.name))
    wrong = [
        item["script"]
        for item in document["scripts"]
        if item["compared"] and item["runs"].get("full x86_64", {}).get("differs")
    ]
    return 1 if wrong or bitexact.wrong_marks(document, scripts) else 0


def _expect(options: argparse.Namespace) -> int:
    (reference, *_) = references(options.reference, say)
    return 1 if bitexact.expect(corpus.load(options.folder or corpus.FOLDERS), reference, say) else 0


def _speed(options: argparse.Namespace) -> int:
    from harness import speed

    recording = _recording("speed", options)
    return speed.main(_compared(options, optimised=True), options.rounds, recording, say)


def _amortize(options: argparse.Namespace) -> int:
    from harness import amortize

    recording = _recording("amortize", options)
    return amortize.main(_compared(options, optimised=True), options.rounds, recording, say)


def _route(options: argparse.Namespace) -> int:
    from harness import route

    return route.main(options.folder or corpus.FOLDERS, options.jobs, _recording("route", options), say)


def _adaptive(options: argparse.Namespace) -> int:
    from harness import adaptive

    recording = _recording("adaptive", options)
    return adaptive.main(runners(options.release, say), options.budget_ms / 1000, recording, say)


def _matrix(options: argparse.Namespace) -> int:
    from harness import matrix

    if options.measured:
        return matrix.measured(working(options.release), say)
    return matrix.main(say)


def _results(options: argparse.Namespace) -> int:
    from harness import summary

    if options.measured:
        return summary.main(results.MEASURED, working(options.release))
    return summary.main(results.KEPT, released())


def _keep(options: argparse.Namespace) -> int:
    from harness import keep

    return keep.main(options.what, say)


def run(argv: Sequence[str] | None = None) -> int:
    """`main`, with what went wrong said in a line and what to do about it in another."""
    try:
        return main(argv)
    except SlimePythonError as error:
        say(f"error: {error.message}" + (f"\n  next: {error.hint}" if error.hint else ""))
        return error.exit_code
    except (CorpusError, NoReferenceError, NoReleaseError, NoTruthError, NotTheSameError) as error:
        say(f"error: {error}")
        return 1
    except subprocess.CalledProcessError as error:
        say(f"error: {error}\n{error.stderr or ''}")
        return 1
    except KeyboardInterrupt:
        say("interrupted: nothing was kept")
        return 130


if __name__ == "__main__":
    sys.exit(run())
