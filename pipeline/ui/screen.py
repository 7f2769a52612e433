"""The screen's protocol, plain lines for logs, and JSON for programs; may import run's events."""

from __future__ import annotations

import json
import sys
import threading
import time
from types import TracebackType
from typing import Protocol, TextIO

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
    to_json,
)


class Screen(Protocol):
    """Shows events as they come; a context manager, so that a terminal is always left whole."""

    def __call__(self, event: Event) -> None:
        """Show one event. Called from any thread."""

    def __enter__(self) -> Screen: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def size(count: float) -> str:
    """A number of bytes for people: `31.4 MB`, as archives are usually measured."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.2f} GB"


def duration(seconds: float) -> str:
    """Seconds for people: `0.4 s`, `41 s`, `3 min 05 s`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"


def how_far(event: Working) -> str:
    """`hashing: 1.20 GB of 4.00 GB`, `removing blobs: 12 of 90 blobs`."""
    if event.unit == "bytes":
        return f"{event.what}: {size(event.done)} of {size(event.total)}"
    return f"{event.what}: {event.done} of {event.total} {event.unit}"


class Pace:
    """When to say again how far something is: after it has gone on for `first` seconds, then every `every`."""

    def __init__(self, first: float, every: float) -> None:
        self.first, self.every = first, every
        self.what = ""
        self.next = 0.0

    def due(self, what: str) -> bool:
        """Whether to say it now."""
        now = time.monotonic()
        if what != self.what:
            self.what, self.next = what, now + self.first
        if now < self.next:
            return False
        self.next = now + self.every
        return True


class PlainScreen:
    """One line per thing worth knowing, for logs and CI; says every half minute that it is alive."""

    def __init__(self, out: TextIO | None = None, *, verbose: bool = False) -> None:
        self.out = out or sys.stderr
        self.verbose = verbose
        self.lock = threading.Lock()
        self.begun = time.monotonic()
        self.fetch_pace = Pace(0, 5)
        self.work_pace = Pace(2, 5)
        self.total = 0
        self.done = 0
        self.running: dict[str, float] = {}
        self.stop = threading.Event()
        self.heart = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> PlainScreen:
        self.heart.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop.set()
        self.heart.join(timeout=1)

    def _beat(self) -> None:
        while not self.stop.wait(30):
            with self.lock:
                running = sorted(self.running.items(), key=lambda item: item[1])
            if running:
                now = time.monotonic()
                self._say("… " + ", ".join(f"{name} {duration(now - since)}" for name, since in running))

    def _say(self, text: str) -> None:
        with self.lock:
            elapsed = time.monotonic() - self.begun
            print(f"[{int(elapsed) // 60:3}:{int(elapsed) % 60:02}] {text}", file=self.out, flush=True)

    def __call__(self, event: Event) -> None:
        match event:
            case Note(text):
                self._say(text)
            case Planned(actions):
                self.total = actions
            case Fetching() | Working():
                self._how_far(event)
            case Started(action):
                self.running[action] = time.monotonic()
                self._say(f"start   {action}")
            case StepStarted(action, step) if self.verbose:
                self._say(f"step    {action}: {step}")
            case Line(action, text) if self.verbose:
                self._say(f"{action}| {text}")
            case Finished(action, ended, seconds, detail):
                self.running.pop(action, None)
                if ended is Ended.FAILED:
                    self._say(f"failed  {action}: {detail.partition(chr(10))[0]}")
                    return
                self.done += ended in (Ended.BUILT, Ended.CACHED)
                if ended is not Ended.CACHED:
                    took = duration(seconds) if seconds else ""
                    self._say(f"{ended.value:<7} {action} {took} [{self.done}/{self.total}]")
            case Published(artifact, path, count, _):
                self._say(f"publish {artifact} → {path} ({size(count)})")
            case _:
                pass

    def _how_far(self, event: Fetching | Working) -> None:
        if isinstance(event, Working):
            if self.work_pace.due(event.what):
                self._say(how_far(event))
        elif self.fetch_pace.due("fetch") or event.done == event.total:
            self._say(f"fetching pinned inputs: {size(event.done)} of {size(event.total)}")


class JsonScreen:
    """One JSON object a line, for programs; `at` is seconds since the start."""

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stdout
        self.lock = threading.Lock()
        self.begun = time.monotonic()
        self.pace = Pace(0, 1)

    def __enter__(self) -> JsonScreen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def __call__(self, event: Event) -> None:
        with self.lock:
            # One comes for every piece of a file, every blob.
            if (
                isinstance(event, Fetching | Working)
                and event.done < event.total
                and not self.pace.due(type(event).__name__)
            ):
                return
            at = round(time.monotonic() - self.begun, 3)
            print(json.dumps({"at": at, **to_json(event)}, ensure_ascii=False), file=self.out, flush=True)
