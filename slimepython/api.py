"""The runtime's operations as functions, for the command line and for programs; imports all of it, lazily."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from slimepython.errors import ResolveError
from slimepython.install.home import Home, Installed, find_home
from slimepython.install.install import Say, note_ready, quiet
from slimepython.install.install import install as _install
from slimepython.install.verify import Problem, require_intact
from slimepython.install.verify import verify as _verify
from slimepython.release.machine import this_machine
from slimepython.release.resolve import Wish
from slimepython.release.resolve import resolve as _resolve
from slimepython.release.source import default_source, open_source

FULL: Final = Wish(tier="full")
"""CPython for this machine."""


def home(environ: Mapping[str, str] = os.environ) -> Home:
    """Where installations are."""
    return find_home(environ)


def install(wish: Wish = FULL, *, source: str | None = None, say: Say = quiet) -> Installed:
    """Install what serves `wish` from a folder or URL (default: `slimepython.release.source.default_source`)."""
    origin = open_source(source or default_source(os.environ, Path.cwd()))
    return _install(home(), origin, wish, this_machine(), say=say)


def list_installed() -> tuple[Installed, ...]:
    """All installations, by label."""
    return home().installed()


def resolve(wish: Wish = FULL) -> Installed:
    """The installation that serves `wish` on this machine. Raises `ResolveError`."""
    place = home()
    installed = place.installed()
    artifact = _resolve(place.manifests(), this_machine(), wish)
    return next(item for item in installed if item.artifact.file == artifact.file)


def which(wish: Wish = FULL) -> Path:
    """The program that a shell can exec."""
    return resolve(wish).entry


def verify() -> dict[str, tuple[Problem, ...]]:
    """Of every installation, by label, what is not as it was published."""
    return {installed.artifact.label: _verify(installed) for installed in list_installed()}


def intact(tier: str, platform: str) -> Installed:
    """The installation to run `tier` on `platform`, verified now and noted for the next time.

    Raises `ResolveError`, `InstallError`.
    """
    installed = resolve(Wish(tier=tier, platform=platform))
    require_intact(installed)
    note_ready(home(), f"{tier}-{platform}", installed)
    return installed


__all__ = ["ResolveError", "home", "install", "intact", "list_installed", "resolve", "verify", "which"]
