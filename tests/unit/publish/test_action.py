"""pipeline.publish.action: packing out of the store, and what the manifest is told of how it was made."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.load.project import load_project
from pipeline.plan.graph import Goal, Graph, plan
from pipeline.plan.select import Build
from pipeline.publish.action import ArchiveHandler, packed_archive, record_of
from pipeline.publish.publisher import Publisher
from pipeline.run.executor import Report, Work
from pipeline.store.result import ActionResult
from pipeline.store.store import Store
from pipeline.store.tree import Tree
from tests.unit.miniproject import SHA, X86, recipe, write
from tests.unit.publish.samples import ELF_FACTS, digest
from tests.unpacking import unpack

ARTIFACT = {"name": "app", "kind": "interpreter", "path": "python", "entry": "bin/app", "policy": "interpreter"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    recipes = [recipe("app", dependencies=["zlib"], files=["*.sh"], artifacts=[ARTIFACT]), recipe("zlib")]
    return write(tmp_path / "project", recipes, {"recipes/app/a.sh": "true\n"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store") as opened:
        yield opened


@pytest.fixture
def graph(root: Path) -> Graph:
    return plan(load_project(root), [Build("app", "1.0", X86)], probe_version="1")


def built(store: Store, folder: Path, goal: Goal, graph: Graph) -> Report:
    """A report in which every action but the archive has a result."""
    (folder / "python" / "bin").mkdir(parents=True)
    (folder / "python" / "bin" / "app").write_text("#!/bin/sh\n")
    (folder / "python" / "bin" / "app").chmod(0o755)
    (folder / "other").write_text("not published\n")
    out = store.put_tree(folder)
    empty = store.put_tree_object(Tree(()))
    report = Report()
    for name in graph.actions:
        report.keys[name] = digest(name)
        if name != goal.archive:
            tree = out if name == goal.action else empty
            report.results[name] = ActionResult(outputs={"out": tree}, meta={"engine": "docker"})
    return report


def work(graph: Graph, goal: Goal, report: Report) -> Work:
    return Work(graph.actions[goal.archive], "0" * 64, {}, report.results, lambda _: None, threading.Event())


def test_from_the_store_to_the_manifest(root: Path, store: Store, graph: Graph, tmp_path: Path) -> None:
    (goal,) = graph.goals
    report = built(store, tmp_path / "out", goal, graph)
    report.results[goal.archive] = ArchiveHandler(store).run(work(graph, goal, report))
    archive = packed_archive(store, report.results[goal.archive])
    assert hashlib.sha256(archive.path.read_bytes()).hexdigest() == archive.sha256
    assert archive.path.stat().st_size == archive.size
    unpack(archive.path, tmp_path / "again")
    assert sorted(path.relative_to(tmp_path / "again").as_posix() for path in (tmp_path / "again").rglob("*")) == [
        "bin",
        "bin/app",
    ]

    project = load_project(root)
    record = record_of(project, graph, goal, report, ELF_FACTS)
    assert record.tree == store.tree(report.results[goal.action].outputs["out"]).subtree("python").digest.hash
    assert (record.key, record.probe_key) == (digest(goal.action), digest(goal.probe))
    assert record.engine == "docker"
    assert record.sources == (("a.tar", SHA),)
    lock = (root / "toolchains" / "tools.lock.json").read_bytes()
    assert record.locks == (("toolchains/tools.lock.json", hashlib.sha256(lock).hexdigest()),)
    assert (f"build/zlib-1.0@{X86}", digest(f"build/zlib-1.0@{X86}")) in record.dependencies
    assert goal.action not in dict(record.dependencies)

    published = Publisher(project.root, project.release).publish(record, archive)
    assert published.sha256 == archive.sha256
    assert published.artifact.made.engine == "docker"


def test_the_archive_does_not_depend_on_what_else_was_built(store: Store, graph: Graph, tmp_path: Path) -> None:
    (goal,) = graph.goals
    one = built(store, tmp_path / "one", goal, graph)
    two = built(store, tmp_path / "two", goal, graph)
    (tmp_path / "two" / "other").write_text("changed\n")
    outputs = {"out": store.put_tree(tmp_path / "two")}
    two.results[goal.action] = ActionResult(outputs=outputs, meta={"engine": "bubblewrap"})
    first, second = (ArchiveHandler(store).run(work(graph, goal, report)) for report in (one, two))
    assert first == second


@pytest.mark.parametrize(
    ("path", "text", "differs"),
    [
        ("app/a.sh", "true\n", False),
        ("app/a.sh", "false\n", True),
        ("app/b.sh", "true\n", True),
        ("app/recipe.yaml", "# a comment\n", True),
        ("app/notes.txt", "not named by the recipe\n", False),
        ("zlib/recipe.yaml", "# another recipe\n", False),
    ],
)
def test_the_recipes_files_are_in_its_digest(
    root: Path, store: Store, graph: Graph, tmp_path: Path, *, path: str, text: str, differs: bool
) -> None:
    (goal,) = graph.goals
    report = built(store, tmp_path / "out", goal, graph)
    report.results[goal.archive] = ArchiveHandler(store).run(work(graph, goal, report))
    before = record_of(load_project(root), graph, goal, report, ELF_FACTS)
    changed = root / "recipes" / path
    changed.write_text(text + (changed.read_text() if path.endswith(".yaml") else ""))
    after = record_of(load_project(root), graph, goal, report, ELF_FACTS)
    assert (before.recipe_digest != after.recipe_digest) == differs


def test_what_was_made_is_what_was_loaded(root: Path, store: Store, graph: Graph, tmp_path: Path) -> None:
    """Not what stands in the work tree when it is published, an hour later."""
    (goal,) = graph.goals
    report = built(store, tmp_path / "out", goal, graph)
    report.results[goal.archive] = ArchiveHandler(store).run(work(graph, goal, report))
    project = load_project(root)
    before = record_of(project, graph, goal, report, ELF_FACTS)
    for path in ("recipes/app/a.sh", "recipes/app/recipe.yaml", "toolchains/tools.lock.json"):
        (root / path).unlink()
    assert record_of(project, graph, goal, report, ELF_FACTS) == before
