"""A shell in a sandbox ends with its builder, whatever asks that to end, and its terminal is as it was."""

from __future__ import annotations

import os
import signal
import termios
from collections.abc import Callable

import docker
import psutil
import pytest

from pipeline.sandbox.docker_run import LABEL
from tests.integration.pipeline.processes import sleeping, unique_seconds, wait_until
from tests.integration.pipeline.terminal import Terminal, terminal
from tests.integration.pipeline.workspace import TARGET, Workspace

STEPS = [{"name": "break", "run": "exit 3\n"}]
RUNS = {
    "at its prompt": "sleep {} & sleep {} &",
    "in a program": "sleep {} & sleep {}",
    "that hears no signal": "trap '' HUP TERM INT; sleep {} & sleep {}",
}


@pytest.fixture(params=["bubblewrap", pytest.param("docker", marks=pytest.mark.docker)])
def engine(request: pytest.FixtureRequest) -> str:
    if request.param == "docker":
        request.getfixturevalue("docker")
    return str(request.param)


def builder(shell: Terminal) -> psutil.Process:
    """The command itself, which is a child of the program that has given it the terminal."""
    (found,) = psutil.Process(shell.process.pid).children()
    return found


def containers_of(pid: int) -> list[str]:
    """The containers of one builder: the daemon may have others'."""
    client = docker.from_env()
    try:
        found = client.containers.list(all=True, filters={"label": LABEL})
        return [item.labels[LABEL] for item in found if f":{pid}:" in item.labels[LABEL]]
    finally:
        client.close()


def ends(small: Workspace, engine: str, what: str, *, ask: Callable[[Terminal], object], status: int | None) -> None:
    """Open a shell, have it run something, ask it to end; then all of it has to be gone."""
    seconds = unique_seconds()
    small.add_steps("app", STEPS)
    with terminal(small, "shell", "--engine", engine, f"app@{TARGET}") as shell:
        shell.wait_for("$ ")
        shell.type(RUNS[what].format(seconds, seconds))
        wait_until(lambda: len(sleeping(seconds)) == 2, "what was typed runs", 60)
        pid = builder(shell).pid
        ask(shell)
        wait_until(lambda: not psutil.pid_exists(pid), "the builder has ended", 60)
        if status is not None:
            local = termios.tcgetattr(shell.handle)[3]
            assert shell.end() == status
            assert local & termios.ECHO, "as it was"
            assert local & termios.ICANON
    assert sleeping(seconds) == []
    assert list((small.store / "work").iterdir()) == [], "the fresh tree is scratch"
    if engine == "docker":
        assert containers_of(pid) == []


@pytest.mark.parametrize("what", RUNS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_to_the_builder_ends_its_shell(
    small: Workspace, engine: str, number: signal.Signals, what: str
) -> None:
    ends(
        small,
        engine,
        what,
        ask=lambda shell: builder(shell).send_signal(number),
        status=128 + number,
    )


def test_a_terminal_that_goes_ends_its_shell(small: Workspace, engine: str) -> None:
    def close(shell: Terminal) -> None:
        os.close(shell.handle)
        shell.handle = -1

    ends(small, engine, "in a program", ask=close, status=None)


def test_ctrl_c_is_for_the_program_in_the_shell(small: Workspace, engine: str) -> None:
    seconds = unique_seconds()
    small.add_steps("app", STEPS)
    with terminal(small, "shell", "--engine", engine, f"app@{TARGET}") as shell:
        shell.wait_for("$ ")
        shell.type(f"sleep {seconds}")
        wait_until(lambda: len(sleeping(seconds)) == 1, "what was typed runs", 60)
        os.write(shell.handle, b"\x03")
        wait_until(lambda: not sleeping(seconds), "it has ended", 60)
        shell.type("echo still-$((40 + 2)); exit 5")
        shell.wait_for("still-42")
        assert shell.end() == 5
