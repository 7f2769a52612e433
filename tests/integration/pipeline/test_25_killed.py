"""Bad input 25, Ctrl-C, SIGTERM and kill -9: what is finished is kept, no process is left, the next run goes on."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.integration.pipeline.processes import sleeping, unique_seconds, wait_for_event, wait_until
from tests.integration.pipeline.terminal import terminal
from tests.integration.pipeline.workspace import TARGET, Workspace, finish

BUILD = f"build/sleeper-1.0@{TARGET}"
DONE = f"build/done-1.0@{TARGET}"


def add_sleeper(small: Workspace) -> str:
    """A recipe that is soon done, and one after it that never is; gives the seconds it sleeps."""
    seconds = unique_seconds()
    small.add("done", "echo done > $OUT/done")
    # In a process of its own in the background too, which ignores what it is asked.
    script = f"(trap '' INT TERM; sleep {seconds}) &\necho sleeping\nsleep {seconds}\n"
    small.add("sleeper", script, dependencies=["done"])
    return seconds


def asleep(small: Workspace, seconds: str) -> subprocess.Popen[str]:
    """A started builder whose recipe sleeps."""
    builder = small.start("build", "--json", "sleeper")
    wait_for_event(builder, event="line", action=BUILD, text="sleeping")
    wait_until(lambda: len(sleeping(seconds)) >= 2, "both processes of the recipe")
    return builder


def goes_on(small: Workspace) -> None:
    """The next run takes what was finished from the store and does the rest."""
    small.add("sleeper", "cat /deps/done > $OUT/copy", dependencies=["done"])
    ran = small.build("sleeper")
    assert ran.status == 0, ran.err
    assert ran.summary["built"].keys() == {BUILD}
    assert DONE in ran.ended("cached")
    assert not list((small.store / "work").iterdir()), "nothing is left of either run"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_25_a_signal_stops_in_order(small: Workspace, number: signal.Signals) -> None:
    seconds = add_sleeper(small)
    builder = asleep(small, seconds)
    builder.send_signal(number)
    ran = finish(builder, 180)
    assert ran.status == 130
    assert not sleeping(seconds)
    assert ran.summary["status"] == 130
    assert ran.summary["failures"] == []
    assert [event["text"] for event in ran.events if event["event"] == "note"][-1].startswith(
        f"{number.name}: stopping"
    )
    assert not list((small.store / "failed").iterdir()), "nothing failed"
    assert not list((small.store / "work").iterdir())
    goes_on(small)


def test_25_ctrl_c_on_a_terminal(small: Workspace) -> None:
    seconds = add_sleeper(small)
    with terminal(small, "build", "sleeper") as screen:
        screen.wait_for("sleeping")  # the last line of the log
        screen.wait_for("Ctrl-C: stop, finished work is kept")
        assert sleeping(seconds)
        screen.type("\x03")
        screen.wait_for("SIGINT: stopping")
        screen.wait_for("Interrupted. What is finished is kept: run the same command to go on.")
        assert screen.end() == 130
    assert not sleeping(seconds)
    goes_on(small)


def test_25_an_impatient_second_ctrl_c(small: Workspace) -> None:
    seconds = add_sleeper(small)
    builder = asleep(small, seconds)
    builder.send_signal(signal.SIGINT)
    wait_for_event(
        builder,
        event="note",
        text="SIGINT: stopping what runs; finished work is kept (again: stop at once)",
    )
    builder.send_signal(signal.SIGINT)
    assert finish(builder, 180).status == 130
    wait_until(lambda: not sleeping(seconds), "the end of the recipe's processes", 60)
    goes_on(small)


def test_25_kill_9_of_the_builder(small: Workspace) -> None:
    seconds = add_sleeper(small)
    builder = asleep(small, seconds)
    builder.kill()
    assert finish(builder, 180).status == -signal.SIGKILL
    wait_until(lambda: not sleeping(seconds), "the end of the recipe's processes", 60)
    goes_on(small)


@pytest.fixture
def slow_mirror() -> Iterator[str]:
    """The address of a mirror that sends a little of what it is asked for, again and again."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "955316")
            self.end_headers()
            with suppress(OSError):
                for _ in range(955):
                    self.wfile.write(bytes(1000))
                    time.sleep(0.1)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/debian"
    server.shutdown()
    thread.join()
    server.server_close()


def test_25_a_signal_while_fetching(small: Workspace, slow_mirror: str, tmp_path: Path) -> None:
    (small.cache / "downloads").unlink()
    small.add("done", "echo done > $OUT/done")
    begun = time.monotonic()
    builder = small.start("build", "--json", "done", env={"SLIMEPYTHON_DEBIAN_MIRROR": slow_mirror, "NO_PROXY": "*"})
    wait_for_event(builder, event="fetching")
    builder.send_signal(signal.SIGINT)
    ran = finish(builder, 180)
    assert ran.status == 130, ran.err
    assert ran.summary["failures"] == []
    assert time.monotonic() - begun < 80, "the transfer would have taken longer"
    assert not list((small.cache / "downloads").rglob("*.part"))
