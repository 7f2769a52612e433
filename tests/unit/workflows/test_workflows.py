"""The workflows: every action pinned by commit, every job bounded, nothing that may write to the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

WORKFLOWS = sorted((Path(__file__).parents[3] / ".github" / "workflows").glob("*.yml"))
CI = yaml.safe_load(next(path for path in WORKFLOWS if path.name == "ci.yml").read_text("utf-8"))["jobs"]


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


def _scripts(job: str) -> list[str]:
    return [step["run"] for step in CI[job]["steps"] if "run" in step]


def test_each_sandbox_job_checks_the_engine_that_ran() -> None:
    """`auto` chose it, and the build itself says which it was."""
    builds = [script.splitlines() for script in _scripts("sandboxes") if "pipeline build" in script]
    assert len(builds) == 2
    for lines, restricted, engine in zip(builds, (1, 0), ("docker", "bubblewrap"), strict=True):
        assert f"kernel.apparmor_restrict_unprivileged_userns{')' if restricted else '='}" in lines[0]
        build, check = lines[-2:]
        file = build.rpartition("| tee ")[2]
        assert build == f"python -m pipeline build --json zlib@x86_64 | tee {file}"
        assert check == f"""jq --exit-status 'select(.event == "summary") | .engine == "{engine}"' {file}"""


def test_no_docker_test_is_skipped_where_docker_is() -> None:
    (step,) = [step for step in CI["sandboxes"]["steps"] if "tests/integration" in step.get("run", "")]
    assert step["env"] == {"DOCKER_HOST": "unix:///var/run/docker.sock"}


def test_what_was_released_is_required_of_every_job_that_builds_it() -> None:
    (step,) = [step for step in CI["build"]["steps"] if "-s build" in step.get("run", "")]
    assert step["run"] == 'python -m nox -s build -- ${RELEASED:+--require-released} "$SELECTOR"'
    assert step["env"]["RELEASED"] == "${{ matrix.released && 'yes' || '' }}"
    assert CI["build"]["strategy"]["matrix"] == {"include": "${{ fromJSON(needs.matrix.outputs.builds) }}"}


def test_acceptance_is_of_what_the_jobs_built() -> None:
    assert "build" in CI["acceptance"]["needs"]
    scripts = _scripts("acceptance")
    assert scripts[-1] == "python -m nox -s acceptance"
    (checked,) = [script for script in scripts if "pipeline -- release" in script]
    assert checked.splitlines() == [
        'cp "manifests/$RELEASE.json" artifacts/manifest.json',
        "python -m nox -s pipeline -- release",
        "git diff --exit-code -- manifests",
    ]
    (download,) = [step for step in CI["acceptance"]["steps"] if "download-artifact" in step.get("uses", "")]
    (upload,) = [step for step in CI["build"]["steps"] if "upload-artifact" in step.get("uses", "")]
    assert download["with"] == {"path": "artifacts", "merge-multiple": True}
    assert upload["with"]["path"].split() == ["artifacts/manifest.json", "artifacts/sha256/"]
    assert upload["with"]["if-no-files-found"] == "error"


def test_a_script_fails_with_any_of_its_commands() -> None:
    """A pipe's first program counts too: `shell: bash` is what makes GitHub run scripts with pipefail."""
    for path in WORKFLOWS:
        assert yaml.safe_load(path.read_text("utf-8"))["defaults"] == {"run": {"shell": "bash"}}
    for job in CI.values():
        assert "continue-on-error" not in job
        assert not any("continue-on-error" in step or "shell" in step for step in job["steps"])
