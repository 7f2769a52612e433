"""CPython's own tests, a chosen subset, on every target of Full; docs/conformance.md has the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.acceptance.cpython_suite import Known, known_failures, listed, with_tests
from tests.acceptance.programs import ARM, WASM, X86, Program, Programs

CHOSEN: dict[str, dict[str, list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "suite_subset.yaml").read_text("utf-8")
)
WINDOWS = {"test_asyncio.test_windows_events", "test_asyncio.test_windows_utils"}
"""Files of the package test_asyncio that are about another system."""


@pytest.mark.parametrize("target", [X86, ARM, WASM], ids=["x86_64", "aarch64", "wasm"])
def test_a_chosen_subset_passes(programs: Programs, cpython_tests: Path, tmp_path: Path, target: str) -> None:
    chosen = CHOSEN["files"][target]
    # A file's name alone would be taken for that of a test in any file.
    ignored = [word for known in known_failures(target) if "." in known.test for word in ("--ignore", known.test)]
    how = ["-j2", "-ucurses"] if target == X86 else ["--single-process"]
    whole = with_tests(programs("cpython", target), cpython_tests, tmp_path / "python")
    lists = _passed(whole, tmp_path, *how, *ignored, *chosen)
    # A file that is skipped as a whole proves nothing, and has no place in the subset.
    assert set(lists.pop("skipped", [])) == (WINDOWS if "test_asyncio" in chosen else set())
    assert not lists, "files failed, or had no test that ran"


def test_processes_under_the_emulator(programs: Programs, cpython_tests: Path, tmp_path: Path) -> None:
    """The tests of what processes share, in each way to start one: the files as a whole would take an hour."""
    chosen = CHOSEN["processes"]
    whole = with_tests(programs("cpython", ARM), cpython_tests, tmp_path / "python")
    patterns = [word for pattern in chosen["tests"] for word in ("--match", pattern)]
    assert not _passed(whole, tmp_path, "--single-process", *patterns, *chosen["files"])


def _passed(whole: Program, scratch: Path, *arguments: str) -> dict[str, list[str]]:
    """Runs them; the lists of files that were skipped, or worse."""
    # A guest of wasm has no folder of this machine but those it is given.
    folder = "/tmp" if whole.artifact.target == WASM else str(scratch)
    ran = whole.run("-m", "test", "--timeout=900", *arguments, env={"TMPDIR": folder})
    text = (ran.out + ran.err).decode("utf-8", "replace")
    assert ran.status == 0, text[-8000:]
    assert "Result: SUCCESS" in text
    return listed(text)


def test_what_is_known_to_fail_is_said_with_a_cause() -> None:
    for target in (X86, ARM, WASM):
        known = known_failures(target)
        assert all(item.cause.strip() and item.test.startswith("test") for item in known)
        assert len({item.test for item in known}) == len(known)


def test_a_pattern_is_a_tests_whole_name() -> None:
    known = Known("test.test_x.*.test_y", "because")
    assert known.matches("test.test_x.Case.test_y")
    assert not known.matches("test.test_xx.Case.test_y")
    assert known.holds(X86, "root")
    assert not Known("test_x", "because", targets=(ARM,)).holds(X86, "root")
