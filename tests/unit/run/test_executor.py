"""The executor's order, cut-off, failures and interruption, with a real store and small handlers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.errors import BuildError, Reason
from pipeline.plan.action import Action, Input, Kind
from pipeline.plan.graph import Graph
from pipeline.run import executor as executor_module
from pipeline.run.events import Ended, Event, Finished, Note, Started
from pipeline.run.executor import Executor, Report, Work
from pipeline.run.history import History, why
from pipeline.run.inputs import input_tree
from pipeline.run.jobserver import JobServer
from pipeline.run.order import UNUSED_SECONDS
from pipeline.store.digest import Digest
from pipeline.store.errors import StoreReason
from pipeline.store.result import ActionResult
from pipeline.store.store import Store
from pipeline.store.tree import Tree


class _Reason(Reason):
    BROKEN = "broken"


PATIENCE = 60.0
"""Seconds after which what has not happened is taken never to happen."""


class Watched(JobServer):
    """A job server that knows how often the executor has looked for something to start."""

    def __init__(self, path: Path, jobs: int) -> None:
        self._looks = 0
        self._changed = threading.Condition()
        super().__init__(path, jobs)

    def free(self) -> int:
        """Asked by the executor once, before it starts what it can."""
        with self._changed:
            self._looks += 1
            self._changed.notify_all()
        return super().free()

    def let_it_look(self) -> None:
        """Return when everything has been started that may be started beside the caller, a running handler."""
        with self._changed:
            begun = self._looks
            # The next look may be half over; the one after it begins when that has started all that it can.
            assert self._changed.wait_for(lambda: self._looks >= begun + 2, PATIENCE)


class Clock:
    """The executor's clock, which goes on when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(executor_module, "time", made)
    return made


class Bench:
    """A store, a job server and a handler that writes `spec["text"]` and remembers the order."""

    def __init__(self, root: Path, jobs: int = 2) -> None:
        self.store = Store(root / "store")
        self.jobserver = Watched(root / "pipe", jobs)
        self.ran: list[str] = []
        self.events: list[Event] = []
        self.during: Callable[[Work], None] = lambda work: None
        self.told: Callable[[Event], None] = lambda event: None
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
        executor = Executor(self.store, handlers, self.jobserver, self.emit, keep_going=keep_going, cancel=self.cancel)
        return executor.run(graph)

    def emit(self, event: Event) -> None:
        self.events.append(event)
        self.told(event)

    @property
    def story(self) -> list[str]:
        """`+name` where an action was started, `-name` where it ended."""
        marks = {Started: "+", Finished: "-"}
        return [marks[type(event)] + event.action for event in self.events if isinstance(event, (Started, Finished))]

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


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_as_many_as_the_pool_has_slots_run_at_once(tmp_path: Path, jobs: int) -> None:
    bench = Bench(tmp_path, jobs)
    bench.during = lambda work: bench.jobserver.let_it_look()
    report = bench.run(graph(*(action(f"a{number}") for number in range(jobs + 2))))
    assert len(report.built) == jobs + 2
    assert bench.most_at_once == jobs
    bench.close()


def test_the_first_wave_is_not_disturbed_but_preparations_go_on(bench: Bench) -> None:
    bench.during = lambda work: bench.jobserver.let_it_look()
    plan = graph(
        action("first"),
        action("first-end", "first"),
        action("later"),
        action("unpack", kind=Kind.ROOTFS),
        waves={"later": 1, "unpack": 1},
    )
    bench.run(plan)
    story = bench.story
    assert story.index("+unpack") < story.index("-first")
    assert story.index("-first-end") < story.index("+later")


LIBRARY = (
    action("first"),
    action("first-end", "first"),
    action("goal"),
    action("library"),
    action("other", "library"),
)
LATER = {"goal": 1, "library": 2, "other": 2}


def _while_the_first_goal_runs(bench: Bench, clock: Clock, seconds: float) -> list[str]:
    """Run `LIBRARY`; what has been started when its first action, a process alone, has run for so long."""
    seen: list[str] = []

    def during(work: Work) -> None:
        if work.action.id == "first":
            bench.jobserver.let_it_look()
            assert bench.story == ["+first"]
            clock.now += seconds
            bench.jobserver.let_it_look()
            seen.extend(bench.story)

    bench.during = during
    assert len(bench.run(graph(*LIBRARY, waves=LATER)).built) == len(LIBRARY)
    return seen


def test_a_library_begins_where_the_first_goal_leaves_a_slot_unused(bench: Bench, clock: Clock) -> None:
    seen = _while_the_first_goal_runs(bench, clock, UNUSED_SECONDS)
    assert "+library" in seen
    assert not {"+goal", "+other"} & set(seen)
    story = bench.story
    assert story.index("-first-end") < min(story.index("+goal"), story.index("+other"))


def test_no_library_begins_while_the_first_goal_uses_all_slots(bench: Bench, clock: Clock) -> None:
    def make_takes_a_slot(event: Event) -> None:
        if event == Started("first"):
            assert bench.jobserver.take()
        elif isinstance(event, Finished) and event.action == "first":
            bench.jobserver.give()

    bench.told = make_takes_a_slot
    assert _while_the_first_goal_runs(bench, clock, 100 * UNUSED_SECONDS) == ["+first"]


def test_a_slot_that_is_free_for_moments_only_is_not_given_away(bench: Bench, clock: Clock) -> None:
    assert _while_the_first_goal_runs(bench, clock, 0.9 * UNUSED_SECONDS) == ["+first"]


def test_unused_slots_are_given_away_one_at_a_time(tmp_path: Path, clock: Clock) -> None:
    """What one library does with its slot has to be seen before the next one may begin."""
    bench = Bench(tmp_path, jobs=3)
    seen: list[list[str]] = []

    def during(work: Work) -> None:
        if work.action.id == "first":
            bench.jobserver.let_it_look()
            for seconds in (UNUSED_SECONDS, 0.9 * UNUSED_SECONDS, UNUSED_SECONDS):
                clock.now += seconds
                bench.jobserver.let_it_look()
                seen.append([word for word in bench.story if word.startswith("+")])
            go_on.set()
        elif work.action.id in ("one", "two"):
            assert go_on.wait(PATIENCE)

    go_on = threading.Event()
    bench.during = during
    libraries = (action("first"), action("one"), action("two"), action("goal", "one", "two"))
    bench.run(graph(*libraries, waves={"one": 1, "two": 1, "goal": 1}))
    assert seen == [["+first", "+one"], ["+first", "+one"], ["+first", "+one", "+two"]]
    bench.close()


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
    """The second one waits for the result of the first, which does not end before it is waited for."""
    one, two = Bench(tmp_path), Bench(tmp_path / "other")
    two.store.close()
    two.store = Store(tmp_path / "store")
    waiting = threading.Event()

    def told(event: Event) -> None:
        if isinstance(event, Note) and "another process" in event.text:
            waiting.set()

    def during(work: Work) -> None:
        assert waiting.wait(PATIENCE), "nobody waits for this builder: does the other one build the same?"

    reports: list[Report] = []
    for bench in (one, two):
        bench.during, bench.told = during, told
    plan = graph(action("a"))
    threads = [threading.Thread(target=lambda bench=bench: reports.append(bench.run(plan))) for bench in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.ran + two.ran) == ["a"]
    assert sorted(len(report.built) for report in reports) == [0, 1]
    assert reports[0].results == reports[1].results
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
