"""The executor's order, cut-off, failures and interruption, with a real store and small handlers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.errors import BuildError, Reason, StoreError
from pipeline.plan.action import Action, Input, Kind
from pipeline.plan.graph import Graph
from pipeline.run import order
from pipeline.run.events import Ended, Event, Finished
from pipeline.run.executor import Executor, Report, Work
from pipeline.run.history import History, why
from pipeline.run.inputs import input_tree, merged
from pipeline.run.jobserver import JobServer
from pipeline.store.digest import Digest
from pipeline.store.errors import StoreReason
from pipeline.store.result import ActionResult
from pipeline.store.store import Store
from pipeline.store.tree import Tree


class _Reason(Reason):
    BROKEN = "broken"


class Bench:
    """A store, a job server and a handler that writes `spec["text"]` and remembers the order."""

    def __init__(self, root: Path, jobs: int = 2) -> None:
        self.store = Store(root / "store")
        self.jobserver = JobServer(root / "pipe", jobs)
        self.ran: list[str] = []
        self.events: list[Event] = []
        self.during: Callable[[Work], None] = lambda work: None
        self.cancel = threading.Event()
        self.most_at_once = 0
        self._now = 0
        self._lock = threading.Lock()

    def handle(self, work: Work) -> ActionResult:
        with self._lock:
            self.ran.append(work.action.id)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            self.during(work)
            folder = self.store.workdir(work.action.slug)
            (folder / "tree").mkdir()
            (folder / "tree" / "text").write_text(str(work.action.spec["text"]))
            return ActionResult(outputs={"out": self.store.adopt_tree(folder / "tree")}, seconds=0.0)
        finally:
            with self._lock:
                self._now -= 1

    def run(self, graph: Graph, *, keep_going: bool = False) -> Report:
        self.ran.clear()
        self.events.clear()
        handlers = dict.fromkeys(Kind, self.handle)
        executor = Executor(
            self.store, handlers, self.jobserver, self.events.append, keep_going=keep_going, cancel=self.cancel
        )
        return executor.run(graph)

    def close(self) -> None:
        self.jobserver.close()
        self.store.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()


def action(name: str, *needs: str, text: str = "", kind: Kind = Kind.BUILD) -> Action:
    return Action(name, kind, {"text": text or name}, tuple(Input(need, f"/{need}") for need in needs))


def graph(*actions: Action, waves: dict[str, int] | None = None) -> Graph:
    return Graph({item.id: item for item in actions}, (actions[-1].id,), (), waves or {})


def test_a_second_run_runs_nothing(bench: Bench) -> None:
    plan = graph(action("a"), action("b", "a"))
    assert bench.run(plan).built.keys() == {"a", "b"}
    again = bench.run(plan)
    assert bench.ran == []
    assert again.results.keys() == {"a", "b"}
    assert [event.ended for event in bench.events if isinstance(event, Finished)] == [Ended.CACHED, Ended.CACHED]


def test_an_unchanged_output_stops_the_ripple(bench: Bench) -> None:
    same = "the same text"
    bench.run(graph(Action("a", Kind.BUILD, {"text": same, "flag": 1}), action("b", "a"), action("c", "b")))
    bench.run(graph(Action("a", Kind.BUILD, {"text": same, "flag": 2}), action("b", "a"), action("c", "b")))
    assert bench.ran == ["a"]


def test_a_changed_output_goes_on(bench: Bench) -> None:
    bench.run(graph(action("a", text="1"), action("b", "a"), action("x")))
    bench.run(graph(action("a", text="2"), action("b", "a"), action("x")))
    assert bench.ran == ["a", "b"]


def test_no_more_than_the_pools_slots_run_at_once(bench: Bench) -> None:
    bench.during = lambda work: time.sleep(0.05)
    bench.run(graph(*(action(f"a{number}") for number in range(6))))
    assert bench.most_at_once == 2


def test_the_first_wave_is_not_disturbed_but_preparations_go_on(bench: Bench) -> None:
    bench.during = lambda work: time.sleep(0.05)
    plan = graph(
        action("first"),
        action("first-end", "first"),
        action("later"),
        action("unpack", kind=Kind.ROOTFS),
        waves={"later": 1, "unpack": 1},
    )
    bench.run(plan)
    assert bench.ran.index("later") > bench.ran.index("first-end")
    assert bench.ran.index("unpack") < bench.ran.index("first-end")


def _slots_during_the_first_goal(bench: Bench, take: int) -> Callable[[Work], None]:
    """Handler's work: the first goal's make holds `take` slots besides its action's own, longer than the executor
    waits before it uses what is left."""

    def during(work: Work) -> None:
        if work.action.id == "first":
            for _ in range(take):
                while not bench.jobserver.take():
                    time.sleep(0.01)
            time.sleep(0.5)
            for _ in range(take):
                bench.jobserver.give()

    return during


LIBRARY = (
    action("first"),
    action("first-end", "first"),
    action("goal"),
    action("library"),
    action("other", "library"),
)
LATER = {"goal": 1, "library": 2, "other": 2}


def test_a_library_begins_where_the_first_goal_leaves_a_slot_unused(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "UNUSED_SECONDS", 0.1)
    bench.during = _slots_during_the_first_goal(bench, take=0)
    bench.run(graph(*LIBRARY, waves=LATER))
    assert bench.ran.index("library") < bench.ran.index("first-end")
    assert bench.ran.index("first-end") < min(bench.ran.index("goal"), bench.ran.index("other"))


def test_no_library_begins_while_the_first_goal_uses_all_slots(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "UNUSED_SECONDS", 0.1)
    bench.during = _slots_during_the_first_goal(bench, take=1)
    bench.run(graph(*LIBRARY, waves=LATER))
    assert bench.ran.index("library") > bench.ran.index("first-end")


def test_a_slot_that_is_free_for_moments_only_is_not_given_away(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "UNUSED_SECONDS", 30.0)
    bench.during = _slots_during_the_first_goal(bench, take=0)
    bench.run(graph(*LIBRARY, waves=LATER))
    assert bench.ran.index("library") > bench.ran.index("first-end")


def _fail(*names: str) -> Callable[[Work], None]:
    def during(work: Work) -> None:
        if work.action.id in names:
            raise BuildError(_Reason.BROKEN, f"{work.action.id} is broken", hint="mend it")

    return during


def test_a_failure_stops_what_comes_after_and_keeps_what_is_done(bench: Bench) -> None:
    bench.during = _fail("b")
    report = bench.run(graph(action("a"), action("b", "a"), action("c", "b")))
    assert [failure.action for failure in report.failures] == ["b"]
    assert report.skipped == ["c"]
    bench.during = lambda work: None
    bench.run(graph(action("a"), action("b", "a"), action("c", "b")))
    assert bench.ran == ["b", "c"]


def test_keep_going_does_what_does_not_need_the_failed_one(bench: Bench) -> None:
    bench.during = _fail("a", "x")
    plan = graph(action("a"), action("b", "a"), action("x"), action("y"), action("z", "y"), waves={"z": 1, "y": 1})
    report = bench.run(plan, keep_going=True)
    assert {failure.action for failure in report.failures} == {"a", "x"}
    assert report.results.keys() == {"y", "z"}
    assert report.skipped == ["b"]


def test_an_input_that_was_not_made_fails_its_user_alone(bench: Bench) -> None:
    user = Action("user", Kind.PROBE, {"text": "user"}, (Input("a", "/artifact", subtree="no-such-folder"),))
    report = bench.run(graph(action("a"), user, action("after", "user"), action("other")), keep_going=True)
    assert [(failure.action, failure.error.reason) for failure in report.failures] == [("user", StoreReason.MISSING)]
    assert report.skipped == ["after"]
    assert report.results.keys() == {"a", "other"}


def test_an_optional_input_that_was_not_made_is_empty(bench: Bench) -> None:
    inputs = (Input("a", "/facts", subtree="facts", optional=True),)
    report = bench.run(graph(action("a"), Action("user", Kind.PROBE, {"text": "user"}, inputs)))
    assert report.built.keys() == {"a", "user"}
    assert input_tree(bench.store, inputs[0], report.results) == Tree().digest


def test_inputs_that_conflict_are_named(bench: Bench) -> None:
    report = bench.run(graph(action("a", text="1"), action("b", text="2")))
    with pytest.raises(StoreError) as caught:
        merged(bench.store, [Input("a", "/deps"), Input("b", "/deps")], report.results)
    assert caught.value.reason is StoreReason.CONFLICT
    for part in ("/deps/text", " from a", " from b"):
        assert part in caught.value.message
    same = merged(bench.store, [Input("a", "/deps"), Input("a", "/deps")], report.results)
    assert same == report.results["a"].outputs["out"]


def flip(store: Store, digest: Digest) -> None:
    """Change one bit of a tree's only file; its size stays."""
    (entry,) = store.tree(digest).files
    assert entry.digest is not None
    path = store.blob_path(entry.digest)
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("kind", [Kind.BUILD, Kind.TRAIN, Kind.PROBE, Kind.ARCHIVE])
def test_25_nothing_is_made_from_a_flipped_bit(bench: Bench, kind: Kind) -> None:
    first = bench.run(graph(action("a"), action("b", "a", kind=kind)))
    flip(bench.store, first.results["a"].outputs["out"])
    assert bench.run(graph(action("a"), action("b", "a", kind=kind))).built == {}, "what is cached is not hashed"
    changed = graph(action("a"), action("b", "a", text="changed", kind=kind))
    report = bench.run(changed)
    assert bench.ran == []
    assert [(failure.action, failure.error.reason) for failure in report.failures] == [("b", StoreReason.DAMAGED)]
    assert bench.run(changed).built.keys() == {"a", "b"}


def test_25_interruption_keeps_what_is_finished(bench: Bench) -> None:
    def during(work: Work) -> None:
        if work.action.id == "b":
            bench.cancel.set()
            raise BuildError(_Reason.BROKEN, "interrupted")

    bench.during = during
    report = bench.run(graph(action("a"), action("b", "a"), action("c", "b")))
    assert report.interrupted
    assert report.failures == []
    assert report.results.keys() == {"a"}


def test_25_an_interruption_that_comes_too_late_is_none(bench: Bench) -> None:
    bench.during = lambda work: bench.cancel.set()
    report = bench.run(graph(action("a")))
    assert report.results.keys() == {"a"}
    assert not report.interrupted


def test_an_unforeseen_error_is_not_swallowed(bench: Bench) -> None:
    def during(work: Work) -> None:
        raise ZeroDivisionError

    bench.during = during
    with pytest.raises(ZeroDivisionError):
        bench.run(graph(action("a")))


def test_25_two_builders_do_the_work_once(tmp_path: Path) -> None:
    one, two = Bench(tmp_path), Bench(tmp_path / "other")
    two.store.close()
    two.store = Store(tmp_path / "store")
    one.during = two.during = lambda work: time.sleep(0.3)
    plan = graph(action("a"))
    threads = [threading.Thread(target=bench.run, args=(plan,)) for bench in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(one.ran) + len(two.ran) == 1
    one.close()
    two.close()


def test_history_says_what_changed(bench: Bench) -> None:
    bench.run(graph(action("a", text="1")))
    bench.run(graph(action("a", text="2")))
    history = History(bench.store.root)
    newest, before = history.entries("a")
    changes = why(history, "a", newest.material)
    assert newest.key != before.key
    assert changes is not None
    assert [(change.path, change.before, change.after) for change in changes] == [("spec.text", "1", "2")]
    assert why(history, "never-ran", {}) is None
