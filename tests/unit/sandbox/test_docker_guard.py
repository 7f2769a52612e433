"""The guard of one container, with a daemon that only pretends."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import docker
import pytest
from docker.errors import DockerException, NotFound
from requests.exceptions import RequestException

from pipeline.sandbox import docker_guard


@dataclass
class Daemon:
    """Answers each attempt with the next of `answers`: an error to raise, or None when the container goes."""

    answers: list[Exception | None] = field(default_factory=list)
    asked: list[tuple[str, dict[str, bool]]] = field(default_factory=list)

    @property
    def containers(self) -> Daemon:
        return self

    def get(self, name: str) -> Any:
        daemon = self

        class Container:
            def remove(self, **options: bool) -> None:
                daemon.asked.append((name, options))
                answer = daemon.answers.pop(0)
                if answer is not None:
                    raise answer

        return Container()


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Daemon:
    made = Daemon()
    monkeypatch.setattr(docker, "from_env", lambda: made)
    monkeypatch.setattr(docker_guard, "_PAUSE_SECONDS", 0)
    return made


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """The guard ignores signals, in this process for once."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def guard(monkeypatch: pytest.MonkeyPatch, written: bytes) -> int:
    """What the guard answers when its builder has written this and is gone."""
    end, other = os.pipe()
    os.write(other, written)
    os.close(other)
    read = os.read
    monkeypatch.setattr(os, "read", lambda number, size: read(end if number == 0 else number, size))
    try:
        return docker_guard.main("slimepython-1")
    finally:
        os.close(end)


def test_a_builder_that_removed_its_container_leaves_nothing_to_do(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert guard(monkeypatch, b".") == 0
    assert daemon.asked == []


def test_a_builder_that_was_killed_leaves_its_container_to_the_guard(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon.answers = [None]
    assert guard(monkeypatch, b"") == 0
    assert daemon.asked == [("slimepython-1", {"force": True, "v": True})]


def test_it_tries_until_the_daemon_is_back(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    daemon.answers = [DockerException("restarting"), RequestException("still"), None]
    assert guard(monkeypatch, b"") == 0
    assert len(daemon.asked) == 3


def test_a_container_that_is_gone_is_well(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    daemon.answers = [NotFound("gone")]
    assert guard(monkeypatch, b"") == 0


def test_it_gives_up_in_the_end_and_says_so(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    daemon.answers = [DockerException("away") for _ in range(100)]
    assert guard(monkeypatch, b"") == 1
    assert len(daemon.asked) == 30


def test_what_ends_the_builder_does_not_end_the_guard(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    guard(monkeypatch, b".")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        assert signal.getsignal(number) is signal.SIG_IGN
