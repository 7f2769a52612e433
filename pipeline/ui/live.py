"""The live screen of a terminal: what runs, for how long, its last line; may import run's events and rich."""

from __future__ import annotations

import collections
import contextlib
import os
import select
import sys
import termios
import threading
import time
import tty
from dataclasses import dataclass, field
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from pipeline.run.events import (
    Ended,
    Event,
    Fetching,
    Finished,
    Line,
    Note,
    Planned,
    Published,
    Started,
    StepStarted,
    Working,
)
from pipeline.ui.screen import duration, how_far, size

_TAIL = 8
_STYLE = {
    Ended.BUILT: ("✓", "green"),
    Ended.FAILED: ("✗", "bold red"),
    Ended.SKIPPED: ("-", "dim"),
    Ended.CANCELLED: ("-", "yellow"),
}


@dataclass
class _Running:
    since: float
    step: str = ""
    lines: collections.deque[str] = field(default_factory=lambda: collections.deque([""], maxlen=_TAIL))


class LiveScreen:
    """Finished actions scroll by above, running ones stay below with a timer; `l` shows the logs' tails."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True)
        self.lock = threading.Lock()
        self.begun = time.monotonic()
        self.running: dict[str, _Running] = {}
        self.total = self.done = self.cached = 0
        self.fetching: Fetching | None = None
        self.working: Working | None = None
        self.tails = False
        self.stop = threading.Event()
        self.keys = threading.Thread(target=self._watch_keys, daemon=True)
        # Last, since it renders at once.
        self.live = Live(console=self.console, refresh_per_second=5, get_renderable=self._render)

    def __enter__(self) -> LiveScreen:
        self.live.__enter__()
        self.keys.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop.set()
        self.keys.join(timeout=1)
        with self.lock:
            self.running.clear()
        self.live.__exit__(kind, error, trace)

    def _watch_keys(self) -> None:
        """Read single keys without echo; leaves Ctrl-C to the signal handler. No terminal, no keys."""
        with contextlib.suppress(OSError, termios.error, ValueError):
            fd = sys.stdin.fileno()
            if not os.isatty(fd):
                return
            before = termios.tcgetattr(fd)
            try:
                tty.setcbreak(fd)
                while not self.stop.is_set():
                    if select.select([fd], [], [], 0.2)[0] and os.read(fd, 1) == b"l":
                        self.tails = not self.tails
            finally:
                termios.tcsetattr(fd, termios.TCSADRAIN, before)

    def _render(self) -> RenderableType:
        now = time.monotonic()
        with self.lock:
            rows = [(name, item.since, item.step, list(item.lines)) for name, item in self.running.items()]
            fetching, working = self.fetching, self.working
        table = Table.grid(padding=(0, 1))
        for name, since, step, lines in rows:
            table.add_row(Text(duration(now - since), "cyan"), Text(name, "bold"), Text(step, "magenta"))
            for line in lines if self.tails else lines[-1:]:
                table.add_row("", Text(line[: self.console.width - 12], "dim", no_wrap=True), "")
        parts: list[RenderableType] = [table]
        if fetching is not None and fetching.done < fetching.total:
            parts.append(Text(f"fetching {size(fetching.done)} of {size(fetching.total)}: {fetching.name}", "cyan"))
        if working is not None and working.done < working.total:
            parts.append(Text(f"{how_far(working)} · {duration(now - self.begun)}", "cyan"))
        if self.total:
            keys = "l: less log" if self.tails else "l: more log"
            parts.append(
                Text(
                    f"{self.done}/{self.total} actions, {self.cached} of them from the store · "
                    f"{duration(now - self.begun)} · {keys} · Ctrl-C: stop, finished work is kept",
                    "dim",
                )
            )
        return Group(*parts)

    def _print(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style), soft_wrap=True)

    def __call__(self, event: Event) -> None:
        match event:
            case Note(text):
                self._print(text, "dim")
            case Planned(actions):
                self.total = actions
            case Fetching():
                self.fetching = event
            case Working():
                self.working = event
            case Published(artifact, path, count, _):
                self._print(f"→ {artifact} published: {path} ({size(count)})", "bold green")
            case Finished(action, ended, seconds):
                self._finished(action, ended, seconds)
            case Started() | StepStarted() | Line():
                self._progress(event)

    def _progress(self, event: Started | StepStarted | Line) -> None:
        with self.lock:
            match event:
                case Started(action):
                    self.running[action] = _Running(time.monotonic())
                case StepStarted(action, step) if action in self.running:
                    self.running[action].step = step
                case Line(action, text) if action in self.running and text.strip():
                    self.running[action].lines.append(text.expandtabs())
                case _:
                    pass

    def _finished(self, action: str, ended: Ended, seconds: float) -> None:
        with self.lock:
            self.running.pop(action, None)
            self.done += ended in (Ended.BUILT, Ended.CACHED)
            self.cached += ended is Ended.CACHED
        if ended in _STYLE:
            sign, style = _STYLE[ended]
            self._print(f"{sign} {action}  {duration(seconds) if seconds else ended.value}", style)
