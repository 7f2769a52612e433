"""pipeline.load.files: what a recipe's globs match, and nothing from outside of `recipes/`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.load.files import named_files
from pipeline.load.problems import LoadReason
from pipeline.load.project import load_project
from pipeline.model.recipe import Recipe
from tests.unit.load.refused import at, problems, told
from tests.unit.miniproject import SHA, X86, recipe, write

RECIPE = "recipes/a/recipe.yaml"
SOURCE = {"urls": ["https://example.org/a.tar"], "sha256": SHA, "size": 1}


def patched(patch: str) -> dict[str, Any]:
    return {"versions": [{"version": "1.0", "sources": [{**SOURCE, "patches": [patch]}]}]}


def test_every_file_that_is_named_and_where() -> None:
    train = {"target": X86, "files": ["train/*.py"], "steps": [{"name": "t", "run": "x"}]}
    versions = [{"version": "1.0", "sources": [{**SOURCE, "patches": ["a.patch"]}], "files": ["1.0/x"]}]
    data = recipe("a", versions=versions, files=["*.sh"], crates={}, train=train)
    assert list(named_files(Recipe.model_validate_json(json.dumps(data)))) == [
        (("files", 0), "*.sh", False),
        (("versions", 0, "files", 0), "1.0/x", False),
        (("versions", 0, "sources", 0, "patches", 0), "a.patch", True),
        (("crates", "lock"), "Cargo.lock", True),
        (("train", "files", 0), "train/*.py", False),
    ]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"files": ["gone.sh"]}, "gone.sh"),
        ({"files": ["**x"]}, "'**x'"),
        ({"files": ["folder"]}, "folder"),
        ({"versions": [{"version": "1.0", "files": ["gone.sh"]}]}, "gone.sh"),
        ({"train": {"target": X86, "files": ["trian/*"], "steps": [{"name": "t", "run": "x"}]}}, "trian/*"),
        (patched("fix.patc"), "fix.patc"),
        (patched("*.patch"), "'*.patch'"),
        ({"crates": {"lock": "Cargo.*"}}, "lock: Cargo.*"),
    ],
)
def test_a_file_that_there_is_not(tmp_path: Path, changes: dict[str, Any], text: str) -> None:
    files = {f"recipes/a/{name}": "x" for name in ("folder/x", "fix.patch", "Cargo.lock", "Cargo.toml", "train/x")}
    root = write(tmp_path, [recipe("a", **changes)], files)
    assert (at(root, RECIPE, text), LoadReason.MISSING_FILE) in told(root)


def test_a_patch_is_one_file_and_a_misspelt_one_is_suggested(tmp_path: Path) -> None:
    (found,) = problems(write(tmp_path, [recipe("a", **patched("fix.patc"))], {"recipes/a/fix.patch": "x"}))
    assert "did you mean 'fix.patch'?" in found.message


def to_secrets(path: Path) -> None:
    secrets = path.parents[2] / "secrets"
    secrets.mkdir()
    (secrets / "id").write_text("secret")
    path.symlink_to(secrets)


def to_a_secret(path: Path) -> None:
    to_secrets(path.parent / "folder")
    path.symlink_to(path.parents[2] / "secrets" / "id")


@pytest.mark.parametrize(
    ("name", "glob", "make", "reason"),
    [
        ("x", "x/*", to_secrets, LoadReason.OUTSIDE),
        ("x", "*/*", to_secrets, LoadReason.OUTSIDE),
        ("x", "x", to_secrets, LoadReason.OUTSIDE),
        ("x", "x", to_a_secret, LoadReason.OUTSIDE),
        ("x", "*", to_a_secret, LoadReason.OUTSIDE),
        ("x", "x/../x", to_a_secret, LoadReason.BAD_VALUE),
        ("x", "*", os.mkfifo, LoadReason.NOT_A_FILE),
        ("x", "x", lambda path: path.symlink_to("/dev/zero"), LoadReason.OUTSIDE),
        ("x", "x*", lambda path: path.symlink_to("nothing"), LoadReason.MISSING_FILE),
        ("x", "x*", lambda path: path.symlink_to("x"), LoadReason.UNREADABLE),
        (os.fsdecode(b"x\xff"), "x*", Path.touch, LoadReason.UNREADABLE),
    ],
)
def test_what_is_not_taken_into_a_sandbox(
    tmp_path: Path, name: str, glob: str, make: Callable[[Path], object], reason: LoadReason
) -> None:
    root = write(tmp_path, [recipe("a", files=[glob])])
    make(root / "recipes" / "a" / name)
    found = problems(root)[-1]
    assert found.reason is reason
    assert (str(found.file), found.line) == (RECIPE, int(at(root, RECIPE, "files:").split(":")[1]) + 1)
    assert "secret" not in str(found).replace("secrets", "")


@pytest.mark.parametrize("link", ["lock", "manifest"])
def test_a_crate_lock_or_its_manifest_from_outside(tmp_path: Path, link: str) -> None:
    files = {"recipes/a/Cargo.lock": "x", "recipes/a/Cargo.toml": "x", "outside": "x"}
    root = write(tmp_path, [recipe("a", crates={})], files)
    path = root / "recipes" / "a" / ("Cargo.lock" if link == "lock" else "Cargo.toml")
    path.unlink()
    path.symlink_to(root / "outside")
    assert told(root) == [(at(root, RECIPE, "crates:"), LoadReason.OUTSIDE)]


def test_a_link_inside_is_what_it_leads_to(tmp_path: Path) -> None:
    files = {"recipes/b/shared/run.sh": "true\n", "recipes/a/own.sh": "false\n"}
    root = write(tmp_path, [recipe("a", files=["*.sh", "shared/*"]), recipe("b")], files)
    (root / "recipes" / "b" / "shared" / "run.sh").chmod(0o755)
    (root / "recipes" / "a" / "shared").symlink_to("../b/shared")
    (root / "recipes" / "a" / "again.sh").symlink_to("shared/run.sh")
    found = load_project(root).recipe_files("a")
    assert {path: (file.data, file.executable) for path, file in found.items()} == {
        "own.sh": (b"false\n", False),
        "again.sh": (b"true\n", True),
        "shared/run.sh": (b"true\n", True),
    }


def test_a_file_is_read_once_however_many_globs_match_it(tmp_path: Path) -> None:
    project = load_project(write(tmp_path, [recipe("a", files=["*.sh", "a.*"])], {"recipes/a/a.sh": "x"}))
    assert project.files["a"]["*.sh"]["a.sh"] is project.files["a"]["a.*"]["a.sh"]
