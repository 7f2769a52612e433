"""The runtime: resolves, verifies, installs, routes and launches published interpreters.

The names below are those of `slimepython.api` and `slimepython.dispatch`, imported when they are first used. To
install is `slimepython.api.install`: `slimepython.install` is a package.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from slimepython.api import list_installed, resolve, verify, which
    from slimepython.dispatch import Request, explain, run
    from slimepython.release.resolve import Wish
    from slimepython.router.signals import Platform, Tier

__all__ = [
    "Platform",
    "Request",
    "Tier",
    "Wish",
    "explain",
    "list_installed",
    "resolve",
    "run",
    "verify",
    "which",
]

_HOMES = {
    "Platform": "slimepython.router.signals",
    "Request": "slimepython.dispatch",
    "Tier": "slimepython.router.signals",
    "Wish": "slimepython.release.resolve",
    "explain": "slimepython.dispatch",
    "list_installed": "slimepython.api",
    "resolve": "slimepython.api",
    "run": "slimepython.dispatch",
    "verify": "slimepython.api",
    "which": "slimepython.api",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
