"""Whatever works in a root file system, it is hashed before: a file of it that has lost its bytes builds nothing."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.plan.action import key_of, material
from pipeline.plan.graph import Graph, plan
from pipeline.probe.action import ProbeHandler
from pipeline.publish.archive import pack
from pipeline.run.events import Ended, Finished
from pipeline.run.executor import Work
from pipeline.run.inputs import input_digest
from pipeline.store.errors import StoreReason
from pipeline.store.result import ActionResult
from tests.unit.cli.world import World, world
from tests.unit.miniproject import X86

MAKE = b"4.4"


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("pipeline.publish.action.pack_in_child", pack)
    made = world(tmp_path)
    assert made.build()
    return made


def zero(made: World) -> None:
    """Take the bytes of the root's only program, wherever it is linked to, as a power cut does."""
    (blob,) = (path for path in (made.cache / "store").glob("blobs/*/*.x") if path.read_bytes() == MAKE)
    found = blob.stat()
    blob.write_bytes(bytes(len(MAKE)))
    os.utime(blob, ns=(found.st_atime_ns, found.st_mtime_ns))


def changed_step(root: Path) -> None:
    path = root / "recipes/lib/recipe.yaml"
    path.write_text(path.read_text("utf-8").replace("make\n", "other\n"), "utf-8")


def changed_crates(root: Path) -> None:
    (root / "recipes/app/Cargo.lock").write_text("other\n", "utf-8")


@pytest.mark.parametrize(("change", "action"), [(changed_step, f"build/lib-1.0@{X86}"), (changed_crates, "crates/app")])
def test_nothing_is_made_in_it_and_nothing_recorded(built: World, change: Callable[[Path], None], action: str) -> None:
    zero(built)
    change(built.root)
    recorded = set((built.cache / "store").glob("results/*/*"))
    ran = built.build()
    assert [name for name in ran if not name.startswith("files/")] == []
    failed = [event for event in built.events if isinstance(event, Finished) and event.ended is Ended.FAILED]
    assert [(event.action, "'usr/bin/make'" in event.detail) for event in failed] == [(action, True)]
    assert len(set((built.cache / "store").glob("results/*/*")) - recorded) == len(ran)
    again = set(built.build())
    assert action in again, "the same command again mends it"
    # The small project's two root file systems are one tree: whichever is unpacked first mends the other, too.
    assert again & {"rootfs/tools", "rootfs/llvm-22"}


def test_a_probe_does_not_run_in_it(built: World) -> None:
    with built.app() as app:
        graph = plan(app.project, app.select([]), probe_version="")
        results = stored(graph, app.store.result, built)
        zero(built)
        (goal,) = graph.goals
        work = Work(graph.actions[goal.probe], "0" * 64, {}, results, lambda _: None, threading.Event())
        with pytest.raises(StoreError) as caught:
            ProbeHandler(app.project, app.store, lambda: pytest.fail("it would have run")).run(work)
        assert caught.value.reason is StoreReason.DAMAGED
        assert "'usr/bin/make'" in caught.value.message


def stored(graph: Graph, result: Callable[[str], ActionResult | None], made: World) -> dict[str, ActionResult]:
    """Results of everything that a probe needs."""
    results: dict[str, ActionResult] = {}
    with made.app() as app:
        for name, action in graph.actions.items():
            digests = {item: input_digest(app.store, item, results) for item in action.inputs}
            found = result(key_of(material(action, digests)))
            if found is not None:
                results[name] = found
    return results
