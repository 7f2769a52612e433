"""Bad inputs 21 and 22: a binary that breaks its policy, a recipe that is none: what was published before stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.pipeline.workspace import TARGET, Ran, Workspace


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def published(tiny: Workspace, built: Ran, tmp_path: Path) -> Workspace:
    """A project of its own, of which a library is published; what all share was built before, as `built` says."""
    assert built.status == 0
    project = tiny.beside(tmp_path / "project")
    assert project.build(f"tinylib@{TARGET}").status == 0
    assert [item["target"] for item in project.manifest["artifacts"]] == [TARGET]
    return project


def test_21_what_breaks_its_policy_is_not_published(published: Workspace) -> None:
    before = contents(published.root / "artifacts")
    source = published.root / "recipes" / "tinylib" / "src" / "multiply.c"
    right = source.read_text("ascii")
    source.write_text(right.replace("*", "+"), "ascii")
    ran = published.build(f"tinylib@{TARGET}")
    assert ran.status == 9
    assert [failure["reason"] for failure in ran.summary["failures"]] == ["violation"]
    assert "ran.version.answer" in ran.summary["failures"][0]["message"]
    assert ran.summary["artifacts"] == []
    assert contents(published.root / "artifacts") == before
    source.write_text(right, "ascii")
    assert published.build(f"tinylib@{TARGET}").summary["built"] == {}
    assert contents(published.root / "artifacts") == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: library", "kind: library\ncolour: red"),
        ("kind: library", "kind: library\nkind: library"),
        ("toolchain: llvm-22", "toolchain: [llvm-22]"),
        ("name: tinylib, kind", "name: ../tinylib, kind"),
    ],
)
def test_22_a_spoiled_recipe_changes_nothing(published: Workspace, old: str, new: str) -> None:
    before = contents(published.root / "artifacts")
    recipe = published.root / "recipes" / "tinylib" / "recipe.yaml"
    text = recipe.read_text("utf-8")
    assert old in text
    recipe.write_text(text.replace(old, new), "utf-8")
    for target in (TARGET, "x86_64"):
        ran = published.run("build", f"tinylib@{target}")
        assert ran.status == 3
        ran.says("recipes/tinylib/recipe.yaml:")
    assert contents(published.root / "artifacts") == before


def test_22_nor_in_the_store(small: Workspace) -> None:
    small.add("one", "echo one > $OUT/one")
    small.add("two", "cp /deps/one $OUT/two", dependencies=["one"])
    assert small.build("two").status == 0
    before = contents(small.store)
    small.add("one", "echo another > $OUT/one", dependencies=["two"])
    ran = small.run("build", "two")
    assert ran.status == 3
    ran.says("one", "two")
    assert contents(small.store) == before
    assert not list((small.store / "work").iterdir())
