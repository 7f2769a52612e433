"""The local executor: runs a graph's actions side by side, from the store where it can; may import sandbox.

What begins when is `pipeline.run.order`'s to say.
"""

from __future__ import annotations

import heapq
import queue
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from pipeline.errors import SlimeError
from pipeline.plan.action import Action, Input, Json, Kind, key_of, material
from pipeline.plan.graph import Graph
from pipeline.run.events import Emit, Ended, Finished, Note, Planned, Started
from pipeline.run.history import Entry, History
from pipeline.run.inputs import input_digest, input_tree
from pipeline.run.jobserver import JobServer
from pipeline.run.order import Order, Unused
from pipeline.store.files import explained
from pipeline.store.result import ActionResult
from pipeline.store.store import Store


@dataclass(frozen=True)
class Work:
    """One action to run, with everything its handler needs to know about it."""

    action: Action
    key: str
    digests: Mapping[Input, str]
    results: Mapping[str, ActionResult]
    emit: Emit
    cancel: threading.Event


Handler = Callable[[Work], ActionResult]


@dataclass(frozen=True)
class Failure:
    """An action that failed, and why."""

    action: str
    error: SlimeError


@dataclass
class Report:
    """What a run came to. `results` holds every action that has one, `built` the seconds of those run now.

    It was `interrupted` if that left something undone.
    """

    results: dict[str, ActionResult] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    built: dict[str, float] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    interrupted: bool = False


class Executor:
    """Runs graphs with the given handlers. One run at a time."""

    def __init__(
        self,
        store: Store,
        handlers: Mapping[Kind, Handler],
        jobserver: JobServer,
        emit: Emit,
        *,
        keep_going: bool = False,
        cancel: threading.Event | None = None,
        on_result: Callable[[str, Report], None] | None = None,
    ) -> None:
        self.store = store
        self.handlers = handlers
        self.jobserver = jobserver
        self.emit = emit
        self.keep_going = keep_going
        self.cancel = cancel or threading.Event()
        self.on_result = on_result or (lambda _action, _report: None)
        self.history = History(store.root)

    def run(self, graph: Graph) -> Report:
        """Run every action that `graph.wanted` needs. Failures are in the report, not raised."""
        self.emit(Planned(len(graph.actions)))
        with ThreadPoolExecutor(max_workers=self.jobserver.jobs + 1, thread_name_prefix="action") as pool:
            return _Run(self, graph, pool).loop()


@dataclass(frozen=True)
class _Prepared:
    """What was worked out about an action when it became ready."""

    key: str
    content: dict[str, Json]
    digests: dict[Input, str]


@dataclass(frozen=True)
class _Done:
    """How a started action ended. `ended` is CACHED when another process has done the work meanwhile."""

    action: str
    outcome: ActionResult | BaseException
    seconds: float
    ended: Ended


class _Run:
    """The state of one run; lives on the main thread, handlers run on the pool's."""

    def __init__(self, executor: Executor, graph: Graph, pool: ThreadPoolExecutor) -> None:
        self.executor = executor
        self.graph = graph
        self.pool = pool
        self.report = Report()
        self.order = Order(graph)
        self.unused = Unused()
        self.waiting = {name: set(action.needs()) for name, action in graph.actions.items()}
        self.users: dict[str, list[str]] = {}
        for name, needs in self.waiting.items():
            for need in needs:
                self.users.setdefault(need, []).append(name)
        self.ready: list[tuple[tuple[int, int], str]] = []
        self.prepared: dict[str, _Prepared] = {}
        self.running: set[str] = set()
        self.done: queue.SimpleQueue[_Done] = queue.SimpleQueue()

    def loop(self) -> Report:
        for name in [name for name, needs in self.waiting.items() if not needs]:
            self._now_ready(name)
        while self.ready or self.running:
            self._start_what_can()
            if self.running:
                self._collect()
            elif self.ready and self._stopping():
                break
        self.report.skipped = [
            name for name in self.graph.actions if name not in self.report.results and not self._failed(name)
        ]
        for name in self.report.skipped:
            ended = Ended.CANCELLED if self.executor.cancel.is_set() else Ended.SKIPPED
            self.executor.emit(Finished(name, ended, 0.0))
        self.report.interrupted = self.executor.cancel.is_set() and bool(self.report.skipped)
        return self.report

    def _failed(self, name: str) -> bool:
        return any(failure.action == name for failure in self.report.failures)

    def _stopping(self) -> bool:
        return self.executor.cancel.is_set() or (bool(self.report.failures) and not self.executor.keep_going)

    def _now_ready(self, name: str) -> None:
        """All that `name` needs is there: take it from the store, or put it in the queue."""
        action = self.graph.actions[name]
        store = self.executor.store
        try:
            digests = {item: input_digest(store, item, self.report.results) for item in action.inputs}
        except SlimeError as error:  # an action before it did not leave what this one is made from
            self._fail(name, error, 0.0)
            return
        content = material(action, digests)
        key = key_of(content)
        self.report.keys[name] = key
        result = store.result(key)
        if result is not None:
            self.executor.history.note(name, Entry(key, content, result.seconds))
            self._finish(name, result, Ended.CACHED, 0.0)
            return
        self.prepared[name] = _Prepared(key, content, digests)
        heapq.heappush(self.ready, (self.order.rank(name), name))

    def _start_what_can(self) -> None:
        unused = self.unused.note(free=self.executor.jobserver.free() > 0, now=time.monotonic())
        held: list[tuple[tuple[int, int], str]] = []
        while self.ready and not self._stopping():
            entry = heapq.heappop(self.ready)
            name = entry[1]
            if not self.order.may_start(name, self.running, unused=unused):
                held.append(entry)
            elif not self._start(name):
                held.append(entry)
                break  # no slot is free: what comes after would overtake it
            elif self.order.waits(name, self.running):  # it went ahead: one, and then see what that leaves
                unused = False
                self.unused.used()
        for entry in held:
            heapq.heappush(self.ready, entry)

    def _start(self, name: str) -> bool:
        """Start the action if a job slot is free."""
        server = self.executor.jobserver
        if not self.running:
            server.refill()
        if not server.take():
            return False
        action, prepared = self.graph.actions[name], self.prepared.pop(name)
        self.running.add(name)
        self.executor.emit(Started(name))
        results = dict(self.report.results)
        work = Work(action, prepared.key, prepared.digests, results, self.executor.emit, self.executor.cancel)
        self.pool.submit(self._work, work, prepared.content)
        return True

    def _work(self, work: Work, content: Mapping[str, Json]) -> None:
        begun = time.monotonic()
        outcome: ActionResult | BaseException
        ended = Ended.CACHED
        waiting = Note(f"{work.action.id} is being built by another process: waiting for its result")
        try:
            # Another builder may be at the same action: then take its result.
            with self.executor.store.lock(work.key, on_wait=lambda _: work.emit(waiting)):
                found = self.executor.store.result(work.key)
                if found is None:
                    ended = Ended.BUILT
                    self._check_inputs(work)
                    with explained(self.executor.store.root):
                        found = self.executor.handlers[work.action.kind](work)
                    self.executor.store.record(work.key, found)
                self.executor.history.note(work.action.id, Entry(work.key, dict(content), found.seconds))
                outcome = found
        except BaseException as error:  # carried to the main thread, which reports or raises it
            outcome = error
        finally:
            self.executor.jobserver.give()
        self.done.put(_Done(work.action.id, outcome, time.monotonic() - begun, ended))

    def _check_inputs(self, work: Work) -> None:
        """Hash what the action is made from: what is made from damage would be recorded under a good key.

        Not root file systems, of which each is a gigabyte and which all builds read: like all that a sandbox sees, they
        are hashed when `Store.checkout` gives them away, once for each process.
        """
        store = self.executor.store
        for item in work.action.inputs:
            if self.graph.actions[item.action].kind is not Kind.ROOTFS:
                store.check_tree(input_tree(store, item, work.results))

    def _collect(self) -> None:
        """Wait for a running action to end, or a moment, after which a slot may be free."""
        try:
            done = self.done.get(timeout=0.2)
        except queue.Empty:
            return
        self.running.discard(done.action)
        if isinstance(done.outcome, ActionResult):
            if done.ended is Ended.BUILT:
                self.report.built[done.action] = done.seconds
            self._finish(done.action, done.outcome, done.ended, done.seconds)
        elif isinstance(done.outcome, SlimeError):
            if self.executor.cancel.is_set():
                return
            self._fail(done.action, done.outcome, done.seconds)
        else:
            self.executor.cancel.set()
            raise done.outcome

    def _fail(self, name: str, error: SlimeError, seconds: float) -> None:
        self.report.failures.append(Failure(name, error))
        self.executor.emit(Finished(name, Ended.FAILED, seconds, error.message))

    def _finish(self, name: str, result: ActionResult, ended: Ended, seconds: float) -> None:
        self.report.results[name] = result
        self.executor.emit(Finished(name, ended, seconds))
        for user in self.users.get(name, ()):
            self.waiting[user].discard(name)
            if not self.waiting[user]:
                self._now_ready(user)
        self.executor.on_result(name, self.report)
