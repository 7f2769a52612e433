"""A project with one published interpreter, which has a profile, and everything of it in the store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.load.project import load_project
from pipeline.plan.graph import plan, plan_training
from pipeline.plan.select import select
from pipeline.probe.version import probe_version
from tests.unit.cli.command import fill
from tests.unit.miniproject import WASM, X86, recipe, write
from tests.unit.publish.samples import ELF_FACTS

ARTIFACT = {
    "name": "app", "tier": "full", "kind": "interpreter", "path": "python", "entry": "bin/app", "policy": "interpreter",
}  # fmt: skip
TRAIN = {"target": X86, "steps": [{"name": "train", "run": "train\n"}]}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Nothing of it was ever run."""
    return write(tmp_path, [recipe("app", dependencies=["lib"], artifacts=[ARTIFACT], train=TRAIN), recipe("lib")])


@pytest.fixture
def stored(project: Path) -> Path:
    """The same, built, probed and trained: for x86_64 as its policy wants it, for wasm not position-independent."""
    loaded = load_project(project)
    graph = plan(loaded, select(loaded, ["app"]), probe_version=probe_version())
    facts = {X86: ELF_FACTS, WASM: {"elf": {"pie": False}, "ran": {}}}
    made = {}
    for target in (X86, WASM):
        made[f"build/app-1.0@{target}"] = {"python/bin/app": target}
        made[f"probe/app-1.0@{target}"] = {"facts.json": json.dumps(facts[target])}
        made[f"archive/app-1.0@{target}"] = {"archive.tar.zst": f"archive for {target}"}
    fill(project, graph, made)
    training, last = plan_training(loaded, "app")
    profile = {"profile.profdata": "counters", "profile.json": json.dumps({"functions": 21, "version": "1.0"})}
    fill(project, training, {last: profile})
    return project
