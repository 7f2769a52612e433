"""The runtime's operations as functions, for the command line and for programs; imports what each needs, lazily."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from slimepython.install import place, ready

if TYPE_CHECKING:
    from slimepython.install.home import Home, Installed
    from slimepython.install.verify import Problem
    from slimepython.release.resolve import Wish


def home(environ: Mapping[str, str] = os.environ) -> Home:
    """Where installations are."""
    from slimepython.install.home import Home

    return Home(Path(place.home_path(environ)))


def install(
    wish: Wish | None = None, *, source: str | None = None, say: Callable[[str], None] | None = None
) -> Installed:
    """Install what serves `wish` (default: CPython for this machine) from a folder or URL.

    The default source is `slimepython.release.source.default_source`. Raises any of `slimepython.errors`.
    """
    from slimepython.install.install import install as install_from
    from slimepython.install.install import quiet
    from slimepython.release.machine import this_machine
    from slimepython.release.source import default_source, open_source

    origin = open_source(source or default_source(os.environ, Path.cwd()))
    return install_from(home(), origin, wish or _full(), this_machine(), say=say or quiet)


def list_installed() -> tuple[Installed, ...]:
    """All installations, by label."""
    return home().installed()


def resolve(wish: Wish | None = None) -> Installed:
    """The installation that serves `wish` (default: CPython) on this machine. Raises `ResolveError`."""
    from slimepython.release.machine import this_machine
    from slimepython.release.model import Manifest
    from slimepython.release.resolve import resolve as resolve_among

    installed = list_installed()
    manifests = [Manifest("", "", (item.artifact,)) for item in installed]
    artifact = resolve_among(manifests, this_machine(), wish or _full())
    return next(item for item in installed if item.artifact is artifact)


def which(wish: Wish | None = None) -> Path:
    """The program that a shell can exec."""
    return resolve(wish).entry


def verify() -> dict[str, tuple[Problem, ...]]:
    """Of every installation, by label, what is not as it was published; and of the tables that `run` decides by."""
    from slimepython.install.tables import verify_tables
    from slimepython.install.verify import verify as verify_one

    found = {installed.artifact.label: verify_one(installed) for installed in list_installed()}
    where = home()
    return {**found, "tables": verify_tables(where)} if where.tiers.exists() else found


def intact(tier: str, platform: str, environ: Mapping[str, str] = os.environ) -> ready.Facts | None:
    """What runs `tier` on `platform`, verified unless nothing was touched since it was, or None.

    Raises `InstallError` if it is not what was installed.
    """
    path, name = place.home_path(environ), f"{tier}-{platform}"
    facts = ready.lookup(path, name)
    if facts is None:
        where = home(environ)
        facts = _look_closely(where, tier, platform)
        ready.note(path, name, facts, str(where.installs))
    return None if facts == ready.NONE else facts


def _look_closely(where: Home, tier: str, platform: str) -> ready.Facts:
    from slimepython.errors import ResolveError
    from slimepython.install.verify import require_intact
    from slimepython.release.resolve import Wish

    try:
        installed = resolve(Wish(tier=tier, platform=platform))
    except ResolveError:
        return ready.NONE
    require_intact(installed)
    cwasm = "" if installed.artifact.requires.runtime is None else str(_compiled(where, installed))
    return str(installed.entry), installed.artifact.file.sha256, str(installed.root), cwasm


def _compiled(where: Home, installed: Installed) -> Path:
    """The compiled module; the home is written to only if it must be made."""
    from slimepython.install.compiled import ensure
    from slimepython.install.engine import is_intact
    from slimepython.install.install import locked, quiet

    if installed.cwasm is not None and is_intact(installed.cwasm):
        return installed.cwasm
    with locked(where):
        return ensure(where, installed, quiet)


def _full() -> Wish:
    from slimepython.release.resolve import Wish

    return Wish(tier="full")
