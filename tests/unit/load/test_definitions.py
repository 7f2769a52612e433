"""pipeline.load.definitions: each file alone; what is broken in one makes no noise about the others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.load.problems import LoadReason
from tests.unit.load.refused import told
from tests.unit.miniproject import WASM, X86, recipe, write

ARTIFACT = {"name": "tool", "kind": "interpreter", "path": "out", "policy": "interpreter"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    app = recipe("app", dependencies=["lib"], artifacts=[ARTIFACT])
    return write(tmp_path, [app, recipe("lib"), recipe("other", native=["lib"], dependencies=["lib"])])


@pytest.mark.parametrize(
    "file",
    [
        "recipes/lib/recipe.yaml",
        "toolchains/tools.yaml",
        f"toolchains/targets/{X86}.yaml",
        f"toolchains/targets/{WASM}.yaml",
        "policies/interpreter.yaml",
        "release.yaml",
    ],
)
def test_what_refers_to_a_broken_file_is_not_wrong(root: Path, file: str) -> None:
    (root / "release.yaml").write_text((root / "release.yaml").read_text().replace("- app", "- app@wasm"))
    (root / file).write_text("name: [")
    ((place, reason),) = told(root)
    assert (place.rpartition(":")[0].rpartition(":")[0], reason) == (file, LoadReason.SYNTAX)


def test_every_broken_file_is_told(root: Path) -> None:
    (root / "recipes" / "lib" / "recipe.yaml").write_text("name: [")
    (root / "recipes" / "app" / "recipe.yaml").write_text("{}")
    (root / "toolchains" / "tools.lock.json").write_text("{")
    (root / "release.yaml").unlink()
    found = told(root)
    assert {place.partition(":")[0] for place, _ in found} == {
        "recipes/app/recipe.yaml",
        "recipes/lib/recipe.yaml",
        "release.yaml",
        "toolchains/tools.lock.json",
    }
    assert ("release.yaml:1:1", LoadReason.MISSING_FILE) in found


def test_a_folder_without_a_recipe(root: Path) -> None:
    (root / "recipes" / "lib" / "recipe.yaml").rename(root / "recipes" / "lib" / "recipe.yml")
    assert told(root) == [("recipes/lib/recipe.yaml:1:1", LoadReason.MISSING_FILE)]


@pytest.mark.parametrize(
    "file", ["recipes/zlib.yaml", "policies/strict.yml", "toolchains/new.yml", "toolchains/targets/mips.yml"]
)
def test_a_definition_that_nothing_reads(root: Path, file: str) -> None:
    (root / file).write_text("{}")
    assert told(root) == [(f"{file}:1:1", LoadReason.MISPLACED)]


def test_a_recipes_folder_that_is_a_link(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "lib"
    (root / "recipes" / "lib").rename(elsewhere)
    (root / "recipes" / "lib").symlink_to(elsewhere)
    assert told(root) == [("recipes/lib/recipe.yaml:1:1", LoadReason.OUTSIDE)]


def test_a_recipes_folder_that_is_another_recipes(root: Path) -> None:
    (root / "recipes" / "copy").symlink_to("lib")
    found = told(root)
    assert [reason for _, reason in found] == [LoadReason.NAME_MISMATCH]
    assert found[0][0].startswith("recipes/copy/recipe.yaml:")


@pytest.mark.parametrize("file", ["recipes/lib/recipe.yaml", "policies/interpreter.yaml", "release.yaml"])
def test_a_definition_from_outside_or_that_is_a_fifo(root: Path, file: str) -> None:
    (root / file).unlink()
    (root / file).symlink_to("/etc/passwd")
    assert told(root) == [(f"{file}:1:1", LoadReason.OUTSIDE)]
    (root / file).unlink()
    os.mkfifo(root / file)
    assert told(root) == [(f"{file}:1:1", LoadReason.NOT_A_FILE)]
