"""What becomes of a recipe's files and sources between loading and building."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.load.project import load_project
from pipeline.plan.graph import plan
from pipeline.plan.select import Build
from pipeline.run.sources import write_recipe_files
from tests.unit.miniproject import X86, recipe, write


def test_recipe_files_are_those_that_were_loaded(tmp_path: Path) -> None:
    root = write(
        tmp_path / "project",
        [recipe("app", files=["*.sh", "data/*"])],
        {"recipes/app/a.sh": "before\n", "recipes/app/data/b": "b\n"},
    )
    (root / "recipes/app/a.sh").chmod(0o755)
    project = load_project(root)
    graph = plan(project, [Build("app", "1.0", X86)], probe_version="")
    (root / "recipes/app/a.sh").write_text("after\n", "utf-8")
    (root / "recipes/app/a.sh").chmod(0o644)
    (root / "recipes/app/data/b").unlink()
    into = tmp_path / "tree"
    write_recipe_files(project, graph.actions["files/app-1.0"], into)
    assert (into / "a.sh").read_text("utf-8") == "before\n"
    assert (into / "data" / "b").read_text("utf-8") == "b\n"
    assert os.access(into / "a.sh", os.X_OK)
    assert (into / "data" / "b").stat().st_mode & 0o777 == 0o644
