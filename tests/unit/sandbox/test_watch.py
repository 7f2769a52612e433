"""Watching what runs, with a stand-in for the sandbox."""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.sandbox import watch as watching
from pipeline.sandbox.log import LogWriter
from pipeline.sandbox.protocol import Ended, Outcome, SandboxLimits
from pipeline.sandbox.usage import DiskMeter
from pipeline.sandbox.watch import conclude, drain, watch

LIMITS = SandboxLimits(seconds=0.2, memory_bytes=1000, log_bytes=1000, disk_bytes=100_000)
ENDLESS = SandboxLimits(seconds=60, memory_bytes=1000, log_bytes=1000, disk_bytes=100_000)


class Fake:
    """Something that runs until it is asked or made to end."""

    def __init__(self, *, obeys: str = "yes", memory: int | None = None) -> None:
        self.output, self.prints = os.pipe()
        self.done, self._end = os.pipe()
        self.obeys = obeys
        self.uses = memory
        self.has: int | None = None
        self.looks = 0
        self.heard: list[str] = []
        self._once = threading.Lock()

    def memory(self) -> int | None:
        self.looks += 1
        return self.uses

    def processes(self) -> int | None:
        return self.has

    def terminate(self) -> None:
        self.heard.append("terminate")
        if self.obeys == "yes":
            self.end()

    def kill(self) -> None:
        self.heard.append("kill")
        self.end()

    def end(self) -> None:
        with self._once:  # a timer's thread and the test may both come here
            if self._end >= 0:
                os.close(self._end)
                os.close(self.prints)
                self._end = -1

    def close(self) -> None:
        self.end()
        os.close(self.output)
        os.close(self.done)


@pytest.fixture
def fake() -> Iterator[Fake]:
    running = Fake()
    yield running
    running.close()


def run(fake: Fake, tmp_path: Path, limits: SandboxLimits, cancel: threading.Event | None = None) -> Outcome:
    folder = tmp_path / "out"
    folder.mkdir(exist_ok=True)
    disk = DiskMeter((folder,), limits.disk_bytes)
    with LogWriter(tmp_path / "log", limits.log_bytes) as log:
        watched = watch(fake, limits, log, disk, cancel)
        fake.end()
        drain(fake.output, log)
        return conclude(watched, 3, limits, log, disk)


def test_what_ends_by_itself_keeps_its_status_and_all_its_output(fake: Fake, tmp_path: Path) -> None:
    os.write(fake.prints, b"printed")
    fake.end()
    outcome = run(fake, tmp_path, ENDLESS)
    assert (outcome.status, outcome.ended, fake.heard) == (3, "exited", [])
    assert outcome.log.read_bytes() == b"printed"


def test_closing_the_output_is_not_the_end(fake: Fake, tmp_path: Path) -> None:
    threading.Timer(0.4, fake.end).start()
    outcome = run(fake, tmp_path, ENDLESS)
    assert outcome.ended == "exited"
    assert outcome.seconds > 0.3


def test_24_a_run_past_its_time_is_asked_to_end(fake: Fake, tmp_path: Path) -> None:
    outcome = run(fake, tmp_path, LIMITS)
    assert (outcome.status, outcome.ended, fake.heard) == (None, "timeout", ["terminate"])


def test_24_what_does_not_listen_is_killed(fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "GRACE_SECONDS", 0.3)
    fake.obeys = "no"
    outcome = run(fake, tmp_path, LIMITS)
    assert (outcome.ended, fake.heard) == ("timeout", ["terminate", "kill"])


@pytest.mark.parametrize(("limit", "looks"), [(1000, range(3, 100)), (1 << 40, range(1, 2))])
def test_memory_is_looked_at_often_only_near_its_limit(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int, looks: range
) -> None:
    monkeypatch.setattr(watching, "_TICK", 0.01)
    monkeypatch.setattr(watching, "_MEMORY_PERIOD", 0.02)
    fake.uses = 999
    timer = threading.Timer(0.5, fake.end)
    timer.start()
    try:
        outcome = run(fake, tmp_path, dataclasses.replace(ENDLESS, memory_bytes=limit))
    finally:
        timer.join()
    assert (outcome.ended, outcome.peak_memory_bytes) == ("exited", 999)
    assert fake.looks in looks


def test_24_too_much_memory_stops_it_and_the_peak_is_told(fake: Fake, tmp_path: Path) -> None:
    fake.uses = 1001
    outcome = run(fake, tmp_path, ENDLESS)
    assert (outcome.ended, outcome.peak_memory_bytes) == ("memory", 1001)


def test_24_too_many_processes_stop_it_sooner_than_memory_is_looked_at(fake: Fake, tmp_path: Path) -> None:
    fake.has = ENDLESS.processes - 1

    def grow() -> None:
        fake.has = ENDLESS.processes

    threading.Timer(0.3, grow).start()
    outcome = run(fake, tmp_path, dataclasses.replace(ENDLESS, memory_bytes=1 << 40))
    assert (outcome.ended, fake.heard) == ("processes", ["kill"])
    assert fake.looks <= 1


def test_24_memory_waits_while_processes_become_many(fake: Fake, tmp_path: Path) -> None:
    """To look at the memory of a fork bomb takes longer than it needs to fill the machine."""
    fake.has, fake.uses = 0, 10

    def double() -> int:
        fake.has = 2 * (fake.has or 100)
        return fake.has

    fake.processes = double  # type: ignore[method-assign]
    outcome = run(fake, tmp_path, dataclasses.replace(ENDLESS, memory_bytes=1 << 40))
    assert (outcome.ended, fake.looks) == ("processes", 0)


def test_24_what_takes_too_much_gets_no_time_to_take_more(fake: Fake, tmp_path: Path) -> None:
    fake.uses = 1001
    run(fake, tmp_path, ENDLESS)
    assert fake.heard == ["kill"]


def test_24_too_long_a_log_stops_it(fake: Fake, tmp_path: Path) -> None:
    os.write(fake.prints, b"x" * 1001)
    assert run(fake, tmp_path, ENDLESS).ended == "log"


def test_24_too_much_on_disk_stops_it(fake: Fake, tmp_path: Path) -> None:
    threading.Timer(0.1, lambda: (tmp_path / "out" / "big").write_bytes(b"x" * 200_000)).start()
    assert run(fake, tmp_path, ENDLESS).ended == "disk"


def test_cancelling_interrupts_it(fake: Fake, tmp_path: Path) -> None:
    cancel = threading.Event()
    threading.Timer(0.1, cancel.set).start()
    assert run(fake, tmp_path, ENDLESS, cancel).ended == "interrupted"


@pytest.mark.parametrize(("status", "ended"), [(0, "exited"), (127, "exited"), (139, "signal"), (255, "exited")])
def test_a_shells_status_tells_of_signals(tmp_path: Path, status: int, ended: Ended) -> None:
    with LogWriter(tmp_path / "log", 10) as log:
        outcome = conclude(watching.Watched(None, 1.0, None), status, LIMITS, log, DiskMeter((), 1))
    assert (outcome.status, outcome.ended) == (status, ended)


@pytest.mark.parametrize("what", ["log", "disk"])
def test_24_what_was_too_fast_to_be_stopped_is_judged_all_the_same(tmp_path: Path, what: Ended) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    disk = DiskMeter((folder,), 10_000)
    with LogWriter(tmp_path / "log", 10) as log:
        if what == "log":
            log.feed(b"x" * 11)
        else:
            (folder / "big").write_bytes(b"x" * 20_000)
        outcome = conclude(watching.Watched(None, 0.1, None), 0, LIMITS, log, disk)
    assert (outcome.status, outcome.ended) == (None, what)
