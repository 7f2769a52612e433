"""Probing out of the store and into it, with an engine that only pretends; and the judging of what was found."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import PolicyError, SandboxError
from pipeline.load.project import Project, load_project
from pipeline.plan.graph import Goal, Graph, plan
from pipeline.plan.select import Build
from pipeline.probe.action import FACTS, FORBIDDEN, ProbeHandler, judge_result, read_facts
from pipeline.probe.facts import ProbeReason
from pipeline.probe.runner import MARK
from pipeline.run.events import Event, Line
from pipeline.run.executor import Work
from pipeline.sandbox.errors import SandboxReason
from pipeline.sandbox.protocol import Sandbox
from pipeline.store.result import ActionResult
from pipeline.store.store import Store
from tests.unit.miniproject import X86, recipe, write
from tests.unit.probe.elves import Elf
from tests.unit.probe.fakes import FakeEngine

ARTIFACT = {"name": "app", "kind": "interpreter", "path": "python", "entry": "bin/app", "policy": "interpreter"}


def answer(sandbox: Sandbox) -> tuple[int, str]:
    """Every program says that all is well."""
    if sandbox.command[0] == "sh":
        return 0, "@@status 0\n" if "ldd" in sandbox.command[2] else ""
    if sandbox.command[-1].endswith("modules.py"):
        return 0, "".join(MARK + json.dumps(line) + "\n" for line in ({"module": "abc", "error": None}, {"done": True}))
    place = sandbox.mounts[0].target
    return 0, MARK + json.dumps({"ok": True, "failed": {}, "base": "1", "places": {"prefix": place}}) + "\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return load_project(write(tmp_path / "project", [recipe("app", artifacts=[ARTIFACT])]))


@pytest.fixture
def graph(project: Project) -> Graph:
    return plan(project, [Build("app", "1.0", X86)], probe_version="1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store") as opened:
        yield opened


def work(store: Store, graph: Graph, tmp_path: Path, events: list[Event]) -> Work:
    """The probe of an artifact that was built, and beside which its recipe left facts."""
    (goal,) = graph.goals
    out = tmp_path / "out"
    (out / "python" / "bin").mkdir(parents=True)
    (out / "python" / "bin" / "app").write_bytes(Elf().build())
    (out / "python" / "bin" / "app").chmod(0o755)
    (out / "facts").mkdir()
    (out / "facts" / "build.json").write_text('{"profile": 1}')
    (tmp_path / "root").mkdir()
    results = {
        goal.action: ActionResult({"out": store.adopt_tree(out)}),
        "rootfs/llvm-22": ActionResult({"out": store.adopt_tree(tmp_path / "root")}),
    }
    return Work(graph.actions[goal.probe], "0" * 64, {}, results, events.append, threading.Event())


def test_from_the_store_to_facts(project: Project, store: Store, graph: Graph, tmp_path: Path) -> None:
    events: list[Event] = []
    engine = FakeEngine(answer)
    asked = work(store, graph, tmp_path, events)
    result = ProbeHandler(project, store, lambda: engine).run(asked)
    facts = read_facts(store, result)
    assert facts["recipe"] == {"build": {"profile": 1}}
    elf = facts["elf"]
    assert isinstance(elf, dict)
    assert elf["kind"] == "pie"
    assert "ran" in facts
    assert engine.seen
    assert {sandbox.rootfs for sandbox in engine.seen} >= {
        store.checkout(asked.results["rootfs/llvm-22"].outputs["out"])
    }
    assert {type(event) for event in events} == {Line}
    assert [path.name for path in (store.root / "work").glob("*/*")] == []
    again = ProbeHandler(project, store, lambda: engine).run(asked)
    assert again.outputs == result.outputs


def test_facts_are_written_one_way(project: Project, store: Store, graph: Graph, tmp_path: Path) -> None:
    result = ProbeHandler(project, store, lambda: FakeEngine(answer)).run(work(store, graph, tmp_path, []))
    text = (store.checkout(result.outputs["out"]) / FACTS).read_text("utf-8")
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def test_without_an_engine_nothing_is_left(project: Project, store: Store, graph: Graph, tmp_path: Path) -> None:
    def none() -> FakeEngine:
        raise SandboxError(SandboxReason.NO_ENGINE, "no sandbox can be had here")

    with pytest.raises(SandboxError):
        ProbeHandler(project, store, none).run(work(store, graph, tmp_path, []))
    assert [path.name for path in (store.root / "work").glob("*/*")] == []


def test_what_a_build_sees_may_not_be_found_in_it() -> None:
    assert set(FORBIDDEN) == {"/build/", "/out/", "/deps/", "/recipe/", "/native/", "/vendor/", "/sysroot/"}


def goal_of(graph: Graph) -> Goal:
    (goal,) = graph.goals
    return goal


def test_facts_that_keep_to_the_policy_are_no_error(project: Project, graph: Graph) -> None:
    judge_result(project, goal_of(graph), {"elf": {"pie": True}})


@pytest.mark.parametrize("facts", [{"elf": {"pie": False}}, {"elf": {}}, {}])
def test_facts_that_break_the_policy_name_it(project: Project, graph: Graph, facts: dict[str, object]) -> None:
    with pytest.raises(PolicyError) as caught:
        judge_result(project, goal_of(graph), facts)  # type: ignore[arg-type]
    assert caught.value.reason is ProbeReason.VIOLATION
    assert f"app 1.0 for {X86}" in caught.value.message
    assert "elf.pie" in caught.value.message
    assert f"app==1.0@{X86}" in caught.value.hint
