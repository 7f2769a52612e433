"""Sandboxes from Docker, or Podman's compatible socket, through the `docker` package; may import the sandbox's parts.

The root file system is imported once as an image named by its digest. A container is removed on any exit: by the
run itself, or by a guard process if the builder is killed.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import docker
from docker import DockerClient
from docker.errors import DockerException
from requests.exceptions import RequestException

from pipeline.errors import SandboxError
from pipeline.sandbox import docker_image
from pipeline.sandbox.docker_run import RunningContainer, attached, container, remove_orphans
from pipeline.sandbox.docker_shell import attach_terminal
from pipeline.sandbox.docker_socket import close_what_fails
from pipeline.sandbox.errors import SandboxReason
from pipeline.sandbox.log import LogWriter
from pipeline.sandbox.protocol import EngineReport, Outcome, Sandbox
from pipeline.sandbox.terminal import ending_signals
from pipeline.sandbox.trial import try_engine
from pipeline.sandbox.usage import DiskMeter
from pipeline.sandbox.watch import conclude, drain, watch

_OLDEST_API = (1, 40)
_USUAL_SOCKET = "unix:///var/run/docker.sock"
_FORBIDDEN = (
    "you may not use the daemon: `sudo usermod -aG docker $USER` and log in again, or set DOCKER_HOST to a daemon of "
    "your own"
)
_IS_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
_IS_NOBODY = frozenset({errno.ENOENT, errno.ENOTSOCK, errno.ECONNREFUSED})
# What a daemon says has no class and no number of its own.
_HINTS = {
    "container-init": "the daemon lacks its init program: install `catatonit`",
    "docker-init": "the daemon lacks its init program: install `tini`",
    "bind source path does not exist": "the daemon does not see this machine's folders: it must run here",
}


def _start() -> str:
    """How to start a daemon on this machine, by what it has."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/sbin"  # daemons are not on every user's
    if shutil.which("dockerd", path=path):
        return "`sudo systemctl start docker`" if Path("/run/systemd/system").is_dir() else "`sudo dockerd &`"
    if shutil.which("podman", path=path):
        return "`podman system service --time=0 unix:///tmp/podman.sock &` and `export DOCKER_HOST=unix:///tmp/podman.sock`"
    return "install Docker or Podman first (Debian, Ubuntu: `sudo apt-get install docker.io`)"


@dataclass(frozen=True)
class Docker:
    """The engine. The daemon is found as Docker's own tools find it: DOCKER_HOST, or the usual socket."""

    @property
    def name(self) -> str:
        return "docker"

    def check(self) -> EngineReport:
        """Try it for real, and remove what builders that were killed may have left; never raises."""
        try:
            with _client() as client:
                version = _version(client)
                limits = _held(client.info())
                remove_orphans(client)
        except SandboxError as error:
            return EngineReport(self.name, ok=False, version="", answer=error.message, hint=error.hint)
        return replace(try_engine(self, version, _HINTS), limits=limits)

    def run(
        self,
        sandbox: Sandbox,
        *,
        log: Path,
        on_line: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Outcome:
        """Run to the end, a limit or a cancellation, see `pipeline.sandbox.protocol.Engine.run`."""
        limits = sandbox.checked().limits
        disk = DiskMeter(sandbox.writable, limits.disk_bytes)
        with LogWriter(log, limits.log_bytes, on_line) as writer, _client() as client:
            with self._prepared(client, sandbox) as made, _started(made) as running:
                watched = watch(running, limits, writer, disk, cancel)
                if running.lost is not None:
                    raise _explained(running.lost)
                drain(running.output, writer)
                made.reload()
                state = made.attrs["State"]
            outcome = conclude(watched, int(state["ExitCode"]), limits, writer, disk)
        if watched.stopped is None and state.get("OOMKilled") and not outcome.ok:
            return Outcome(None, "memory", outcome.seconds, outcome.peak_memory_bytes, log, limits)
        return outcome

    def shell(self, sandbox: Sandbox, *, cancel: threading.Event | None = None) -> int:
        """Run the command on this terminal, see `pipeline.sandbox.protocol.Engine.shell`."""
        terminal = {"tty": os.isatty(0), "stdin_open": True}
        with (
            ending_signals(cancel) as asked,
            _client() as client,
            self._prepared(client, sandbox.checked(), **terminal) as made,
        ):
            return attach_terminal(made, asked)

    def remove_images(self, keep: Collection[str]) -> docker_image.RemovedImages:
        """Remove the images of root file systems but those of the hashes in `keep`.

        Raises SandboxError (ENGINE_LOST) if no daemon answers.
        """
        with _client() as client:
            return docker_image.remove_images(client, keep)

    @contextmanager
    def _prepared(self, client: DockerClient, sandbox: Sandbox, **more: Any) -> Iterator[Any]:
        image = docker_image.ensure_image(client, sandbox)
        user = docker_image.user_for(client.info().get("SecurityOptions") or [])
        docker_image.give_away(sandbox.mounts, user)
        try:
            with container(client, image, sandbox, user, **more) as made:
                yield made
        finally:
            docker_image.take_back(sandbox.mounts)


@contextmanager
def _client() -> Iterator[DockerClient]:
    # One per run: a client's connections are not for several threads.
    try:
        _knock()
        client = docker.from_env()
        close_what_fails(client)
    except (DockerException, RequestException, OSError) as error:
        raise _explained(error) from error
    try:
        yield client
    except (DockerException, RequestException, ConnectionError) as error:
        raise _explained(error) from error
    finally:
        client.close()


def _knock() -> None:
    # docker would find out, too, but leaves its first socket open and wraps the reason in three others.
    host = os.environ.get("DOCKER_HOST") or _USUAL_SOCKET
    if host.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as knocking:
            knocking.connect(host.removeprefix("unix://"))


@contextmanager
def _started(made: Any) -> Iterator[RunningContainer]:
    # Attached before it starts, so that nothing it prints is lost.
    with attached(made) as connection:
        made.start()
        running = RunningContainer(made, connection)
        try:
            yield running
        finally:
            running.kill()
            running.close()


def _version(client: DockerClient) -> str:
    found = client.version()
    names = [component.get("Name", "") for component in found.get("Components") or []]
    engine = "podman" if any("podman" in name.lower() for name in names) else "docker"
    version = f"{engine} {found.get('Version', '?')}"
    api = re.match(r"(\d+)\.(\d+)", found.get("ApiVersion", ""))
    if api is None or (int(api[1]), int(api[2])) < _OLDEST_API:
        raise SandboxError(
            SandboxReason.ENGINE_TOO_OLD,
            f"{version} speaks API {found.get('ApiVersion')}; 1.40 is the oldest that will do",
            hint="install a newer Docker (19.03) or Podman (4.0), or use `--engine bubblewrap`",
        )
    return version


def _held(info: dict[str, Any]) -> str:
    """How the daemon holds limits, for people."""
    names = {"MemoryLimit": "memory", "SwapLimit": "swap", "PidsLimit": "processes"}
    missing = [name for key, name in names.items() if not info.get(key)]
    by = f"cgroup v{info.get('CgroupVersion') or '1'}"
    held = f"memory, with what is in /tmp, and processes are held by the daemon ({by})"
    if not missing:
        return held
    return f"the daemon cannot hold {', '.join(missing)} ({by}; see `docker info`)"


def _explained(error: BaseException) -> SandboxError:
    said = str(error)
    where = os.environ.get("DOCKER_HOST") or _USUAL_SOCKET
    numbers = frozenset(_errnos(error))
    if numbers & _IS_FORBIDDEN:
        hint = _FORBIDDEN
    elif numbers & _IS_NOBODY:
        hint = f"no daemon listens there: {_start()}, or name one that runs in DOCKER_HOST"
    else:
        hint = next((text for part, text in _HINTS.items() if part in said), "see the daemon's own log")
    return SandboxError(
        SandboxReason.ENGINE_LOST,
        f"the Docker daemon at {where} cannot be used: {said}",
        hint=f"{hint}; or use `--engine bubblewrap`",
    )


def _errnos(error: BaseException) -> Iterator[int]:
    """The system's own numbers in an error: docker wraps it, and requests and urllib3 keep it as an argument."""
    if isinstance(error, OSError) and error.errno is not None:
        yield error.errno
    for inner in (error.__cause__, error.__context__, *error.args):
        if isinstance(inner, BaseException):
            yield from _errnos(inner)
