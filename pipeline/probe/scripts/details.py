"""Whether build-details.json (PEP 739) tells of this interpreter, and not of the one that wrote it."""

import json
import os
import sys

from common import expect, run_checks

FOLDER = os.path.dirname(getattr(os, "__file__", "") or "")
PATH = os.path.join(FOLDER, "build-details.json")
"""There since 3.14, in CPython alone."""


def read():
    with open(PATH, encoding="utf-8") as stream:
        return json.load(stream)


def numbers(version):
    return {name: getattr(version, name) for name in ("major", "minor", "micro", "releaselevel", "serial")}


def suffixes():
    from importlib.machinery import BYTECODE_SUFFIXES, EXTENSION_SUFFIXES, SOURCE_SUFFIXES

    wanted = {"source": SOURCE_SUFFIXES, "bytecode": BYTECODE_SUFFIXES, "extensions": EXTENSION_SUFFIXES}
    expect(read()["suffixes"], wanted)


def implementation():
    expect(read()["implementation"], {**vars(sys.implementation), "version": numbers(sys.implementation.version)})


def language():
    details = read()["language"]
    expect(details["version_info"], numbers(sys.version_info))
    expect(details["version"], f"{sys.version_info.major}.{sys.version_info.minor}")


def abi():
    expect(read()["abi"]["flags"], list(sys.abiflags))


def platform():
    import sysconfig

    expect(read()["platform"], sysconfig.get_platform())


def paths():
    details = read()
    prefix = os.path.join(FOLDER, details["base_prefix"])
    for path in (details["base_interpreter"], os.path.join(details["c_api"]["headers"], "Python.h")):
        if not os.path.isfile(os.path.join(prefix, path)):
            raise AssertionError(f"there is no {path} under base_prefix")


def folders():
    """The folders that sysconfig names are there; some are for installing into."""
    import sysconfig

    for name in ("INCLUDEPY", "CONFINCLUDEPY", "LIBDEST", "DESTLIB"):
        if not os.path.isdir(sysconfig.get_config_var(name)):
            raise AssertionError(f"{name} is {sysconfig.get_config_var(name)}, which is no folder")


FOUND = bool(FOLDER) and os.path.exists(PATH)
run_checks([suffixes, implementation, language, abi, platform, paths, folders] if FOUND else [], found=FOUND)
