"""One container from its making to its removal; may import the sandbox's protocol, docker_image and docker_guard."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from docker import DockerClient
from docker.errors import APIError, DockerException, NotFound
from docker.models.containers import Container
from docker.types import Mount as DockerMount
from docker.types import Ulimit
from docker.utils.socket import frames_iter
from requests.exceptions import RequestException

from pipeline.sandbox.protocol import HOSTNAME, Sandbox

LABEL = "org.slimepython.builder"

_GUARD = Path(__file__).with_name("docker_guard.py")
_STATS_PERIOD = 2.0
_LOST = (DockerException, RequestException, OSError)


class RunningContainer:
    """A started container, as the watch needs it: what it prints comes through a pipe of the builder's own."""

    def __init__(self, container: Container, connection: Any) -> None:
        self._container = container
        self._connection = connection
        self.output, self._output_end = os.pipe2(os.O_CLOEXEC)
        self.done, self._done_end = os.pipe2(os.O_CLOEXEC)
        self.lost: BaseException | None = None
        self._stats_due = 0.0
        self._processes: int | None = None
        self._threads = [
            threading.Thread(target=self._pass_on, name="docker-output", daemon=True),
            threading.Thread(target=self._wait, name="docker-wait", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _pass_on(self) -> None:
        with os.fdopen(self._output_end, "wb", buffering=0) as pipe, suppress(*_LOST):
            for _, chunk in frames_iter(self._connection, tty=False):  # type: ignore[no-untyped-call]
                pipe.write(chunk)

    def _wait(self) -> None:
        try:
            self._container.wait(timeout=None)
        except NotFound:
            pass  # removed by somebody: as good as ended
        except _LOST as error:
            self.lost = error
        finally:
            os.close(self._done_end)

    def processes(self) -> int | None:
        return self._processes  # when memory was last asked for: the kernel refuses more than the limit anyway

    def memory(self) -> int | None:
        if time.monotonic() < self._stats_due:
            return None
        self._stats_due = time.monotonic() + _STATS_PERIOD
        try:
            stats: Any = self._container.stats(stream=False, one_shot=True)
            found = stats["memory_stats"]
            cache = found.get("stats", {})
            self._processes = stats.get("pids_stats", {}).get("current")
            return int(found["usage"]) - int(cache.get("total_inactive_file", cache.get("inactive_file", 0)))
        except (*_LOST, KeyError):
            return None

    def terminate(self) -> None:
        self._signal("SIGTERM")

    def kill(self) -> None:
        self._signal("SIGKILL")

    def _signal(self, name: str) -> None:
        # A container that has ended is no error; a daemon that has is noticed by the waiting thread.
        with suppress(*_LOST):
            self._container.kill(name)

    def close(self) -> None:
        """Close what is open, once the container is gone."""
        os.close(self.output)
        for thread in self._threads:
            thread.join(timeout=10)
        os.close(self.done)


@contextmanager
def attached(made: Container, **parameters: int) -> Iterator[Any]:
    """A connection to a made container's streams: a socket, or docker's file object around one.

    The package keeps the HTTP response, which owns the connection, on that object and closes neither.
    """
    connection: Any = made.attach_socket(params={"stdout": 1, "stderr": 1, "stream": 1, **parameters})
    try:
        yield connection
    finally:
        getattr(connection, "_response", connection).close()


@contextmanager
def container(client: DockerClient, image: str, sandbox: Sandbox, user: str, **more: Any) -> Iterator[Container]:
    """A container that is made but not started, and removed whatever happens, even to this process."""
    name = f"slimepython-{secrets.token_hex(8)}"
    with _guarded(client, name):
        yield client.containers.create(image, list(sandbox.command), name=name, **_options(sandbox, user), **more)


@contextmanager
def _guarded(client: DockerClient, name: str) -> Iterator[None]:
    guard = subprocess.Popen(
        [sys.executable, "-I", str(_GUARD), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert guard.stdin is not None
    try:
        yield
    finally:
        removed = False
        with suppress(APIError, RequestException):
            with suppress(NotFound):
                client.containers.get(name).remove(force=True, v=True)
            removed = True
        with guard.stdin:
            if removed:
                guard.stdin.write(b".")
        if removed:
            guard.wait()
        else:
            # The daemon is away: the guard goes on trying for a minute, and nobody waits for it.
            threading.Thread(target=guard.wait, name="docker-guard", daemon=True).start()


def _options(sandbox: Sandbox, user: str) -> dict[str, Any]:
    limits = sandbox.limits
    return {
        "cap_drop": ["ALL"],
        "environment": sandbox.environment,
        "hostname": HOSTNAME,
        "init": True,
        "labels": {LABEL: builder_label()},
        # What it prints is taken from the stream: the daemon shall not keep it a second time.
        "log_config": {"Type": "none"},
        "mem_limit": limits.memory_bytes,
        "memswap_limit": limits.memory_bytes,
        "mounts": [
            DockerMount(mount.target, str(mount.source.absolute()), type="bind", read_only=mount.mode == "ro")
            for mount in sorted(sandbox.mounts, key=lambda mount: mount.target.count("/"))
        ],
        "network_mode": sandbox.network,
        "pids_limit": limits.processes,
        "read_only": True,
        "security_opt": ["no-new-privileges"],
        "shm_size": limits.tmp_bytes,
        "tmpfs": {"/tmp": f"rw,exec,nosuid,nodev,mode=1777,size={limits.tmp_bytes}"},
        "ulimits": [
            Ulimit(name="core", soft=0, hard=0),
            Ulimit(name="nofile", soft=4096, hard=4096),
            Ulimit(name="stack", soft=8 << 20, hard=-1),
        ],
        "user": user,
        "working_dir": sandbox.cwd,
    }


def builder_label() -> str:
    """This process, named so that another one on this machine can tell whether it still lives."""
    return f"{_boot()}:{os.getpid()}:{psutil.Process().create_time():.2f}"


def remove_orphans(client: DockerClient) -> int:
    """Remove the containers of builders of this machine that are gone; gives their number."""
    removed = 0
    for found in client.containers.list(all=True, filters={"label": LABEL}):
        boot, _, rest = found.labels.get(LABEL, "").partition(":")
        pid, _, created = rest.partition(":")
        if boot != _boot() or not pid.isdigit() or _lives(int(pid), created):
            continue
        with suppress(APIError):
            found.remove(force=True, v=True)
            removed += 1
    return removed


def _lives(pid: int, created: str) -> bool:
    try:
        return f"{psutil.Process(pid).create_time():.2f}" == created
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True


def _boot() -> str:
    # The pid namespace too: in another container's a number means another process.
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot}-{Path('/proc/self/ns/pid').stat().st_ino}"
