"""The profile store among processes: many at once, killed at any moment, without permission to write."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from slimepython.adaptive.profiles import ProfileStore, ScriptKey
from slimepython.router.signals import Tier

ROOT = Path(__file__).parents[3]
WRITER = """
import sys
from pathlib import Path
from slimepython.adaptive.profiles import ProfileStore, ScriptKey
from slimepython.router.signals import Tier
name, path, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
kept = 0
for n in range(count):
    store = ProfileStore(path, say=lambda text: print(text, file=sys.stderr))
    kept += store.record(ScriptKey("a" * 64, Tier.LIGHT, name * 64, "here"), 0.25, True)
    print(kept, flush=True)
"""
KEY = ScriptKey("a" * 64, Tier.LIGHT, "7" * 64, "here")


def start(name: str, path: Path, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, name, str(path), str(count)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
    )


def intact(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as database:
        return bool(database.execute("pragma integrity_check").fetchone()[0] == "ok")


def test_four_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "profiles.sqlite"
    writers = [start(str(n), path, 20) for n in range(4)]
    for writer in writers:
        out, err = writer.communicate(timeout=120)
        assert (writer.returncode, err, out.split()[-1]) == (0, "", "20")
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("select sum(runs) from profile").fetchone()[0] == 80
    assert intact(path)


def test_kill_9_at_any_moment_leaves_a_whole_store(tmp_path: Path) -> None:
    path = tmp_path / "profiles.sqlite"
    for moment in range(6):
        writer = start("5", path, 100_000)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.003 * moment)
        writer.send_signal(signal.SIGKILL)
        writer.communicate(timeout=60)
        said: list[str] = []
        store = ProfileStore(path, say=said.append)
        before = store.history("a" * 64, "here", {Tier.LIGHT: "5" * 64})[0].runs
        assert store.record(ScriptKey("a" * 64, Tier.LIGHT, "5" * 64, "here"), 1.0, True)
        assert store.history("a" * 64, "here", {Tier.LIGHT: "5" * 64})[0].runs == before + 1
        assert (said, intact(path)) == ([], True)


def test_several_processes_find_the_same_damage(tmp_path: Path) -> None:
    path = tmp_path / "profiles.sqlite"
    path.write_bytes(b"rubbish" * 3000)
    writers = [start(str(n), path, 10) for n in range(3)]
    ends = [(writer.communicate(timeout=120), writer.returncode) for writer in writers]
    assert all(status == 0 for _, status in ends)
    assert sum("was damaged" in err for (_, err), _ in ends) == 1
    assert intact(path)


def test_a_read_only_folder_means_nothing_is_learnt(tmp_path: Path) -> None:
    path = tmp_path / "home" / "profiles.sqlite"
    assert ProfileStore(path).record(KEY, 1.0, True)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    path.parent.chmod(0o555)
    path.chmod(0o444)
    child = os.fork()
    if child == 0:
        # Root may write anywhere; what this process has imported, another user may not be able to read.
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        said: list[str] = []
        store = ProfileStore(path, say=said.append)
        kept = store.record(KEY, 1.0, True)
        store.history("a" * 64, "here")
        os._exit(7 if not kept and len(said) == 1 and "nothing is learnt" in said[0] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert intact(path)
