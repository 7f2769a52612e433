"""A Docker daemon of a test's own, which it may kill."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.sandbox.docker import Docker
from tests.integration.engines import DEMAND


@dataclass
class Daemon:
    """Everything of it is in `folder`."""

    program: str
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        """What DOCKER_HOST has to be."""
        return f"unix://{self.folder}/socket"

    def start(self) -> None:
        """Start it, once more if it was killed, and wait until it answers."""
        # A daemon trusts the number of the containerd that it started before, which died with it.
        (self.folder / "exec" / "containerd" / "containerd.pid").unlink(missing_ok=True)
        command = [self.program, "--host", self.host, "--pidfile", f"{self.folder}/pid"]
        command += ["--data-root", f"{self.folder}/data", "--exec-root", f"{self.folder}/exec"]
        command += ["--bridge", "none", "--iptables=false", "--ip6tables=false"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + 120
        while not Docker().check().ok:
            assert time.monotonic() < end, (self.folder / "log").read_text()
            time.sleep(0.3)

    def kill(self) -> None:
        """As the kernel does when there is no memory."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def remove(self) -> None:
        """End it, unmount what it has left, remove its folder."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=60)
        mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
        for point in sorted((point for point in mounts if point.startswith(f"{self.folder}/")), reverse=True):
            subprocess.run(["umount", "-l", point], check=False)
        shutil.rmtree(self.folder)


@pytest.fixture
def own_daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    """A Docker daemon to kill, which DOCKER_HOST names. Where Docker is demanded it is not skipped."""
    program = shutil.which("dockerd")
    if program is None or os.geteuid() != 0:
        message = "needs root and dockerd: it kills a daemon of its own"
        if os.environ.get(DEMAND):
            pytest.fail(f"{DEMAND} is set, and the test {message}")
        pytest.skip(message)
    daemon = Daemon(
        program, Path(tempfile.mkdtemp(prefix="slimepython-daemon-", dir="/tmp"))
    )  # a socket's path is short
    monkeypatch.setenv("DOCKER_HOST", daemon.host)
    try:
        daemon.start()
        yield daemon
    finally:
        daemon.remove()
