"""CPython's whole test suite on Full for x86_64, compared with known_failures.yaml.

No network but loopback, a home and /tmp of its own, and no privileges (`--as-root`: with them). It ends with status 1
if anything fails that is not known, or if something known passes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.cli.app import session
from pipeline.cli.settings import Settings
from pipeline.publish.publisher import read_file
from tests.acceptance.cpython_suite import (
    HOME,
    UID,
    Known,
    Results,
    apart,
    known_failures,
    results,
    source_of_tests,
    with_tests,
)
from tests.acceptance.programs import ARTIFACTS, X86, Program, Programs
from tests.integration.toolchains import ROOT, Toolchains

RESOURCES = "-uall,-network,-urlfetch,-gui,-audio,-extralargefile,-walltime"
SECONDS = 1200
"""For one test file."""


def main(arguments: Iterable[str] | None = None) -> int:
    """Run it; 0 if it gave what is known."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.whole_suite", description=__doc__)
    parser.add_argument("tests", nargs="*", help="test files, by default all")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--as-root", action="store_true", help="run the tests as root (needs root)")
    parser.add_argument("--keep", type=Path, help="a folder for the log and the JUnit file")
    parser.add_argument("--read", type=Path, help="run nothing: compare what --keep has kept")
    options = parser.parse_args(None if arguments is None else list(arguments))
    user = "root" if options.as_root else "user"
    if options.read is not None:
        return _report(options.read, user, whole=not options.tests)
    with tempfile.TemporaryDirectory(prefix="suite-", ignore_cleanup_errors=True) as scratch:
        kept = options.keep or Path(scratch)
        kept.mkdir(parents=True, exist_ok=True)
        with _prepared(Path(scratch), user) as (program, work):
            # Two names for one test file would hide whether it was run.
            command = ["-m", "test", RESOURCES, f"-j{options.jobs}", "-W", f"--timeout={SECONDS}"]
            command += ["--junit-xml", f"{HOME}/junit.xml", *options.tests]
            _run(apart(program.artifact, work, owner=os.geteuid(), user=user, command=command), kept / "log.txt")
            shutil.copyfile(work / "home" / "junit.xml", kept / "junit.xml")
        return _report(kept, user, whole=not options.tests)


@contextmanager
def _prepared(scratch: Path, user: str) -> Iterator[tuple[Program, Path]]:
    """The interpreter with its tests in scratch/work/python, owned by whoever will run them."""
    work = scratch / "work"
    for name in ("home", "tmp"):
        (work / name).mkdir(parents=True)
    with session(Settings(root=ROOT)) as app:
        programs = Programs(read_file(ARTIFACTS / "manifest.json"), Toolchains(app), scratch)
        program = programs("cpython", X86)
        copy = with_tests(program, source_of_tests(app, program.artifact.version), work / "python")
    if os.geteuid() == 0 and user == "user":
        scratch.chmod(0o755)
        for path in (work, *work.rglob("*")):
            os.chown(path, UID, UID, follow_symlinks=False)
    yield copy, work


def _run(command: list[str], log: Path) -> None:
    """Run it with its output on the screen and in a log."""
    with log.open("wb") as stream:
        running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert running.stdout is not None
        for line in running.stdout:
            stream.write(line)
            sys.stdout.buffer.write(line)
            sys.stdout.flush()
        running.wait()


def _report(folder: Path, user: str, *, whole: bool) -> int:
    """Say what was found, against what is known."""
    found = results(folder / "junit.xml", (folder / "log.txt").read_text("utf-8", "replace"))
    known = known_failures(X86, user)
    unknown = [test for test in found.failures if not any(item.matches(test) for item in known)]
    passing = [item.test for item in known if whole and not item.sometimes and not _failed(item, found)]
    print("\n== against what is known ==")
    print("test files:", ", ".join(f"{number} {kind}" for kind, number in found.files.items()))
    print("tests:", ", ".join(f"{number} {kind}" for kind, number in found.tests.items()))
    print(f"failures: {len(found.failures)}, of which {len(found.failures) - len(unknown)} are known")
    for name, tests in (("not known", unknown), ("known, and passing", passing)):
        print(f"{name}:", *(tests or ["none"]), sep="\n  ")
    return 1 if unknown or passing else 0


def _failed(item: Known, found: Results) -> bool:
    return any(item.matches(test) for test in found.failures)


if __name__ == "__main__":
    sys.exit(main())
