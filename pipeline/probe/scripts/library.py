"""Walks over the modules of the standard library; may import the standard library only."""

import pkgutil
import sys

# Importing these runs a program (idlelib.idle, any __main__) or opens a browser; they are no library.
PROGRAMS = {"antigravity", "idlelib.idle", "this"}


def frozen_names():
    try:
        import _imp

        return list(_imp._frozen_module_names())
    except (ImportError, AttributeError):
        return []


FROZEN = frozen_names()


def submodules(name):
    """Names right below a package, from its folder, its zip file or the frozen modules."""
    module = sys.modules.get(name)
    found = {info.name for info in pkgutil.iter_modules(getattr(module, "__path__", None) or [])}
    start = name + "."
    found |= {frozen[len(start) :].partition(".")[0] for frozen in FROZEN if frozen.startswith(start)}
    return sorted(start + sub for sub in found if sub not in ("__main__", "__init__"))


def walk(try_import, skip=()):
    """Calls `try_import` (whose answer says whether it could) with each module, a package before what is in it."""
    names = sorted(sys.stdlib_module_names, reverse=True)
    while names:
        name = names.pop()
        if name in PROGRAMS or name in skip:
            continue
        if try_import(name) and hasattr(sys.modules.get(name), "__path__"):
            names += reversed(submodules(name))
