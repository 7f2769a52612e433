"""The keys of the real recipes change only where somebody means it; and the record of them notices every change."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.load.project import load_project
from pipeline.plan import action
from pipeline.plan.action import Kind
from tests.unit.miniproject import WASM, X86, recipe, write
from tests.unit.plan.golden import PATH, ROOT, changed, dump, golden

ARTIFACT = {"name": "app", "kind": "interpreter", "path": "tool", "policy": "interpreter", "entry": "bin/app"}
TRAIN = {"target": X86, "steps": [{"name": "train", "run": "train\n"}]}
SOURCE = {"urls": ["https://example.org/a.tar"], "sha256": "ab" * 32, "size": 1}


def test_the_keys_of_the_real_recipes_are_the_committed_ones() -> None:
    """A changed key is a build of up to twenty minutes for everybody: never by accident."""
    found = "\n".join(changed(json.loads(PATH.read_text("utf-8")), golden(load_project(ROOT))))
    assert not found, f"keys of real actions changed; if that is meant, run `nox -s golden` and commit it:\n{found}"


def test_the_file_is_as_the_command_writes_it() -> None:
    text = PATH.read_text("utf-8")
    assert dump(json.loads(text)) == text, "run `nox -s golden`"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    app = recipe(
        "app", dependencies=["lib"], artifacts=[ARTIFACT], train=TRAIN, versions=[{"version": "1.0", "files": ["x"]}]
    )
    write(tmp_path, [app, recipe("lib")], {"recipes/app/x": "x"})
    return tmp_path


def _edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    data = yaml.safe_load(path.read_text("utf-8"))
    change(data)
    path.write_text(yaml.safe_dump(data), "utf-8")


def _difference(project: Path, change: Callable[[], object]) -> list[str]:
    before = golden(load_project(project))
    assert list(changed(before, golden(load_project(project)))) == []
    change()
    return list(changed(before, golden(load_project(project))))


def test_a_changed_step_is_named_where_it_is_and_nowhere_else(project: Path) -> None:
    step = {"name": "make", "run": "make all\n"}
    path = project / "recipes" / "lib" / "recipe.yaml"
    found = _difference(project, lambda: _edit(path, lambda data: data.update(steps=[step])))
    assert found == [
        line
        for target in (WASM, X86)
        for line in (
            f"build/lib-1.0@{target}: has another key, because these changed:",
            r'    spec.steps[0].run: "make\n" → "make all\n"',
        )
    ]


@pytest.mark.parametrize(
    ("path", "key", "value", "names"),
    [
        (
            "recipes/lib/recipe.yaml",
            "versions",
            [{"version": "1.0", "sources": [{**SOURCE, "strip": 0}]}],
            ["source/lib-1.0"],
        ),
        ("toolchains/tools.yaml", "exclude", ["usr/share"], ["rootfs/tools"]),
        (f"toolchains/targets/{WASM}.yaml", "env", {"CC": "clang"}, [f"build/app-1.0@{WASM}", f"build/lib-1.0@{WASM}"]),
        (
            "recipes/app/recipe.yaml",
            "train",
            {**TRAIN, "steps": [{"name": "train", "run": "more\n"}]},
            [f"train/app-1.0@{X86}"],
        ),
        (
            "recipes/app/recipe.yaml",
            "artifacts",
            [{**ARTIFACT, "path": "tools"}],
            ["archive/app-1.0@", "probe/app-1.0@"],
        ),
    ],
)
def test_every_kind_of_change_shows(project: Path, path: str, key: str, value: object, names: list[str]) -> None:
    found = _difference(project, lambda: _edit(project / path, lambda data: data.update({key: value})))
    actions = {line.partition(":")[0] for line in found if not line.startswith(" ")}
    assert actions
    assert {next(name for name in names if action.startswith(name)) for action in actions} == set(names)


def test_a_changed_file_of_a_recipe_shows(project: Path) -> None:
    found = _difference(project, lambda: (project / "recipes" / "app" / "x").write_text("y", "utf-8"))
    assert found[0].startswith("files/app-1.0: ")
    assert found[1].startswith("    spec.files.x.sha256: ")


def test_a_raised_epoch_shows(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raised = {**action.EPOCHS, Kind.ROOTFS: 2}
    found = _difference(project, lambda: monkeypatch.setattr(action, "EPOCHS", raised))
    assert found[::2] == [f"rootfs/{name}: has another key, because these changed:" for name in ("llvm-22", "tools")]
    assert found[1::2] == ["    epoch: 1 → 2"] * 2


def test_actions_that_come_and_go_are_told(project: Path) -> None:
    path = project / "recipes" / "app" / "recipe.yaml"
    assert _difference(project, lambda: _edit(path, lambda data: data.pop("train"))) == [
        f"train/app-1.0@{X86}: is gone"
    ]
    assert _difference(project, lambda: _edit(path, lambda data: data.update(train=TRAIN))) == [
        f"train/app-1.0@{X86}: is new"
    ]
