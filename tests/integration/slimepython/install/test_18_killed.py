"""Bad input 18: kill -9 at every write and rename, and several installers at once."""

from __future__ import annotations

import signal
from pathlib import Path

from slimepython.install.verify import verify
from tests.integration.slimepython.install.killed import finish, start
from tests.unit.slimepython import forge
from tests.unit.slimepython.places import FULL, make_place, snapshot


def test_18_killed_at_every_write_and_rename(tmp_path: Path) -> None:
    """After each kill there is either all of it or nothing; the next installer needs no help."""
    place = make_place(tmp_path)
    release = forge.release(tmp_path / "release")
    first = snapshot(place.home.installs)
    finished = 0
    for limit in range(1, 200):
        status, count = finish(*start(place.home.path, release, limit))
        new = snapshot(place.home.installs)
        assert first.items() <= new.items(), "what was there before is as it was"
        for installed in place.home.installed():
            assert verify(installed) == (), f"killed at step {limit}"
        if status == 0:
            finished = count
            break
        assert status == -signal.SIGKILL
        if new != first:  # it was whole already: once more from the beginning
            next(item for item in place.home.installs.iterdir() if item.name.startswith("cpython")).rename(
                tmp_path / f"whole-{limit}"
            )
    assert finished > 20
    place.check_clean()


def test_18_several_at_once(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    release = forge.release(tmp_path / "release")
    processes = [start(place.home.path, release, 10**9) for _ in range(4)]
    ended = [finish(*process) for process in processes]
    assert {status for status, _ in ended} == {0}
    counts = sorted(count for _, count in ended)
    assert counts[0] < counts[-1], "the later ones found it done"
    place.check_clean()
    assert len(place.home.installed()) == 2


def test_18_one_is_killed_while_another_waits(tmp_path: Path) -> None:
    """The lock is the kernel's: it ends with its holder, and the one that waits goes on."""
    place = make_place(tmp_path)
    release = forge.release(tmp_path / "release")
    processes = [start(place.home.path, release, limit) for limit in (15, 10**9, 25, 10**9)]
    ended = [finish(*process) for process in processes]
    assert sum(status == 0 for status, _ in ended) >= 2
    place.check_clean()
    assert place.install(place.release((forge.archive(), forge.artifact())), FULL).entry.exists()
