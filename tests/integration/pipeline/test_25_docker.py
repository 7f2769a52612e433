"""Bad input 25, kill -9 of dockerd: the build says what it has lost, and goes on once the daemon is back."""

from __future__ import annotations

import pytest

from tests.integration.daemon import Daemon
from tests.integration.pipeline.processes import sleeping, wait_for_event, wait_until
from tests.integration.pipeline.test_25_killed import BUILD, DONE, add_sleeper
from tests.integration.pipeline.workspace import Workspace, finish


@pytest.mark.docker
@pytest.mark.timeout(900)
# The docker package does not close a socket that it could not connect.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_25_kill_9_of_dockerd(small: Workspace, own_daemon: Daemon) -> None:
    seconds = add_sleeper(small)
    builder = small.start("build", "--json", "--engine", "docker", "sleeper")
    wait_for_event(builder, event="line", action=BUILD, text="sleeping")
    own_daemon.kill()
    ran = finish(builder, 180)
    assert ran.status == 7, ran.err
    assert [(f["action"], f["reason"]) for f in ran.summary["failures"]] == [(BUILD, "engine-lost")]
    assert DONE in ran.summary["built"]
    assert not list((small.store / "work").iterdir())
    own_daemon.start()
    small.add("sleeper", "cat /deps/done > $OUT/copy", dependencies=["done"])
    again = small.build("--engine", "docker", "sleeper")
    assert again.status == 0, again.err
    assert again.summary["built"].keys() == {BUILD}
    assert DONE in again.ended("cached")
    wait_until(lambda: not sleeping(seconds), "the end of the killed daemon's container", 60)
    assert not list((small.store / "work").iterdir())
    small.run("gc", "--verify").says("everything in the store is whole")
