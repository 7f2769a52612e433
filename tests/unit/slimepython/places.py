"""A home with something installed in it, and whether it changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from slimepython.errors import SlimePythonError
from slimepython.install.home import Home, Installed
from slimepython.install.install import install
from slimepython.install.unpack import LIMITS, Limits
from slimepython.install.verify import verify
from slimepython.release.machine import Machine
from slimepython.release.resolve import Wish
from slimepython.release.source import FolderTransport, Source
from tests.unit.slimepython import forge

MACHINE = Machine("x86_64", "2.36", ("x86_64", "x86-64", "x86-64-v2", "x86-64-v3"), "c0ffee", "50.0.1")
FULL = Wish(tier="full")
LIGHT = Wish(tier="light")


def snapshot(folder: Path) -> dict[str, tuple[int, int, int, bytes | str]]:
    """Everything below a folder: mode, inode, time, content. The lock's own file is left out."""
    found: dict[str, tuple[int, int, int, bytes | str]] = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content: bytes | str = (
            str(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else ""
        )
        if path.name != "lock":
            found[str(path.relative_to(folder))] = (status.st_mode, status.st_ino, status.st_mtime_ns, content)
    return found


@dataclass(frozen=True)
class Place:
    """A home where Light is installed already; releases are made beside it."""

    folder: Path

    @property
    def home(self) -> Home:
        return Home(self.folder / "home")

    def release(self, *packed: tuple[bytes, dict[str, Any]], name: str = "release") -> Source:
        place = forge.release(self.folder / name, packed)
        return Source(str(place), FolderTransport(place))

    def install(self, source: Source, wish: Wish = FULL, limits: Limits = LIMITS) -> Installed:
        return install(self.home, source, wish, MACHINE, limits=limits)

    def refuse(self, source: Source, wish: Wish = FULL, limits: Limits = LIMITS) -> str:
        """The reason for which an installation is refused; checks that nothing changed and nothing is left."""
        before = snapshot(self.home.installs)
        with pytest.raises(SlimePythonError) as caught:
            self.install(source, wish, limits)
        assert caught.value.hint
        assert snapshot(self.home.installs) == before
        self.check_clean()
        return caught.value.reason

    def check_clean(self) -> None:
        """Nothing half made is anywhere, and all that is installed is intact."""
        assert not self.home.scratch.exists()
        for installed in self.home.installed():
            assert verify(installed) == ()


def make_place(folder: Path) -> Place:
    place = Place(folder)
    place.install(place.release(forge.light(), name="first"), LIGHT)
    return place


def machine(**changes: Any) -> Machine:
    """The made-up machine with something changed."""
    return replace(MACHINE, **changes)
