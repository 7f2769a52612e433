"""pipeline.load.builds: what a plan would stumble over is refused when it is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.load.problems import LoadReason
from pipeline.load.project import load_project
from tests.unit.load.refused import at, problems, told
from tests.unit.miniproject import WASM, X86, recipe, write

RECIPE = "recipes/a/recipe.yaml"
STEP = {"name": "make", "run": "make\n"}
ARTIFACT = {"name": "tool", "kind": "interpreter", "path": "out", "policy": "interpreter"}
TWO = [{"version": "2.0"}, {"version": "1.0"}]


@pytest.mark.parametrize(
    ("changes", "text", "reason", "said"),
    [
        ({"dependencies": ["lib"]}, "lib", LoadReason.UNKNOWN_REFERENCE, f"lib is needed for {WASM}"),
        ({"native": ["far"]}, "far", LoadReason.UNKNOWN_REFERENCE, f"far is needed for {X86}"),
        (
            {"dependencies": [{"name": "far"}, {"name": "lib", "targets": [WASM]}], "targets": [WASM]},
            "name: lib",
            LoadReason.UNKNOWN_REFERENCE,
            f"lib is needed for {WASM}",
        ),
        ({"dependencies": ["all", {"name": "all", "targets": [X86]}]}, "name: all", LoadReason.DUPLICATE_NAME, "twice"),
        ({"steps": [{**STEP, "targets": [X86]}]}, "steps:", LoadReason.UNCOVERED, f"version 1.0 on {WASM}"),
        ({"steps": [{**STEP, "versions": "<2"}], "versions": TWO}, "steps:", LoadReason.UNCOVERED, "version 2.0 on"),
        (
            {"train": {"target": X86, "steps": [{**STEP, "targets": [WASM]}]}},
            "- name: make",
            LoadReason.UNCOVERED,
            "no step of the training holds for version 1.0",
        ),
    ],
)
def test_what_cannot_be_built(
    tmp_path: Path, changes: dict[str, Any], text: str, reason: LoadReason, said: str
) -> None:
    a = recipe("a", **changes)
    root = write(tmp_path, [a, recipe("lib", targets=[X86]), recipe("far", targets=[WASM]), recipe("all")])
    found = problems(root)[0]
    assert found.reason is reason
    assert said in found.message
    if not text.startswith("- "):
        assert f"{found.file}:{found.line}:{found.column}" == at(root, RECIPE, text)


def test_a_dependency_limited_to_what_it_is_built_for(tmp_path: Path) -> None:
    limited = [{"name": "lib", "targets": [X86]}]
    load_project(write(tmp_path, [recipe("a", dependencies=limited), recipe("lib", targets=[X86])]))


def test_the_mend_of_a_dependency_is_named(tmp_path: Path) -> None:
    (found,) = problems(write(tmp_path, [recipe("a", dependencies=["lib"]), recipe("lib", targets=[X86])]))
    assert "recipes/lib/recipe.yaml" in found.hint


def test_one_recipe_twice_for_different_versions(tmp_path: Path) -> None:
    dependencies = [
        {"name": "lib", "version": "1.0", "versions": "<2"},
        {"name": "lib", "version": "2.0", "versions": ">=2"},
    ]
    load_project(write(tmp_path, [recipe("a", versions=TWO, dependencies=dependencies), recipe("lib", versions=TWO)]))


def test_two_artifacts_of_one_folder(tmp_path: Path) -> None:
    root = write(tmp_path, [recipe("a", artifacts=[ARTIFACT, {**ARTIFACT, "name": "too"}])])
    (found,) = problems(root)
    assert found.reason is LoadReason.DUPLICATE_OUTPUT
    assert "'out' of 1.0" in found.message


def test_two_builds_of_one_name(tmp_path: Path) -> None:
    """`a-1` at 2.0 and `a` at 1-2.0: names and versions hold dashes, and a dash joins them."""
    versions = [{"version": "1-2"}]
    root = write(tmp_path, [recipe("a", versions=versions), recipe("a-1", versions=[{"version": "2"}])])
    assert told(root) == [(at(root, "recipes/a-1/recipe.yaml", "version: '2'"), LoadReason.DUPLICATE_NAME)]


def test_two_archives_of_one_name(tmp_path: Path) -> None:
    one = recipe("a", versions=[{"version": "1-2"}], artifacts=[ARTIFACT])
    other = recipe("b", versions=[{"version": "2"}], artifacts=[{**ARTIFACT, "name": "tool-1"}])
    root = write(tmp_path, [one, other])
    assert told(root) == [(at(root, "recipes/b/recipe.yaml", "name: tool-1"), LoadReason.DUPLICATE_OUTPUT)]


@pytest.mark.parametrize("targets", [[WASM], None])
def test_a_twin_that_there_is_not(tmp_path: Path, targets: list[str] | None) -> None:
    """A cross build is compared with the native one: there must be one."""
    artifact = {**ARTIFACT, "twin": True, **({} if targets is None else {"targets": targets})}
    root = write(tmp_path, [recipe("a", artifacts=[artifact], targets=[WASM] if targets is None else [X86, WASM])])
    (found,) = problems(root)
    assert f"{found.file}:{found.line}:{found.column}" == at(root, RECIPE, "twin:")
    assert found.reason is LoadReason.UNKNOWN_REFERENCE
    assert "take `twin` away" in found.hint
