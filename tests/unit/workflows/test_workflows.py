"""The workflows: every action pinned by commit, every job bounded, nothing that may write to the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

WORKFLOWS = sorted((Path(__file__).parents[3] / ".github" / "workflows").glob("*.yml"))


def _jobs() -> Iterator[Any]:
    for path in WORKFLOWS:
        for name, job in yaml.safe_load(path.read_text("utf-8"))["jobs"].items():
            yield pytest.param(job, id=f"{path.name}:{name}")


JOBS = list(_jobs())


def test_there_are_workflows() -> None:
    assert WORKFLOWS


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit_and_say_their_version(path: Path) -> None:
    used = [line for line in path.read_text("utf-8").splitlines() if re.match(r"\s*(- )?uses:", line)]
    assert used
    for line in used:
        assert re.search(r"uses: [\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_is_permitted_by_default(path: Path) -> None:
    assert yaml.safe_load(path.read_text("utf-8"))["permissions"] == {}


@pytest.mark.parametrize("job", JOBS)
def test_jobs_only_read_and_end(job: dict[str, Any]) -> None:
    assert job["permissions"] == {"contents": "read"}
    assert 0 < job["timeout-minutes"] <= 120
    assert job["runs-on"] != "ubuntu-latest"


@pytest.mark.parametrize("job", JOBS)
def test_no_untrusted_text_in_a_script(job: dict[str, Any]) -> None:
    """An expression inside `run` is pasted into the shell; it belongs into `env`."""
    for step in job["steps"]:
        assert "${{" not in step.get("run", "")
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False
