"""Whoever edits a project while it is built changes the next build, and nothing of this one.

Every kind of input is edited at every stage of a build in `tests.unit.cli.world`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.cli import build as building
from pipeline.plan import graph as graphs
from pipeline.publish.archive import pack
from tests.unit.cli.world import edit_json, world
from tests.unit.miniproject import X86

Edit = Callable[[Path], None]


def _yaml(path: str, change: Callable[[Any], object]) -> Edit:
    def edit(root: Path) -> None:
        data = yaml.safe_load((root / path).read_text("utf-8"))
        change(data)
        (root / path).write_text(yaml.safe_dump(data), "utf-8")

    return edit


def _text(path: str) -> Edit:
    def edit(root: Path) -> None:
        (root / path).write_text("after\n", "utf-8")

    return edit


def _renamed(root: Path) -> None:
    (root / "recipes/app/own/b").rename(root / "recipes/app/own/c")


def _lock(root: Path) -> None:
    other = json.loads((root / "other.json").read_text("utf-8"))
    edit_json(root / "toolchains/tools.lock.json", lambda lock: lock["packages"][0].update(other))


FAILING = {"fact": "elf.pie", "expect": {"equals": False}, "why": "so that it fails"}
APP = "recipes/app/recipe.yaml"
REBUILT: dict[str, Edit] = {
    "step": _yaml(APP, lambda data: data["steps"][0].update(run="other\n")),
    "version's environment": _yaml(APP, lambda data: data["versions"][0].update(env={"X": "1"})),
    "file": _text("recipes/app/a.sh"),
    "mode": lambda root: (root / "recipes/app/a.sh").chmod(0o755),
    "renamed file": _renamed,
    "added file": _text("recipes/app/new.sh"),
    "version's file": _text("recipes/app/own/b"),
    "patch": _text("recipes/app/fix.patch"),
    "crate lock": _text("recipes/app/Cargo.lock"),
    "dependency": _yaml("recipes/lib/recipe.yaml", lambda data: data["steps"][0].update(run="other\n")),
    "dependency's file": _text("recipes/lib/c.sh"),
    "toolchain": _yaml("toolchains/tools.yaml", lambda data: data.update(files={"etc/x": "x\n"})),
    "toolchain's environment": _yaml("toolchains/tools.yaml", lambda data: data.update(env={"TOOLS": "2"})),
    "toolchain lock": _lock,
    "target": _yaml(f"toolchains/targets/{X86}.yaml", lambda data: data.update(env={"CC": "other"})),
}
TOLD: dict[str, Edit] = {
    "summary": _yaml(APP, lambda data: data.update(summary="another")),
    "crate manifest": _text("recipes/app/Cargo.toml"),
    "policy": _yaml("policies/interpreter.yaml", lambda data: data["rules"].append(FAILING)),
    "release": _yaml("release.yaml", lambda data: data.update(release="2026.2")),
}
"""What is in no key: at most the manifest says so."""
STAGES = ("loaded", "planned", "built")


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.publish.action.pack_in_child", pack)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The manifest of the project as it is when nobody edits it."""
    made = world(tmp_path_factory.mktemp("reference"))
    assert made.build()
    return made.manifest


def edit_at(stage: str, edit: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `edit` called once when the build is there."""
    todo = [edit]

    def once() -> None:
        while todo:
            todo.pop()()

    deliver = building.Delivery._deliver

    def planned(*arguments: Any, **named: Any) -> Any:
        if stage == "loaded":
            once()
        graph = graphs.plan(*arguments, **named)
        if stage == "planned":
            once()
        return graph

    def delivered(self: building.Delivery, *arguments: Any) -> None:
        once()
        deliver(self, *arguments)

    monkeypatch.setattr(building, "plan", planned)
    monkeypatch.setattr(building.Delivery, "_deliver", delivered)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", [*REBUILT, *TOLD])
def test_what_is_built_is_what_was_loaded(
    tmp_path: Path, reference: bytes, monkeypatch: pytest.MonkeyPatch, kind: str, stage: str
) -> None:
    here = world(tmp_path)
    before = shutil.copytree(here.root, tmp_path / "before")
    with monkeypatch.context() as patched:
        edit_at(stage, lambda: {**REBUILT, **TOLD}[kind](here.root), patched)
        assert here.build()
    assert here.manifest == reference, "the edit has come into this build"

    ran = here.build()
    if kind in REBUILT:
        assert f"build/app-1.0@{X86}" in ran, "the next build must see the edit"
        assert here.manifest != reference
    else:
        assert ran == []

    shutil.rmtree(here.root / "recipes")
    shutil.copytree(before, here.root, dirs_exist_ok=True)
    assert here.build() == [], "what it was before is in the store, and right"
    assert here.manifest == reference
