"""Whether a run will need a sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.load.project import load_project
from pipeline.plan.action import Kind, key_of, material
from pipeline.plan.graph import Graph, plan
from pipeline.plan.select import select
from pipeline.run.foresight import needs_engine
from pipeline.run.history import Entry, History
from pipeline.run.inputs import input_digest
from pipeline.store import Store
from pipeline.store.result import ActionResult
from tests.unit.miniproject import recipe, write


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    project = load_project(write(tmp_path / "project", [recipe("app", dependencies=["lib"]), recipe("lib")]))
    return plan(project, select(project, ["app"]), probe_version="")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store") as opened:
        yield opened


def run_all(store: Store, graph: Graph) -> dict[str, str]:
    """Give every action a result, as a run would; gives the keys."""
    results: dict[str, ActionResult] = {}
    keys: dict[str, str] = {}
    for name, action in graph.actions.items():
        content = material(action, {item: input_digest(store, item, results) for item in action.inputs})
        keys[name] = key_of(content)
        folder = store.workdir("fill")
        (folder / "file").write_text(keys[name])  # two actions may share a key, and with it all else
        results[name] = ActionResult(outputs={"out": store.adopt_tree(folder)})
        store.record(keys[name], results[name])
        History(store.root).note(name, Entry(keys[name], content, None))
    return keys


def forget(store: Store, key: str) -> None:
    (store.root / "results" / key[:2] / f"{key}.json").unlink(missing_ok=True)


def of_kind(graph: Graph, kind: Kind) -> list[str]:
    return [name for name, action in graph.actions.items() if action.kind is kind]


def test_an_empty_store_needs_one_and_a_full_one_none(store: Store, graph: Graph) -> None:
    assert needs_engine(store, graph)
    run_all(store, graph)
    assert not needs_engine(store, graph)


def test_what_is_only_fetched_and_unpacked_again_needs_none(store: Store, graph: Graph) -> None:
    keys = run_all(store, graph)
    for name in of_kind(graph, Kind.ROOTFS) + of_kind(graph, Kind.SOURCE):
        forget(store, keys[name])
    assert not needs_engine(store, graph)


@pytest.mark.parametrize("rootfs", ["there", "gone"])
def test_one_missing_build_needs_one(store: Store, graph: Graph, rootfs: str) -> None:
    keys = run_all(store, graph)
    forget(store, keys[of_kind(graph, Kind.BUILD)[-1]])
    if rootfs == "gone":
        forget(store, keys[of_kind(graph, Kind.ROOTFS)[0]])
    assert needs_engine(store, graph)
