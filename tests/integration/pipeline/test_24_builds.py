"""Bad input 24: builds that go beyond a limit or want the network end in order, and what was finished stays."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.integration.pipeline.processes import sleeping, unique_seconds
from tests.integration.pipeline.workspace import TARGET, Workspace


def build_of(name: str) -> str:
    return f"build/{name}-1.0@{TARGET}"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody who would answer on this machine's loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def test_24_what_goes_too_far_ends_with_its_reason(small: Workspace, listener: socket.socket) -> None:
    """All side by side: a time limit is a whole minute at least."""
    seconds, port = unique_seconds(), listener.getsockname()[1]
    small.add("done", "echo done > $OUT/done")
    wanting = {
        "prints": (f"yes | head -c 1073741824; sleep {seconds}", {"log_mib": 1}),
        "fills": (f"dd if=/dev/zero of=$OUT/big bs=1048576 count=1200; sleep {seconds}", {"disk_gib": 1}),
        "lasts": (f"touch $OUT/begun; sleep {seconds}", {"minutes": 1}),
        "calls": (f"wget -T 5 -O $OUT/page http://127.0.0.1:{port}/", {}),
    }
    for name, (script, limits) in wanting.items():
        small.add(name, script, limits=limits, dependencies=["done"])
    ran = small.build(*wanting, "--keep-going", "--jobs", "8")
    assert ran.status == 8
    failures = {failure["action"]: failure for failure in ran.summary["failures"]}
    assert failures.keys() == {build_of(name) for name in wanting}
    for name, limit in (("prints", "log_mib"), ("fills", "disk_gib"), ("lasts", "minutes")):
        assert failures[build_of(name)]["reason"] == "limit"
        assert f"limits.{limit}" in failures[build_of(name)]["message"]
    assert failures[build_of("calls")]["reason"] == "step-failed"
    with pytest.raises(BlockingIOError):
        listener.accept()
    log = (small.store / "failed" / f"build--calls-1.0@{TARGET}" / "log.txt").read_text("utf-8")
    assert "can't connect to remote host (127.0.0.1): Connection refused" in log
    assert not sleeping(seconds)
    assert not list((small.store / "work").iterdir())
    for name in wanting:
        small.add(name, f"cp /deps/done $OUT/{name}", dependencies=["done"])
    again = small.build(*wanting)
    assert again.status == 0, again.err
    assert again.summary["built"].keys() == {build_of(name) for name in wanting}
    assert build_of("done") in again.ended("cached")
    assert not list((small.store / "failed").iterdir()), "they have succeeded since"
    small.run("gc", "--verify").says("everything in the store is whole")
