"""Who runs the builder shall not show in what is built."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.sandbox.protocol import Engine, Mount, Sandbox

ROOT = Path(__file__).parents[3]
BUILDER = """
import os, pickle, sys
from pathlib import Path
work = Path(sys.argv[2])
sys.path.insert(0, sys.argv[4])
from pipeline.sandbox.auto import engines
from pipeline.store import Store
engine = next(engine for engine in engines() if engine.name == sys.argv[1])
sandbox = pickle.loads((work / "sandbox.pickle").read_bytes())
user = int(sys.argv[3])
assert engine.check().ok  # and whatever Python loads only when it is first needed is loaded: it may be root's
os.setgroups([])
os.setgid(user)
os.setuid(user)
if not os.access(sys.executable, os.X_OK):
    sys.executable = "/usr/bin/python3"  # root's own Python: any other will do for the guard, which is not needed
outcome = engine.run(sandbox, log=work / "log")
assert outcome.ok, (outcome, (work / "log").read_text())
assert {path.lstat().st_uid for path in (work / "out").rglob("*")} == {user}
with Store(work / "store") as store:
    print(store.adopt_tree(work / "out"))
"""
SCRIPT = """
mkdir -p lib bin
ls -ld /out | head -c 10 > lib/mode
umask > lib/umask
env | grep -v -e _= -e SHLVL > lib/environment
cat /proc/sys/kernel/hostname > lib/hostname
echo tool > bin/tool; chmod 711 bin/tool
mkdir -m 700 private; echo x > private/file; chmod 400 private/file
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: it becomes other users")
def test_the_same_bytes_for_root_and_two_users(engine: Engine, sandbox: Sandbox, tmp_path: Path) -> None:
    program = SCRIPT.replace("grep -v -e _= -e SHLVL", "sort")
    digests = {}
    for folder in (tmp_path, *tmp_path.parents, *sandbox.rootfs.parents):
        if folder.name.startswith(("pytest-", "test_", "small")):
            folder.chmod(0o755)
    socket = Path(os.environ.get("DOCKER_HOST", "").removeprefix("unix://"))
    if engine.name == "docker":
        socket.parent.chmod(0o755)
        socket.chmod(0o666)
    for user in (0, 1000, 4321):
        work = tmp_path / f"home-{user}"
        (work / "out").mkdir(parents=True)
        for folder in (work, work / "out"):
            os.chown(folder, user, user)
        wanted = replace(
            sandbox, mounts=(Mount(work / "out", "/out", "rw"),), command=("/bin/sh", "-eu", "-c", program)
        )
        (work / "sandbox.pickle").write_bytes(pickle.dumps(wanted))
        done = subprocess.run(
            [sys.executable, "-c", BUILDER, engine.name, str(work), str(user), str(ROOT)],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        digests[user] = done.stdout
    assert len(set(digests.values())) == 1, digests
