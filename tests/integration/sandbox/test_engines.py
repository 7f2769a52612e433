"""Both engines do the same: what a build sees inside, and what comes out."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import SandboxError
from pipeline.sandbox.errors import SandboxReason
from pipeline.sandbox.protocol import Engine, Mount, Sandbox, SandboxLimits
from pipeline.store import Store
from tests.integration.sandbox.conftest import Runs, text

SEEN = """
env | sort
echo "user $(id -u):$(id -g) umask $(umask) host $(uname -n) pwd $(pwd)"
ulimit -c; ulimit -n; ulimit -s
echo "stdin: $(cat)."
ls /proc/$$/fd
ls -d /build /native/zlib /dev/shm
stat -c '%a %n' /tmp /dev/shm
cat /sys/class/net/*/address 2>/dev/null || true
"""
EXPECTED = """\
A=1
HOME=/home
HOSTNAME=sandbox
LANG=C.UTF-8
PATH=/usr/bin:/bin
PWD=/build
user 1000:1000 umask 0022 host sandbox pwd /build
0
4096
8192
stdin: .
0
1
2
/build
/dev/shm
/native/zlib
1777 /tmp
1777 /dev/shm
"""


def test_an_engine_that_works_says_so(engine: Engine) -> None:
    report = engine.check()
    assert report.ok, report
    assert report.engine == engine.name
    assert report.version
    assert (report.answer, report.hint) == ("ran a program in a sandbox", "")


def test_what_a_build_sees_is_the_same_under_both(run: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_PRELOAD_X", "from outside")
    (tmp_path / "dependency").mkdir()
    (tmp_path / "build").mkdir()
    mounts = (Mount(tmp_path / "build", "/build", "rw"), Mount(tmp_path / "dependency", "/native/zlib"))
    old = os.umask(0o077)
    try:
        outcome = run(SEEN, mounts=mounts, cwd="/build", env={"A": "1", "HOME": "/home", "LANG": "C.UTF-8"})
    finally:
        os.umask(old)
    # The shell's own: what it sets for itself, and in Docker the address of loopback.
    seen = [line for line in text(outcome).splitlines() if line not in ("SHLVL=0", "_=/usr/bin/env", "OLDPWD=")]
    seen = [line for line in seen if not line.startswith("00:00")]
    assert seen == EXPECTED.splitlines()
    assert outcome.ok


def test_outputs_are_the_builders_and_the_same_under_both(run: Runs, tmp_path: Path) -> None:
    outcome = run(
        "mkdir -p bin empty; echo hello > bin/tool; chmod 700 bin/tool; ln -s tool bin/link; echo x > file;"
        "chmod 000 file; chmod 500 empty"
    )
    assert outcome.ok, text(outcome)
    assert {path.lstat().st_uid for path in (tmp_path / "out").rglob("*")} == {os.geteuid()}
    with Store(tmp_path / "store") as store:
        tree = store.tree(store.adopt_tree(tmp_path / "out"))
    assert [(entry.path, entry.type, entry.executable) for entry in tree.entries] == [
        ("bin", "dir", False),
        ("bin/link", "link", False),
        ("bin/tool", "file", True),
        ("empty", "dir", False),
        ("file", "file", False),
    ]


@pytest.mark.parametrize(
    ("script", "status", "ended", "words"),
    [
        ("exit 0", 0, "exited", "ended well"),
        ("exit 3", 3, "exited", "exit status 3"),
        ("nonexistent", 127, "exited", "not found"),
        ("kill -SEGV $$", 139, "signal", "SIGSEGV"),
        ("sh -c 'kill -9 $$'; true", 137, "signal", "SIGKILL"),
    ],
)
def test_how_it_ended_is_told(run: Runs, script: str, status: int, ended: str, words: str) -> None:
    outcome = run(script)
    assert (outcome.status, outcome.ended) == (status, ended)
    assert words in outcome.explain()


@pytest.mark.parametrize(("name", "status"), [("/nonexistent", 127), ("/etc", 126)])
def test_a_command_that_cannot_be_started_is_the_builds_mistake(
    engine: Engine, sandbox: Sandbox, tmp_path: Path, name: str, status: int
) -> None:
    mounts = (*sandbox.mounts, Mount(tmp_path, "/etc/x"))
    outcome = engine.run(replace(sandbox, command=(name,), mounts=mounts), log=tmp_path / "log")
    assert (outcome.status, outcome.ended) == (status, "exited"), text(outcome)


def test_lines_arrive_while_it_runs(engine: Engine, sandbox: Sandbox, tmp_path: Path) -> None:
    cancel = threading.Event()
    lines: list[str] = []

    def on_line(line: str) -> None:
        lines.append(line)
        if line == "two":
            cancel.set()

    command = ("/bin/sh", "-c", "exec 2>&1; echo one; echo two >&2; sleep 600; echo never")
    outcome = engine.run(replace(sandbox, command=command), log=tmp_path / "log", on_line=on_line, cancel=cancel)
    assert outcome.ended == "interrupted"
    assert lines == ["one", "two"]
    assert outcome.seconds < 10


def test_a_job_servers_pipe_can_be_shared(run: Runs, sandbox: Sandbox, tmp_path: Path) -> None:
    pipe = tmp_path / "jobserver"
    os.mkfifo(pipe, 0o600)
    number = os.open(pipe, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.write(number, b"+")
        mounts = (*sandbox.mounts, Mount(pipe, "/jobserver", "rw"))
        script = "slot=$(dd if=/jobserver bs=1 count=1 2>/dev/null); echo got $slot; echo -n '*' > /jobserver"
        outcome = run(script, mounts=mounts)
        assert (text(outcome), outcome.status) == ("got +\n", 0)
        os.set_blocking(number, False)
        assert os.read(number, 10) == b"*"
    finally:
        os.close(number)


def test_scratch_in_memory_can_be_written_run_and_is_bounded(run: Runs, limited: Callable[..., SandboxLimits]) -> None:
    script = """
        for folder in /tmp /dev/shm; do
            echo ok > $folder/file
            dd if=/dev/zero of=$folder/big bs=1M count=30 2>/dev/null && echo unbounded || rm $folder/big
        done
        cat > /tmp/program <<END
#!/bin/sh
echo runs
END
        chmod +x /tmp/program
        /tmp/program
    """
    outcome = run(script, limits=limited(memory_bytes=40 << 20))
    assert (text(outcome), outcome.status) == ("runs\n", 0)


def test_several_runs_at_once_do_not_meet(engine: Engine, sandbox: Sandbox, tmp_path: Path) -> None:
    found: dict[int, tuple[int | None, str]] = {}

    def one(number: int) -> None:
        folder = tmp_path / f"out{number}"
        folder.mkdir()
        script = f"echo {number} > /out/number; sleep 0.5; cat /out/number; exit {number}"
        mine = replace(sandbox, mounts=(Mount(folder, "/out", "rw"),), command=("/bin/sh", "-c", script))
        outcome = engine.run(mine, log=tmp_path / f"log{number}")
        found[number] = (outcome.status, text(outcome))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: (number, f"{number}\n") for number in range(4)}


def test_a_mount_that_cannot_be_made_is_refused(run: Runs, sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(SandboxError) as caught:
        run("true", mounts=(*sandbox.mounts, Mount(tmp_path / "gone", "/gone")))
    assert caught.value.reason is SandboxReason.BAD_MOUNT


def test_the_root_is_the_same_afterwards(run: Runs, small_root: tuple[Path, object]) -> None:
    root, _ = small_root
    before = [(path, path.lstat().st_mtime, stat.filemode(path.lstat().st_mode)) for path in sorted(root.rglob("*"))]
    run("true", cwd="/")
    after = [(path, path.lstat().st_mtime, stat.filemode(path.lstat().st_mode)) for path in sorted(root.rglob("*"))]
    assert after == before
