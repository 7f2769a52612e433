"""One container, of a daemon that only pretends."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest
from docker import DockerClient
from docker.errors import APIError, NotFound
from docker.models.containers import Container
from requests.exceptions import ConnectionError as ConnectionLost

from pipeline.sandbox import docker_run
from pipeline.sandbox.docker_run import (
    LABEL,
    RunningContainer,
    _lives,
    attached,
    builder_label,
    container,
    remove_orphans,
)
from pipeline.sandbox.protocol import Mount, Sandbox, SandboxLimits


@dataclass
class Made:
    """A container that remembers what became of it."""

    label: str = ""
    removing: Exception | None = None
    removed: bool = False

    @property
    def labels(self) -> dict[str, str]:
        return {LABEL: self.label}

    def remove(self, *, force: bool, v: bool) -> None:
        assert (force, v) == (True, True)
        if self.removing is not None:
            raise self.removing
        self.removed = True


@dataclass
class Daemon:
    """A client whose daemon has the containers in `there`."""

    there: dict[str, Made] = field(default_factory=dict)
    asked: list[tuple[str, list[str], dict[str, Any]]] = field(default_factory=list)

    @property
    def containers(self) -> Daemon:
        return self

    def create(self, image: str, command: list[str], *, name: str, **options: Any) -> Made:
        self.asked.append((image, command, options))
        self.there[name] = Made(options["labels"][LABEL])
        return self.there[name]

    def get(self, name: str) -> Made:
        if name not in self.there:
            raise NotFound("gone")
        return self.there[name]

    def list(self, *, all: bool, filters: dict[str, str]) -> list[Made]:
        assert (all, filters) == (True, {"label": LABEL})
        return list(self.there.values())

    @property
    def client(self) -> DockerClient:
        return cast(DockerClient, self)


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    mounts = (Mount(tmp_path, "/build/src"), Mount(tmp_path, "/build", "rw"))
    limits = SandboxLimits(memory_bytes=64 << 20)
    return Sandbox(tmp_path, "0" * 64, mounts, ("sh", "-c", "true"), {"A": "b"}, "/build", limits)


@pytest.fixture
def guards(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The guard processes that were started; all are gone after the test."""
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def start(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        # What a guard does is tested by itself: here it shall only end when it is told to.
        script = "import os, sys; sys.exit(0 if os.read(0, 1) == b'.' else 9)"
        assert options["start_new_session"], "else a terminal's signals end the guard too"
        started.append(popen([*command[:2], "-c", script], **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    yield started
    for guard in started:
        guard.wait(60)


# The container's options


def made_with(sandbox: Sandbox, user: str = "1000:1000", **more: Any) -> dict[str, Any]:
    daemon = Daemon()
    with container(daemon.client, "image", sandbox, user, **more):
        pass
    ((image, command, options),) = daemon.asked
    assert (image, command) == ("image", ["sh", "-c", "true"])
    return options


@pytest.mark.usefixtures("guards")
def test_it_may_do_nothing_that_it_need_not(sandbox: Sandbox) -> None:
    options = made_with(sandbox)
    assert options["cap_drop"] == ["ALL"]
    assert options["security_opt"] == ["no-new-privileges"]
    assert (options["network_mode"], options["read_only"]) == ("none", True)
    assert options["mem_limit"] == options["memswap_limit"] == 64 << 20, "no swap beside the memory"
    assert options["shm_size"] == sandbox.limits.tmp_bytes
    assert options["log_config"] == {"Type": "none"}
    assert made_with(replace(sandbox, network="host"))["network_mode"] == "host"


@pytest.mark.usefixtures("guards")
def test_it_sees_what_every_sandbox_sees(sandbox: Sandbox, tmp_path: Path) -> None:
    options = made_with(sandbox, user="0:0", tty=True)
    assert (options["hostname"], options["user"], options["working_dir"]) == ("sandbox", "0:0", "/build")
    assert options["environment"] == sandbox.environment
    assert options["tty"] is True
    mounts = [(mount["Target"], mount["Source"], mount["ReadOnly"]) for mount in options["mounts"]]
    assert mounts == [("/build", str(tmp_path), False), ("/build/src", str(tmp_path), True)]


# Its end


def test_it_is_removed_and_its_guard_told(sandbox: Sandbox, guards: list[subprocess.Popen[bytes]]) -> None:
    daemon = Daemon()
    with pytest.raises(ZeroDivisionError), container(daemon.client, "image", sandbox, "1000:1000"):
        raise ZeroDivisionError
    assert [made.removed for made in daemon.there.values()] == [True]
    assert [guard.wait(60) for guard in guards] == [0]


def test_one_that_is_gone_already_is_well(sandbox: Sandbox, guards: list[subprocess.Popen[bytes]]) -> None:
    daemon = Daemon()
    with container(daemon.client, "image", sandbox, "1000:1000"):
        daemon.there.clear()
    assert [guard.wait(60) for guard in guards] == [0]


@pytest.mark.parametrize("error", [APIError("busy"), ConnectionLost("away")], ids=["busy", "away"])
def test_one_that_cannot_be_removed_is_left_to_its_guard(
    sandbox: Sandbox, guards: list[subprocess.Popen[bytes]], error: Exception
) -> None:
    daemon = Daemon()
    with container(daemon.client, "image", sandbox, "1000:1000"):
        for made in daemon.there.values():
            made.removing = error
    assert [guard.wait(60) for guard in guards] == [9]


# Builders


def test_a_builder_is_known_by_more_than_its_number() -> None:
    boot, pid, created = builder_label().split(":")
    assert boot
    assert _lives(int(pid), created)
    assert not _lives(int(pid), "1.00")
    assert not _lives(2**22 + 1, created)


def test_containers_of_builders_that_are_gone_are_removed() -> None:
    boot, pid, _ = builder_label().split(":")
    daemon = Daemon(
        {
            "ours": Made(builder_label()),
            "of another that had our number": Made(f"{boot}:{pid}:1.00"),
            "of one that is gone": Made(f"{boot}:{2**22 + 1}:1.00"),
            "another machine's": Made(f"elsewhere:{2**22 + 1}:1.00"),
            "of nobody we know": Made("rubbish"),
            "busy": Made(f"{boot}:{2**22 + 1}:1.00", removing=APIError("removal is in progress")),
        }
    )
    assert remove_orphans(daemon.client) == 2
    removed = {name for name, made in daemon.there.items() if made.removed}
    assert removed == {"of another that had our number", "of one that is gone"}


# While it runs


@dataclass
class Started:
    """A container that ends when `ended` is set, or is lost with `error`."""

    usage: Any = None
    error: Exception | None = None
    ended: threading.Event = field(default_factory=threading.Event)
    heard: list[str] = field(default_factory=list)
    asked: int = 0

    def wait(self, timeout: None) -> None:
        self.ended.wait(60)
        if self.error is not None:
            raise self.error

    def stats(self, *, stream: bool, one_shot: bool) -> Any:
        self.asked += 1
        if isinstance(self.usage, Exception):
            raise self.usage
        return {"memory_stats": self.usage}

    def kill(self, name: str) -> None:
        self.heard.append(name)
        raise APIError("is not running")


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bytes]]:
    """What the daemon sends of the container's output."""
    sent: list[tuple[int, bytes]] = []
    monkeypatch.setattr(docker_run, "frames_iter", lambda connection, tty: iter(sent))
    return sent


@pytest.mark.parametrize("error", [None, NotFound("removed"), ConnectionLost("away")], ids=["well", "removed", "lost"])
def test_its_output_and_its_end_are_passed_on(frames: list[tuple[int, bytes]], error: Exception | None) -> None:
    frames += [(1, b"one"), (2, b"two")]
    made = Started(error=error)
    running = RunningContainer(cast(Container, made), None)
    assert os.read(running.output, 3) + os.read(running.output, 3) == b"onetwo"
    made.ended.set()
    assert os.read(running.done, 1) == b""
    assert running.lost is (error if isinstance(error, ConnectionLost) else None)
    running.close()


@pytest.mark.usefixtures("frames")
def test_it_is_asked_to_end_and_made_to() -> None:
    made = Started()
    running = RunningContainer(cast(Container, made), None)
    running.terminate()
    running.kill()
    assert made.heard == ["SIGTERM", "SIGKILL"]
    made.ended.set()
    running.close()


@pytest.mark.usefixtures("frames")
@pytest.mark.parametrize(
    ("usage", "found"),
    [
        ({"usage": 100, "stats": {"total_inactive_file": 30}}, 70),
        ({"usage": 100, "stats": {"inactive_file": 20}}, 80),
        ({"usage": 100}, 100),
        ({}, None),
        (APIError("busy"), None),
    ],
)
def test_memory_is_what_cannot_be_dropped(monkeypatch: pytest.MonkeyPatch, usage: Any, found: int | None) -> None:
    made = Started(usage)
    running = RunningContainer(cast(Container, made), None)
    now = [1000.0]
    monkeypatch.setattr("pipeline.sandbox.docker_run.time.monotonic", lambda: now[0])
    assert running.memory() == found
    assert running.memory() is None, "the daemon is not asked again at once"
    now[0] += docker_run._STATS_PERIOD
    assert running.memory() == found
    assert made.asked == 2
    made.ended.set()
    running.close()


def test_the_connection_that_a_response_owns_is_closed() -> None:
    closed: list[str] = []

    @dataclass
    class Closes:
        name: str

        def close(self) -> None:
            closed.append(self.name)

    @dataclass
    class Attaching:
        stream: Any

        def attach_socket(self, params: dict[str, int]) -> Any:
            assert params == {"stdout": 1, "stderr": 1, "stream": 1, "stdin": 1}
            return self.stream

    wrapped = Closes("file")
    wrapped._response = Closes("response")  # type: ignore[attr-defined]
    for stream in (wrapped, Closes("socket")):
        with attached(cast(Container, Attaching(stream)), stdin=1) as connection:
            assert connection is stream
    assert closed == ["response", "socket"]
