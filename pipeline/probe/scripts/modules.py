"""Imports every module of the standard library, submodules too, each in its own `try`.

A module can end the whole interpreter, so every import is announced and its result printed at once; whoever
reads the lines knows the culprit and starts again without it (PROBE_SKIP, a JSON list of names).
"""

import importlib
import io
import json
import os
import pkgutil
import sys

from common import emit, reason

SKIP = set(json.loads(os.environ.get("PROBE_SKIP", "[]")))
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


def try_import(name):
    emit({"begin": name})
    keep = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    error = None
    try:
        importlib.import_module(name)
    except BaseException as caught:
        error = reason(caught)
    finally:
        sys.stdout, sys.stderr = keep
    emit({"module": name, "error": error})
    return error is None


def visit(name):
    if name in PROGRAMS or name in SKIP:
        return
    if try_import(name) and hasattr(sys.modules.get(name), "__path__"):
        for sub in submodules(name):
            visit(sub)


for top in sorted(sys.stdlib_module_names):
    visit(top)
emit({"done": True})
