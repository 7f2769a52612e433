"""`explain` and what really runs after a change: to the probes, to a comment, to a flag."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.integration.pipeline.workspace import ROOT, Ran, Workspace

X86 = "x86_64-unknown-linux-gnu"
BUILD = f"build/tinylib-1.0@{X86}"
PROBE = f"probe/tinylib-1.0@{X86}"


def would_run(ran: Ran) -> list[str]:
    """The actions that `explain` says would run, or wait for one that does."""
    assert ran.status == 0, ran.err
    return [line.partition(":")[0] for line in ran.out.splitlines() if ": would run" in line or ": waits for" in line]


def test_nothing_changed(tiny: Workspace, built: Ran) -> None:
    ran = tiny.run("explain", "tinylib@x86_64")
    assert would_run(ran) == []
    assert "6 of 6 actions are in the store" in ran.out


def test_another_probe_rebuilds_nothing(tiny: Workspace, built: Ran, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "pipeline", tmp_path / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    probe = tmp_path / "pipeline" / "probe" / "elf.py"
    probe.write_text(probe.read_text("utf-8") + "\n# touched\n", "utf-8")
    ran = tiny.run("explain", "tinylib@x86_64", env={"PYTHONPATH": str(tmp_path)})
    assert would_run(ran) == [PROBE]
    assert "spec.probes: " in ran.out


def test_a_comment_changes_nothing(tiny: Workspace, built: Ran, tmp_path: Path) -> None:
    beside = tiny.beside(tmp_path / "beside")
    recipe = beside.root / "recipes" / "tinylib" / "recipe.yaml"
    recipe.write_text("# a word about it\n" + recipe.read_text("utf-8"), "utf-8")
    assert would_run(beside.run("explain", "tinylib@x86_64")) == []
    assert beside.build("tinylib@x86_64").summary["built"] == {}


def test_a_flag_runs_the_build_and_nothing_after_the_same_output(tiny: Workspace, built: Ran, tmp_path: Path) -> None:
    beside = tiny.beside(tmp_path / "beside")
    recipe = beside.root / "recipes" / "tinylib" / "recipe.yaml"
    recipe.write_text(recipe.read_text("utf-8").replace("env: {SALT:", "env: {UNUSED: yes please, SALT:"), "utf-8")
    explained = beside.run("explain", "tinylib@x86_64")
    assert would_run(explained) == [BUILD, PROBE, PROBE.replace("probe/", "archive/")]
    assert 'spec.env.UNUSED: null → "yes please"' in explained.out
    assert f"{PROBE}: waits for {BUILD}" in explained.out
    assert re.search(r"; the others took [\d.]+ s of action time when they last ran\n", explained.out)
    ran = beside.build("tinylib@x86_64")
    assert ran.summary["built"].keys() == {BUILD}, "the same output stops the ripple"
    assert would_run(beside.run("explain", "tinylib@x86_64")) == []


def test_a_source_file_is_named(tiny: Workspace, built: Ran, tmp_path: Path) -> None:
    beside = tiny.beside(tmp_path / "beside")
    source = beside.root / "recipes" / "tinylib" / "src" / "add.c"
    source.write_text(source.read_text("utf-8") + "// more\n", "utf-8")
    explained = beside.run("explain", "tinylib@x86_64")
    assert would_run(explained)[:2] == ["files/tinylib-1.0", BUILD]
    assert "spec.files.src/add.c.sha256: " in explained.out
