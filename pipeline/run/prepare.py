"""What the builder does itself: root file systems, sources, recipe files, crates; may import rootfs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import FetchError
from pipeline.fetch.download import download
from pipeline.fetch.pins import FetchReason, Pin, ProgressCallback
from pipeline.fetch.pins import Progress as PinProgress
from pipeline.load.project import Project
from pipeline.plan.action import Action, Kind
from pipeline.plan.graph import Graph
from pipeline.run.events import Emit, Fetching
from pipeline.run.executor import Handler, Work
from pipeline.run.sources import pins_of, recipe_sources, unpack_sources, write_recipe_files
from pipeline.store.result import ActionResult
from pipeline.store.store import Store


def fetch_progress(pins: Iterable[Pin], emit: Emit) -> ProgressCallback:
    """What to call for each piece of `pins` that comes in: it tells how much of all of them is there."""
    total = sum(pin.size for pin in {pin.sha256: pin for pin in pins}.values())
    done: dict[str, int] = {}
    lock = threading.Lock()  # several are fetched at once, and what is told of them must not go back

    def tell(progress: PinProgress) -> None:
        with lock:
            if done.get(progress.pin.sha256) == progress.done:
                return  # its last piece had come in, and now its digest is known to be right
            done[progress.pin.sha256] = progress.done
            emit(Fetching(progress.pin.name, sum(done.values()), total))

    return tell


@dataclass
class Preparation:
    """Handlers of the actions that need no sandbox of their own."""

    project: Project
    store: Store
    downloads: Path
    mirrors: tuple[str, ...]
    fill_rootfs: Callable[[str, dict[str, Path], Path], None]
    fill_crates: Callable[[Work, Path], None]
    cancel: threading.Event = field(default_factory=threading.Event)
    files: dict[str, Path] = field(default_factory=dict)

    def handlers(self) -> dict[Kind, Handler]:
        """Handlers by kind, for the executor."""
        return {
            Kind.ROOTFS: self._filled(self._rootfs),
            Kind.SOURCE: self._filled(self._source),
            Kind.FILES: self._filled(self._recipe_files),
            Kind.CRATES: self._filled(self.fill_crates),
        }

    def fetch(self, graph: Graph, missing: list[str], emit: Emit) -> None:
        """Fetch everything that the `missing` actions read, in parallel, before anything runs.

        Raises `FetchError` that names every pin that cannot be had, or (`INTERRUPTED`) soon after `cancel` is set.
        """
        pins = [pin for name in missing for pin in pins_of(self.project, graph.actions[name], self.mirrors)]
        self.fetch_pins(pins, emit)

    def fetch_pins(self, pins: list[Pin], emit: Emit) -> None:
        """Fetch the given pins, telling how far it is."""
        if not pins:
            return
        show = fetch_progress(pins, emit)

        def tell(progress: PinProgress) -> None:
            if self.cancel.is_set():
                # Called for every piece that comes in, so this ends all transfers; whole files are kept.
                raise FetchError(FetchReason.INTERRUPTED, f"{progress.pin.name}: fetching was interrupted")
            show(progress)

        self.files.update(download(pins, self.downloads, progress=tell))

    def _filled(self, fill: Callable[[Work, Path], None]) -> Handler:
        def handler(work: Work) -> ActionResult:
            begun = time.monotonic()
            folder = self.store.workdir(work.action.slug)
            try:
                tree = folder / "tree"
                tree.mkdir()
                fill(work, tree)
                digest = self.store.adopt_tree(tree)
            finally:
                self.store.remove_workdir(folder)
            return ActionResult(outputs={"out": digest}, log=None, seconds=time.monotonic() - begun, meta={})

        return handler

    def _have(self, action: Action, emit: Emit) -> None:
        """The fetch step has normally brought everything; an action that was not foreseen fetches now."""
        pins = pins_of(self.project, action, self.mirrors)
        self.fetch_pins([pin for pin in pins if pin.sha256 not in self.files], emit)

    def _rootfs(self, work: Work, into: Path) -> None:
        self._have(work.action, work.emit)
        self.fill_rootfs(work.action.id.removeprefix("rootfs/"), self.files, into)

    def _source(self, work: Work, into: Path) -> None:
        self._have(work.action, work.emit)
        unpack_sources(recipe_sources(self.project, work.action), self.files, into)

    def _recipe_files(self, work: Work, into: Path) -> None:
        write_recipe_files(self.project, work.action, into)
