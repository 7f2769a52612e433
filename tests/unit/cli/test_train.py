"""`train`: a profile from the store into the recipe's folder, and the committed profiles."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from pipeline.load.project import load_project
from tests.unit.cli.command import ROOT, run

CPYTHON = ROOT / "recipes" / "cpython"


def test_the_profile_is_put_beside_the_recipe(stored: Path) -> None:
    ran = run(stored, "train", "app")
    assert ran.status == 0
    folder = stored / "recipes" / "app" / "profile"
    assert (folder / "1.0.profdata").read_text("utf-8") == "counters"
    assert json.loads((folder / "1.0.json").read_text("utf-8"))["functions"] == 21
    assert "wrote recipes/app/profile/1.0.profdata (8 bytes)" in ran.err
    assert "The profile of 21 functions" in ran.err
    assert "under recipe.profile" in ran.err
    assert "-m pipeline probe app==1.0" in ran.err


def test_programs_are_told_what_was_written_and_of_how_much_the_profile_speaks(stored: Path) -> None:
    ran = run(stored, "train", "app", "--json")
    assert ran.summary["profile"] == {"functions": 21, "version": "1.0"}
    wrote = [event["path"] for event in ran.events if event["event"] == "wrote"]
    assert wrote == ["recipes/app/profile/1.0.json", "recipes/app/profile/1.0.profdata"]


@pytest.mark.parametrize("arguments", [("app@wasm",), ("app", "--target", "wasm")])
def test_a_target_that_is_not_trained_on(project: Path, arguments: tuple[str, ...]) -> None:
    ran = run(project, "train", *arguments)
    assert ran.status == 2
    assert "app is trained on x86_64-unknown-linux-gnu only" in ran.err
    assert "-m pipeline train app==1.0" in ran.err


def test_a_recipe_without_training(project: Path) -> None:
    ran = run(project, "train", "lib")
    assert ran.status == 2
    assert "recipes that can be trained: app" in ran.err


def test_an_input_that_cannot_be_had(project: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    ran = run(project, "train", "app", "--json", SLIMEPYTHON_DEBIAN_MIRROR=nowhere, HTTPS_PROXY=nowhere)
    assert (ran.status, ran.summary["status"]) == (4, 4)


@pytest.mark.parametrize("version", [item.version for item in load_project(ROOT).recipes["cpython"].versions])
def test_a_committed_profile_is_what_its_description_says(version: str) -> None:
    """As recipes/cpython/train/describe.py wrote it: of this profile, trained on these files."""
    about = json.loads((CPYTHON / "profile" / f"{version}.json").read_text("utf-8"))
    assert about["version"] == version
    profile = (CPYTHON / "profile" / f"{version}.profdata").read_bytes()
    assert about["profile_sha256"] == hashlib.sha256(profile).hexdigest()
    files = hashlib.sha256()
    for path in sorted(item for item in (CPYTHON / "train").iterdir() if item.is_file()):
        files.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    assert about["train_files_sha256"] == files.hexdigest(), "the workloads changed: nox -s train"


def test_no_profile_is_left_of_a_version_that_is_gone() -> None:
    versions = {item.version for item in load_project(ROOT).recipes["cpython"].versions}
    assert {path.stem for path in (CPYTHON / "profile").iterdir()} == versions
