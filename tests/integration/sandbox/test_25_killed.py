"""Bad input 25: the builder or the daemon is killed in the middle of a build."""

from __future__ import annotations

import gc
import itertools
import pickle
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import docker
import docker.errors
import pytest

from pipeline.errors import SandboxError
from pipeline.sandbox import docker_image
from pipeline.sandbox.docker import Docker
from pipeline.sandbox.docker_image import ensure_image
from pipeline.sandbox.docker_run import LABEL, builder_label
from pipeline.sandbox.errors import SandboxReason
from pipeline.sandbox.protocol import Engine, Sandbox
from tests.integration.daemon import Daemon
from tests.integration.sandbox.test_24_bad_builds import gone, sleepers

ROOT = Path(__file__).parents[3]
BUILDER = """
import pickle, sys
from pathlib import Path
from pipeline.sandbox.auto import engines
name, work = sys.argv[1], Path(sys.argv[2])
sandbox = pickle.loads((work / "sandbox.pickle").read_bytes())
engine = next(engine for engine in engines() if engine.name == name)
engine.run(sandbox, log=work / "log", on_line=lambda line: print(line, flush=True))
"""


def containers() -> list[str]:
    client = docker.from_env()
    try:
        return [found.name or "" for found in client.containers.list(all=True, filters={"label": LABEL})]
    finally:
        client.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=lambda number: number.name)
def test_25_a_killed_builder_leaves_no_process_and_no_container(
    engine: Engine, sandbox: Sandbox, tmp_path: Path, number: signal.Signals
) -> None:
    script = "sleep 7401 & nohup sleep 7401 >/dev/null 2>&1 & echo begun; sleep 7401"
    wanted = replace(sandbox, command=("/bin/sh", "-c", script))
    (tmp_path / "sandbox.pickle").write_bytes(pickle.dumps(wanted))
    command = [sys.executable, "-c", BUILDER, engine.name, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "begun\n"
        end = time.monotonic() + 20
        while len(sleepers("7401")) < 3 and time.monotonic() < end:  # the last two start after the word
            time.sleep(0.05)
        assert len(sleepers("7401")) == 3
        builder.send_signal(number)
    assert gone("7401")
    if engine.name == "docker":
        end = time.monotonic() + 20
        while containers() and time.monotonic() < end:
            time.sleep(0.2)
        assert containers() == []


@pytest.mark.docker
@pytest.mark.usefixtures("docker")
def test_25_containers_of_dead_builders_are_removed_by_the_next_one(sandbox: Sandbox) -> None:
    with subprocess.Popen(["true"]) as dead:
        pass
    living = builder_label()
    boot = living.partition(":")[0]
    client = docker.from_env()
    try:
        image = ensure_image(client, sandbox)
        made = {
            label: client.containers.create(image, "true", labels={LABEL: label})
            for label in (f"{boot}:{dead.pid}:1.00", "another-machine:1:1.00", living)
        }
        try:
            assert Docker().check().ok
            left = {found.id for found in client.containers.list(all=True, filters={"label": LABEL})}
            assert [label for label, one in made.items() if one.id in left] == ["another-machine:1:1.00", living]
        finally:
            for one in made.values():
                with suppress(docker.errors.NotFound):
                    one.remove(force=True)
    finally:
        client.close()


@pytest.mark.docker
@pytest.mark.timeout(300)
def test_25_a_daemon_that_is_killed_is_told_and_nothing_is_left_once_it_is_back(
    own_daemon: Daemon, sandbox: Sandbox, tmp_path: Path
) -> None:
    killed: list[float] = []

    def kill(line: str) -> None:
        if line == "begun":
            own_daemon.kill()
            killed.append(time.monotonic())

    wanted = replace(sandbox, command=("/bin/sh", "-c", "echo begun; sleep 7402"))
    with pytest.raises(SandboxError) as caught:
        Docker().run(wanted, log=tmp_path / "log", on_line=kill)
    assert caught.value.reason is SandboxReason.ENGINE_LOST
    assert time.monotonic() - killed[0] < 20
    del caught
    gc.collect()  # a socket that was left open would be told now
    own_daemon.start()
    end = time.monotonic() + 60
    while time.monotonic() < end and (sleepers("7402") or not Docker().check().ok or containers()):
        time.sleep(0.5)
    assert sleepers("7402") == []
    assert containers() == []


@pytest.mark.docker
@pytest.mark.usefixtures("docker")
def test_25_an_image_import_that_is_cut_short_is_done_again(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tag is set after the whole import: what was cut short has none."""
    hash_of_none = secrets.token_hex(32)
    fresh = replace(sandbox, rootfs_digest=hash_of_none, command=("/bin/sh", "-c", "echo runs"))
    first = list(itertools.islice(docker_image.tar_of(fresh.rootfs), 2))

    def cut(_: Path) -> Iterator[bytes]:
        yield from first
        raise ConnectionResetError("cut")

    client = docker.from_env()
    try:
        with monkeypatch.context() as patched:
            patched.setattr(docker_image, "tar_of", cut)
            with pytest.raises(SandboxError) as caught:
                Docker().run(fresh, log=tmp_path / "log")
        assert caught.value.reason is SandboxReason.ENGINE_LOST
        with pytest.raises(docker.errors.ImageNotFound):
            client.images.get(docker_image.image_name(hash_of_none))
        outcome = Docker().run(fresh, log=tmp_path / "log")
        assert (outcome.status, outcome.log.read_text()) == (0, "runs\n")
        there = {
            found.labels[docker_image.LABEL] for found in client.images.list(filters={"label": docker_image.LABEL})
        }
        assert Docker().remove_images(keep=there - {hash_of_none}).hashes == (hash_of_none,)
        left = {found.labels[docker_image.LABEL] for found in client.images.list(filters={"label": docker_image.LABEL})}
        assert left == there - {hash_of_none}
    finally:
        client.close()
