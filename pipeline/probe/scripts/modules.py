"""Imports every module of the standard library, submodules too, each in its own `try`.

A module can end the whole interpreter, so every import is announced and its result printed at once; whoever
reads the lines knows the culprit and starts again without it (PROBE_SKIP, a JSON list of names).
"""

import importlib
import io
import json
import os
import sys

from common import emit, reason
from library import walk

SKIP = set(json.loads(os.environ.get("PROBE_SKIP", "[]")))


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


walk(try_import, SKIP)
emit({"done": True})
