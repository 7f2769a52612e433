"""A third-party extension module: compiled against the artifact's headers, loaded from a folder."""

import sys

from common import compile_extension, exercise_extension, run_checks, scratch


def headers():
    compile_extension(FOLDER)


def load():
    sys.path.insert(0, FOLDER)
    exercise_extension()


FOLDER = scratch("cext")
run_checks([headers, load])
