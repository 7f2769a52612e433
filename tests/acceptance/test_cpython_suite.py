"""CPython's own tests, a chosen subset, on every target of Full; docs/conformance.md has the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.acceptance.cpython_suite import Known, known_failures, listed, with_tests
from tests.acceptance.programs import ARM, WASM, X86, Programs

SUBSET: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "suite_subset.yaml").read_text("utf-8"))
WINDOWS = {"test_asyncio.test_windows_events", "test_asyncio.test_windows_utils"}
"""Files of the package test_asyncio that are about another system."""


@pytest.mark.parametrize("target", [X86, ARM, WASM], ids=["x86_64", "aarch64", "wasm"])
def test_a_chosen_subset_passes(programs: Programs, cpython_tests: Path, tmp_path: Path, target: str) -> None:
    chosen = SUBSET[target]
    whole = with_tests(programs("cpython", target), cpython_tests, tmp_path / "python")
    # A file's name alone would be taken for that of a test in any file.
    ignored = [word for known in known_failures(target) if "." in known.test for word in ("--ignore", known.test)]
    how = ["-j2", "-ucurses"] if target == X86 else ["--single-process"]
    # A guest of wasm has no folder of this machine but those it is given.
    scratch = "/tmp" if target == WASM else str(tmp_path)
    ran = whole.run("-m", "test", "--timeout=900", *how, *ignored, *chosen, env={"TMPDIR": scratch})
    text = (ran.out + ran.err).decode("utf-8", "replace")
    assert ran.status == 0, text[-8000:]
    assert "Result: SUCCESS" in text
    # A file that is skipped as a whole proves nothing, and has no place in the subset.
    lists = listed(text)
    assert set(lists.pop("skipped", [])) == (WINDOWS if "test_asyncio" in chosen else set())
    assert not lists, "files failed, or had no test that ran"


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
