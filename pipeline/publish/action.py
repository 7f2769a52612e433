"""Packing as an action, and the record of a proven artifact from a run's report; may import run and store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import rfc8785

from pipeline.load.project import Project
from pipeline.plan.action import Json, Kind
from pipeline.plan.graph import Goal, Graph
from pipeline.publish.archive import PackedFile, pack_in_child
from pipeline.publish.record import ArtifactRecord
from pipeline.run.executor import Report, Work
from pipeline.run.inputs import input_tree
from pipeline.run.sources import recipe_sources
from pipeline.store.result import ActionResult
from pipeline.store.store import Store

ARCHIVE = "archive.tar.zst"


@dataclass
class ArchiveHandler:
    """Packs one artifact; the result is a tree with the archive, and the packed tree's digest in `meta`."""

    store: Store

    def run(self, work: Work) -> ActionResult:
        """Pack. Raises `PublishError` for what an archive cannot hold."""
        (source,) = work.action.inputs
        digest = input_tree(self.store, source, work.results)
        folder = self.store.workdir(work.action.slug)
        try:
            (folder / "out").mkdir()
            pack_in_child(self.store.checkout(digest), str(work.action.spec["top"]), folder / "out" / ARCHIVE)
            return ActionResult(outputs={"out": self.store.adopt_tree(folder / "out")}, meta={"tree": digest.hash})
        finally:
            self.store.remove_workdir(folder)


def packed_archive(store: Store, result: ActionResult) -> PackedFile:
    """The archive in the store; to be read only."""
    entry = store.tree(result.outputs["out"]).by_path[ARCHIVE]
    assert entry.digest is not None
    return PackedFile(entry.digest.size, entry.digest.hash, store.blob_path(entry.digest))


def record_of(project: Project, graph: Graph, goal: Goal, report: Report, facts: Mapping[str, Json]) -> ArtifactRecord:
    """All that is known of a goal whose probe and archive are done."""
    build = goal.build
    below = sorted(graph.closure([goal.action]) - {goal.action})
    return ArtifactRecord(
        spec=goal.spec,
        recipe=build.name,
        recipe_digest=_recipe_digest(project, build.name),
        version=build.version,
        target=build.target,
        tree=str(report.results[goal.archive].meta["tree"]),
        key=report.keys[goal.action],
        probe_key=report.keys[goal.probe],
        engine=str(report.results[goal.action].meta["engine"]),
        facts=facts,
        sources=tuple(dict.fromkeys(_sources(project, graph, below))),
        locks=tuple(_locks(project, graph, below)),
        dependencies=tuple((name, report.keys[name]) for name in below),
    )


def _recipe_digest(project: Project, name: str) -> str:
    """One digest of recipe.yaml and every file it names, as they were loaded."""
    files = {path: file.sha256 for path, file in project.recipe_files(name).items()}
    return hashlib.sha256(rfc8785.dumps({**files, "recipe.yaml": project.recipe_digest(name)})).hexdigest()


def _sources(project: Project, graph: Graph, names: Iterable[str]) -> list[tuple[str, str]]:
    actions = [graph.actions[name] for name in names if graph.actions[name].kind is Kind.SOURCE]
    return [(item.shown_name, item.sha256) for action in actions for item in recipe_sources(project, action)]


def _locks(project: Project, graph: Graph, names: Iterable[str]) -> list[tuple[str, str]]:
    locks = []
    for name in names:
        action = graph.actions[name]
        if action.kind is Kind.ROOTFS:
            toolchain = name.removeprefix("rootfs/")
            locks.append((f"toolchains/{toolchain}.lock.json", project.lock_digests[toolchain]))
        elif action.kind is Kind.CRATES:
            locks.append((name, str(action.spec["lock"])))
    return locks
