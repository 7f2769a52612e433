"""The builder put together: project, store, engine, handlers; may import everything below the CLI."""

from __future__ import annotations

import ctypes
import os
import shlex
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import cast

from pipeline.cli.settings import Settings
from pipeline.errors import FetchError
from pipeline.fetch.mirrors import debian_mirrors
from pipeline.fetch.pins import FetchReason
from pipeline.load.project import Project, load_project
from pipeline.plan.action import Kind
from pipeline.plan.graph import Graph
from pipeline.plan.select import Build, select
from pipeline.probe.action import ProbeHandler
from pipeline.publish.action import ArchiveHandler
from pipeline.rootfs.unpack import unpack
from pipeline.run.crates import CratesHandler
from pipeline.run.events import Emit, Note
from pipeline.run.executor import Executor, Handler, Report
from pipeline.run.foresight import needs_engine
from pipeline.run.jobserver import JobServer
from pipeline.run.prepare import Preparation
from pipeline.run.sandboxed import SandboxedBuild
from pipeline.sandbox.protocol import Engine, EngineReport
from pipeline.store.store import Store
from pipeline.ui.live import LiveScreen
from pipeline.ui.screen import JsonScreen, PlainScreen, Screen

_M_ARENA_MAX = -8
"""mallopt(3)."""


@dataclass
class EngineChoice:
    """The sandbox engine, chosen by trying when it is first needed (a build from the store needs none)."""

    wish: str
    emit: Emit
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _chosen: Engine | None = None

    def __call__(self) -> Engine:
        """The engine. Raises `SandboxError` that says what each candidate answered."""
        with self._lock:
            if self._chosen is None:
                # Imported here: a run that takes everything from the store needs no engine and no Docker client.
                from pipeline.sandbox.auto import EngineName, choose

                engine, reports = choose(cast(EngineName, self.wish))
                for report in reports:
                    self.emit(Note(describe_engine(report)))
                self._chosen = engine
            return self._chosen

    @property
    def name(self) -> str | None:
        """The chosen engine's name, if one was needed."""
        return self._chosen.name if self._chosen is not None else None


def describe_engine(report: EngineReport) -> str:
    """What an engine answered when it was tried, and what to do about it, as one line."""
    text = f"sandbox {report.engine}: {report.answer}"
    return text if report.ok or not report.hint else f"{text} ({report.hint})"


class App:
    """Everything a command needs. Open it with `session`, which closes the store and the job server."""

    def __init__(self, settings: Settings, store: Store, jobserver: JobServer, emit: Emit) -> None:
        self.settings = settings
        self.store = store
        self.jobserver = jobserver
        self.emit = emit
        self.cancel = threading.Event()
        self.engine = EngineChoice(settings.engine, emit)
        self._told_left = 0

    @cached_property
    def project(self) -> Project:
        """The loaded definitions. Raises `DefinitionError`."""
        return load_project(self.settings.root)

    def select(self, names: Sequence[str]) -> tuple[Build, ...]:
        """What was asked for, on the command line's targets; nothing named means the whole release."""
        return select(self.project, tuple(names) or self.project.release.build, self.settings.targets)

    @cached_property
    def preparation(self) -> Preparation:
        """Fetching, root file systems and sources."""

        def fill_rootfs(name: str, files: dict[str, Path], into: Path) -> None:
            unpack(self.project.locks[name], self.project.toolchains[name], files, into)

        crates = CratesHandler(self.project, self.store, self.engine)
        return Preparation(
            self.project,
            self.store,
            self.settings.downloads,
            debian_mirrors(os.environ),
            fill_rootfs,
            crates.fill,
            self.cancel,
        )

    @cached_property
    def builds(self) -> SandboxedBuild:
        """The handler of sandboxed builds."""
        return SandboxedBuild(self.store, self.engine, self.jobserver)

    def handlers(self) -> dict[Kind, Handler]:
        """Every kind of action's handler."""
        return {
            **self.preparation.handlers(),
            Kind.BUILD: self.builds.run,
            Kind.TRAIN: self.builds.run,
            Kind.PROBE: ProbeHandler(self.project, self.store, self.engine).run,
            Kind.ARCHIVE: ArchiveHandler(self.store).run,
        }

    def run(self, graph: Graph, on_result: Callable[[str, Report], None] | None = None) -> Report:
        """Fetch what is missing, then run the graph.

        Raises `SandboxError` before anything is fetched if something has to run in a sandbox and none can be had, and
        `FetchError` if something cannot be fetched, unless the run shall go on without.
        """
        missing = [name for name, action in graph.actions.items() if self._is_missing_input(graph, name)]
        if missing and needs_engine(self.store, graph):
            self.engine()
        try:
            self.preparation.fetch(graph, missing, self.emit)
        except FetchError as error:
            if error.reason is FetchReason.INTERRUPTED:
                return Report(skipped=list(graph.actions), interrupted=True)
            if not self.settings.keep_going:
                raise
            # Each action that lacks something tries once more, and fails by itself.
            self.emit(Note("not everything can be fetched: going on with what does not need it"))
        executor = Executor(
            self.store,
            self.handlers(),
            self.jobserver,
            self.emit,
            keep_going=self.settings.keep_going,
            cancel=self.cancel,
            on_result=on_result,
        )
        report = executor.run(graph)
        self.tell_left()
        return report

    def tell_left(self) -> None:
        """Say what scratch could not be removed, now or by a builder before this one."""
        texts = left_behind(self.store)
        for text in texts[self._told_left :]:
            self.emit(Note(text))
        self._told_left = len(texts)

    def _is_missing_input(self, graph: Graph, name: str) -> bool:
        from pipeline.plan.action import key_of, material

        action = graph.actions[name]
        if action.kind not in (Kind.ROOTFS, Kind.SOURCE):
            return False
        return self.store.result(key_of(material(action, {}))) is None


def left_behind(store: Store) -> list[str]:
    """What to say of scratch folders that could not be removed, each once."""
    texts = (
        f"{path} cannot be removed: {error.strerror} (`sudo rm -rf {shlex.quote(str(path))}`)"
        for path, error in store.left
    )
    return list(dict.fromkeys(texts))


def make_screen(settings: Settings) -> Screen:
    """JSON on request, the live screen on a terminal, else plain lines."""
    if settings.json:
        return JsonScreen()
    if os.isatty(2) and os.environ.get("TERM", "dumb") != "dumb" and not os.environ.get("CI"):
        return cast(Screen, LiveScreen())
    return PlainScreen(verbose=settings.verbose)


def _share_heaps() -> None:
    """Let all threads allocate from two heaps. glibc gives each its own, which keeps what was freed: 149 MB at the
    peak of unpacking both toolchains instead of 107. Another C library may have no such option."""
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


@contextmanager
def session(settings: Settings, screen: Screen | None = None) -> Iterator[App]:
    """An app with its screen (by default what suits the output), store and job server; signals stop it in order.

    The first SIGINT, SIGTERM or SIGHUP asks running sandboxes to end and keeps what is finished; a second one stops
    at once.
    """
    settings.cache.mkdir(parents=True, exist_ok=True)
    _share_heaps()
    with (
        Store(settings.store) as store,
        # In scratch of the store's, which is removed even after a builder that was killed.
        JobServer(store.workdir("jobserver") / "pipe", settings.jobs) as jobserver,
        screen or make_screen(settings) as shown,
    ):
        app = App(settings, store, jobserver, shown)
        store.say = lambda text: shown(Note(text))
        app.tell_left()
        with _signals(app):
            yield app


@contextmanager
def _signals(app: App) -> Iterator[None]:
    def stop(number: int, _frame: FrameType | None) -> None:
        if app.cancel.is_set():
            raise KeyboardInterrupt
        app.cancel.set()
        name = signal.Signals(number).name
        note = Note(f"{name}: stopping what runs; finished work is kept (again: stop at once)")
        # Not here: the interrupted code may be in the middle of a line, holding the screen's lock.
        threading.Thread(target=app.emit, args=(note,), name="signal-note").start()

    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under nohup
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
