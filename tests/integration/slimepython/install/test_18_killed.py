"""Bad input 18: kill -9 at every write and rename, and several installers at once."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import wasmtime  # noqa: F401 - once for all installers, which are forked

from slimepython.install.engine import is_intact
from slimepython.install.tables import RECORD, verify_tables
from slimepython.install.verify import verify
from slimepython.release.resolve import Wish
from tests.integration.slimepython.install.killed import start
from tests.unit.slimepython import forge
from tests.unit.slimepython.places import FULL, Place, make_place, snapshot

WASI = Wish(tier="full", platform="wasi")
OLD_TABLE, NEW_TABLE = b'{"old": 1}', b'{"new": 1}'


def with_table(content: bytes) -> dict[str, Any]:
    """A release of both tiers and the table of what they answer equally."""
    pairs = [(forge.archive(), forge.artifact()), forge.light()]
    return {"packed": pairs, "tables": [forge.table(pairs[0][1], pairs[1][1], content)]}


def wasm() -> dict[str, Any]:
    """A release of the least that is a module."""
    files: dict[str, bytes | str | None] = {"bin": None, "bin/python.wasm": b"\0asm\1\0\0\0"}
    data = forge.archive(files)
    needs = {"glibc": None, "isa": "wasm32", "runtime": "wasi-preview1"}
    made = forge.artifact(
        data,
        target="wasm32-wasip1",
        entry="bin/python.wasm",
        tree=forge.tree(files),
        requires=needs,
        evidence={"wasm": {}, "ran": {}},
    )
    return {"packed": [(data, made)]}


def damaged(place: Place) -> None:
    """Have the artifact installed, and a file of it swapped."""
    installed = place.install(place.release((forge.archive(), forge.artifact()), name="whole"))
    program = installed.root / "bin" / "python3.14"
    program.chmod(0o755)
    program.write_bytes(b"#!/bin/sh\necho evil\n")


CASES: Mapping[str, tuple[dict[str, Any], Wish]] = {
    "fresh": ({}, FULL),
    "damaged": ({}, FULL),
    "tables": (with_table(NEW_TABLE), FULL),
    "wasm": (wasm(), WASI),
}


@pytest.mark.parametrize("case", CASES)
def test_18_killed_at_every_write_and_rename(case: str, tmp_path: Path) -> None:
    """After each kill there is either all of it or what was there before; the next installer needs no help."""
    first = make_place(tmp_path / "first")
    if case == "damaged":
        damaged(first)
    if case == "tables":
        forge.release(tmp_path / "old", **with_table(OLD_TABLE))
        assert start(first.home.path, tmp_path / "old", Wish(tier="light")).finish()[0] == 0
    made, wish = CASES[case]
    release = forge.release(tmp_path / "release", **made)
    for limit in range(1, 200):
        place = Place(tmp_path / f"{limit}")
        shutil.copytree(first.home.path, place.home.path, symlinks=True)
        before = snapshot(place.home.installs)
        status, count = start(place.home.path, release, wish, limit).finish()
        if status == 0:
            break
        assert status == -signal.SIGKILL
        check_all_or_nothing(place, before)
        assert start(place.home.path, release, wish).finish()[0] == 0
        check_done(place, case)
    assert count > 20
    check_done(place, case)


def check_all_or_nothing(place: Place, before: Mapping[str, object]) -> None:
    """What the name of an installation stands for is whole, or is what was there before; so are all other files."""
    now = snapshot(place.home.installs)
    for folder in place.home.installs.iterdir():
        mine = {name: state for name, state in now.items() if name.startswith(f"{folder.name}/")}
        if not mine.items() <= before.items():
            assert verify(place.home.read(folder)) == ()
        cwasm = place.home.read(folder).cwasm
        assert cwasm is None or is_intact(cwasm)
    light = {name: state for name, state in before.items() if name.startswith("rustpython")}
    assert light
    assert light.items() <= now.items()
    for table in place.home.tiers.glob("*"):
        if table.name == RECORD:
            assert isinstance(json.loads(table.read_bytes()), dict)
        else:
            assert table.read_bytes() in (OLD_TABLE, NEW_TABLE)


def check_done(place: Place, case: str) -> None:
    """All of it is there, and nothing else."""
    place.check_clean()
    full, light = place.home.installed()
    assert (full.artifact.tier, light.artifact.tier) == ("full", "light")
    tables = [path for path in place.home.tiers.glob("*") if path.name != RECORD]
    assert [table.read_bytes() for table in tables] == [NEW_TABLE] * (case == "tables")
    assert verify_tables(place.home) == ()
    assert (full.cwasm is not None and is_intact(full.cwasm)) == (case == "wasm")


def test_18_several_at_once(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    release = forge.release(tmp_path / "release")
    installers = [start(place.home.path, release, FULL) for _ in range(4)]
    ended = [installer.finish() for installer in installers]
    assert {status for status, _ in ended} == {0}
    counts = sorted(count for _, count in ended)
    assert counts[0] < counts[-1], "the later ones found it done"
    place.check_clean()
    assert len(place.home.installed()) == 2


def test_18_one_is_killed_while_another_waits(tmp_path: Path) -> None:
    """The lock is the kernel's: it ends with its holder, and the one that waits goes on."""
    place = make_place(tmp_path)
    release = forge.release(tmp_path / "release")
    holder = start(place.home.path, release, FULL, 20, signal.SIGSTOP)
    assert os.WIFSTOPPED(os.waitpid(holder.pid, os.WUNTRACED)[1])
    assert place.home.scratch.exists(), "it was in the middle of it"
    before = snapshot(place.home.installs)
    waiting = start(place.home.path, release, FULL)
    waiting.hear("waiting for another installer")
    assert os.waitpid(waiting.pid, os.WNOHANG) == (0, 0)
    assert snapshot(place.home.installs) == before
    os.kill(holder.pid, signal.SIGKILL)
    assert holder.finish()[0] == -signal.SIGKILL
    assert waiting.finish()[0] == 0
    place.check_clean()
    assert len(place.home.installed()) == 2
