"""All that an interpreter says of itself and of its machine, to be laid beside what its native twin says.

Run with PYTHONHASHSEED=0, so that hashes of texts can be compared. Nothing is judged here, and nothing may depend on
the run: no address, no process, no clock.
"""

import importlib
import io
import json
import os
import sys

from common import run_checks
from library import walk


def fields(value):
    """A structseq as a dictionary."""
    return {name: getattr(value, name) for name in dir(value) if not name.startswith(("_", "n_")) and name not in ("count", "index")}


def answers():
    return {part.__name__: answer(part) for part in PARTS}


def answer(part):
    """What a part says, or why it cannot: a module that is missing on one side is an answer too."""
    try:
        return part()
    except ImportError as error:
        return f"no module {error.name}"


def system():
    implementation = {name: value for name, value in vars(sys.implementation).items() if name != "version"}
    return {
        "hash_info": fields(sys.hash_info),
        "thread_info": fields(sys.thread_info),
        "float_info": fields(sys.float_info),
        "int_info": fields(sys.int_info),
        "flags": fields(sys.flags),
        "implementation": implementation,
        "platform": sys.platform,
        "platlibdir": sys.platlibdir,
        "byteorder": sys.byteorder,
        "maxsize": sys.maxsize,
        "maxunicode": sys.maxunicode,
        "abiflags": sys.abiflags,
        "api_version": sys.api_version,
        "float_repr_style": sys.float_repr_style,
        "recursion_limit": sys.getrecursionlimit(),
        "switch_interval": sys.getswitchinterval(),
        "gil": getattr(sys, "_is_gil_enabled", lambda: None)(),
    }


def imports():
    import _imp
    from importlib.machinery import BYTECODE_SUFFIXES, SOURCE_SUFFIXES

    return {
        "extension_suffixes": " ".join(_imp.extension_suffixes()),
        "source_suffixes": " ".join(SOURCE_SUFFIXES),
        "bytecode_suffixes": " ".join(BYTECODE_SUFFIXES),
        "builtin": list(sys.builtin_module_names),
        "frozen": list(_imp._frozen_module_names()),
        "stdlib": sorted(sys.stdlib_module_names),
    }


def hashes():
    import datetime

    values = {
        "text": "slime",
        "long_text": "slime" * 100,
        "wide_text": "schleim ✓",
        "bytes": b"slime",
        "number": 2**70 + 1,
        "float": 0.1,
        "complex": 0.1 + 2j,
        "tuple": (1, "a", None),
        "frozenset": frozenset("slime"),
        "date": datetime.date(2026, 1, 1),
    }
    return {name: hash(value) for name, value in values.items()}


def numbers():
    import math

    return {
        "exp": math.exp(1.1).hex(),
        "log": math.log(1.1).hex(),
        "pow": math.pow(1.1, 2.2).hex(),
        "sin": math.sin(1e6).hex(),
        "tgamma": math.gamma(4.2).hex(),
        "round": repr(round(2.675, 2)),
        "int_max_str_digits": sys.get_int_max_str_digits(),
    }


def structures():
    import array
    import struct

    sizes = {code: struct.calcsize(code) for code in "bhilqnPfdg?" if code != "g"}
    return {"sizes": sizes, "order": struct.pack("=i", 1).hex(), "arrays": {code: array.array(code).itemsize for code in "bhilqfdw"}}


def text():
    import locale
    import unicodedata

    return {
        "filesystem": sys.getfilesystemencoding(),
        "errors": sys.getfilesystemencodeerrors(),
        "locale": locale.getencoding(),
        "preferred": locale.getpreferredencoding(False),
        "stdin": sys.stdin.encoding,
        "stdout": f"{sys.stdout.encoding} {sys.stdout.errors}",
        "stderr": f"{sys.stderr.encoding} {sys.stderr.errors}",
        "set": locale.setlocale(locale.LC_ALL, ""),
        "point": locale.localeconv()["decimal_point"],
        "unicode": unicodedata.unidata_version,
    }


def times():
    import time

    return {
        "names": " ".join(time.tzname),
        "timezone": time.timezone,
        "daylight": time.daylight,
        "clocks": {
            name: time.get_clock_info(name).implementation
            for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time")
            if name != "thread_time" or hasattr(time, "thread_time")
        },
    }


def files():
    return {
        "separators": f"{os.sep} {os.altsep} {os.pathsep} {os.linesep!r} {os.devnull}",
        "name": os.name,
        "supports_dir_fd": [function.__name__ for function in os.supports_dir_fd],
        "supports_fd": [function.__name__ for function in os.supports_fd],
        "supports_follow_symlinks": [function.__name__ for function in os.supports_follow_symlinks],
        "supports_effective_ids": [function.__name__ for function in os.supports_effective_ids],
        "confstr": list(getattr(os, "confstr_names", {})),
        "sysconf": list(getattr(os, "sysconf_names", {})),
        "pathconf": list(getattr(os, "pathconf_names", {})),
    }


def errors():
    import errno

    return {name: getattr(errno, name) for name in dir(errno) if name.startswith("E")}


def processes():
    import multiprocessing

    return {"methods": " ".join(multiprocessing.get_all_start_methods()), "default": multiprocessing.get_start_method()}


def queues():
    import multiprocessing.synchronize as synchronize

    return {"sem_value_max": synchronize.SEM_VALUE_MAX}


def signals():
    import signal

    return {item.name: int(item) for item in signal.Signals}


def digests():
    import hashlib

    found = {name: hashlib.new(name, b"slime").hexdigest() for name in sorted(hashlib.algorithms_available) if "shake" not in name}
    return {"algorithms": found, "guaranteed": sorted(hashlib.algorithms_guaranteed)}


def tls():
    import ssl

    return {
        "version": ssl.OPENSSL_VERSION,
        "has": [name for name in dir(ssl) if name.startswith("HAS_") and getattr(ssl, name)],
        "ciphers": [cipher["name"] for cipher in ssl.create_default_context().get_ciphers()],
        "paths": " ".join(str(item) for item in ssl.get_default_verify_paths()),
    }


def databases():
    import sqlite3

    connection = sqlite3.connect(":memory:")
    options = [row[0] for row in connection.execute("pragma compile_options")]
    functions = sorted({row[0] for row in connection.execute("select name from pragma_function_list")})
    return {"version": sqlite3.sqlite_version, "threadsafety": sqlite3.threadsafety, "options": options, "functions": functions}


def compressors():
    import bz2
    import lzma
    import zlib
    from compression import zstd

    data = bytes(range(256)) * 64
    return {
        "zlib": f"{zlib.ZLIB_RUNTIME_VERSION} {zlib.compress(data, 6).hex()[:64]}",
        "bz2": bz2.compress(data).hex()[:64],
        "lzma": lzma.compress(data).hex()[:64],
        "zstd": f"{zstd.zstd_version} {zstd.compress(data).hex()[:64]}",
        "checks": [name for name in dir(lzma) if name.startswith("CHECK_") and name[6:] not in ("ID_MAX", "UNKNOWN") and lzma.is_check_supported(getattr(lzma, name))],
    }


def decimals():
    import decimal

    return {"version": decimal.__libmpdec_version__, "max_prec": decimal.MAX_PREC, "max_emax": decimal.MAX_EMAX, "threads": decimal.HAVE_THREADS}


def foreign():
    import ctypes

    names = ("c_longdouble", "c_wchar", "c_long", "c_size_t", "c_time_t", "c_double_complex", "c_float_complex", "c_longdouble_complex")
    return {name: ctypes.sizeof(getattr(ctypes, name)) if hasattr(ctypes, name) else None for name in names}


def xml():
    from xml.parsers import expat

    return {"version": expat.EXPAT_VERSION, "features": [f"{name}={value}" for name, value in expat.features]}


def terminal():
    import curses
    import readline

    return {"curses": " ".join(str(part) for part in curses.ncurses_version), "readline": f"{readline.backend} {readline.__doc__}"}


PARTS = (
    system, imports, hashes, numbers, structures, text, times, files, errors, processes, queues, signals, digests, tls,
    databases, compressors, decimals, foreign, xml, terminal,
)  # fmt: skip


def sysconfig():
    import sysconfig as module

    with open(module.get_config_h_filename()) as stream:
        defined = set(module.parse_config_h(stream))  # pyconfig.h is compared by itself
    variables = {name: value for name, value in module.get_config_vars().items() if name not in defined}
    return {**variables, "get_paths": module.get_paths(), "get_platform": module.get_platform()}


def modules():
    """The names in every module that can be imported."""
    found = {}

    def names(name):
        keep = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
        try:
            module = importlib.import_module(name)
        except BaseException:
            return False  # which modules import is another probe's fact
        finally:
            sys.stdout, sys.stderr = keep
        found[name] = module
        return True

    walk(names)
    return {name: sorted(key for key in vars(module) if not key.startswith("__")) for name, module in found.items()}


run_checks([answers, sysconfig, modules])
