"""What a test run says last, here and in the file that `.ci/run` prints at its end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = """\
import pytest

@pytest.mark.skipif(True, reason="there is no daemon")
@pytest.mark.parametrize("number", [1, 2])
def test_skipped(number): pass

def test_passed(): pass

def test_skips(): pytest.skip("not built")
"""


@pytest.mark.parametrize(
    ("more", "counts"), [("", "1 passed, 3 skipped"), ("def test_fails(): assert 0\n", "1 failed, 1 passed, 3 skipped")]
)
def test_what_did_not_run_is_said_with_the_reason(tmp_path: Path, more: str, counts: str) -> None:
    (tmp_path / "test_it.py").write_text(TESTS + more, "utf-8")
    summary = tmp_path / "summary"
    summary.write_text("earlier\n", "utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.conftest",
            "-p",
            "no:cacheprovider",
            "-c",
            "/dev/null",
            "test_it.py",
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT), "SLIMEPYTHON_TEST_SUMMARY": str(summary)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == bool("failed" in counts), done.stdout
    reasons = ["1 test: not built", "2 tests: there is no daemon"]
    assert done.stdout.partition("= not run here =")[2].splitlines()[1:3] == reasons
    assert summary.read_text("utf-8").splitlines() == [
        "earlier", f"test_it.py: {counts}", *(f"  not run: {reason}" for reason in reasons)
    ]  # fmt: skip
