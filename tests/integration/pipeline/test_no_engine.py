"""A machine where no sandbox can be had: it is told before anything is fetched, with the way out."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.pipeline.workspace import Workspace, assemble

# A user namespace of its own has its own limit on namespaces in it, which its root may set.
NO_NAMESPACES = (
    *("unshare", "--user", "--map-root-user", "--fork", "--kill-child"),
    *("sh", "-c", 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"', "sh"),
)


@pytest.fixture
def nowhere(tmp_path: Path) -> Workspace:
    """A project on an empty cache, where bubblewrap may make no namespaces and no daemon answers."""
    (tmp_path / "cache").mkdir()
    root = assemble(tmp_path / "project", secrets.token_hex(8))
    env = {"DOCKER_HOST": f"unix://{tmp_path}/nobody"}
    return replace(Workspace(root, tmp_path / "cache"), env=env, prefix=NO_NAMESPACES)


def test_a_build_says_so_before_anything_is_fetched(nowhere: Workspace) -> None:
    ran = nowhere.build("tinylib")
    assert ran.status == 7, ran.err
    assert {event["event"] for event in ran.events} == {"error", "summary"}
    error = ran.events[0]
    assert error["reason"] == "no-engine"
    assert "bubblewrap could not make the sandbox" in error["message"]
    assert "`sudo sysctl -w user.max_user_namespaces=15000`" in error["hint"]
    assert "`--engine docker`" in error["hint"]
    assert "docker: no daemon listens there" in error["hint"]
    assert list(nowhere.cache.glob("downloads/*")) == []
    assert list((nowhere.store / "trees").iterdir()) == []


@pytest.mark.parametrize("command", ["shell", "probe"])
def test_so_do_other_commands_that_need_one(nowhere: Workspace, command: str) -> None:
    ran = nowhere.run(command, "tinylib@wasm32-wasip1")
    assert ran.status == 7, ran.err
    ran.says("[no-engine]", "next: bubblewrap: user namespaces are off here", "next: docker: no daemon listens there")
    assert list(nowhere.cache.glob("downloads/*")) == []


def test_doctor_names_the_way_out_too(nowhere: Workspace) -> None:
    ran = nowhere.run("doctor")
    assert ran.status == 7
    assert "no   sandbox bubblewrap: " in ran.out
    assert "`sudo sysctl -w user.max_user_namespaces=15000`" in ran.out
    assert "no   sandbox docker: " in ran.out
    assert "no daemon listens there" in ran.out
