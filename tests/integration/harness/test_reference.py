"""The locked reference really unpacked: that it is the locked version, whole, compiled, and its own all through."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.reference import TOOLCHAIN, debian
from harness.runners import Process

ROOT = Path(__file__).parents[3]
TOUR = """
import bz2, ctypes, curses, decimal, hashlib, locale, lzma, readline, sqlite3, ssl, sys, uuid, zlib
import sitecustomize
print(sys.prefix, sitecustomize.__spec__.cached, locale.setlocale(locale.LC_ALL, ""))
import os; print(os.path.realpath(sitecustomize.__file__))
print(open("/proc/self/maps").read())
"""


@pytest.fixture(scope="session")
def reference() -> Process:
    found = debian(print)
    assert found is not None
    return found


def test_it_is_the_locked_version(reference: Process) -> None:
    lock = json.loads((ROOT / "toolchains" / f"{TOOLCHAIN}.lock.json").read_text())
    (version,) = [item["version"] for item in lock["packages"] if item["name"] == "python3.14"]
    assert reference.version == f"CPython {version.partition('-')[0]}"


def test_it_takes_nothing_of_this_machine(reference: Process, tmp_path: Path) -> None:
    script = tmp_path / "tour.py"
    script.write_text(TOUR)
    ran = reference.run(script)
    assert (ran.status, ran.err) == (0, b"")
    (paths, site, *maps) = ran.out.decode().splitlines()
    root = reference.entry.parents[2]
    prefix, compiled, name = paths.split()
    assert (prefix, name) == (str(root / "usr"), "C.UTF-8")
    assert Path(compiled).is_file()
    assert site == str(root / "etc/python3.14/sitecustomize.py")
    # The C library looks for its list of conversions in one place only; no script here converts by it.
    mapped = {line.split()[-1] for line in maps if "/" in line and "gconv-modules.cache" not in line}
    assert [path for path in mapped if not path.startswith(str(root))] == []
