"""Which interpreter this is and where it finds itself; run from several folders, it must find itself in each."""

import sys

from common import run_checks


def identity():
    return {
        "version": ".".join(str(part) for part in sys.version_info[:3]),
        "release_level": sys.version_info[3],
        "text": sys.version,
        "hexversion": sys.hexversion,
        "implementation": sys.implementation.name,
        "cache_tag": sys.implementation.cache_tag,
        "platform": sys.platform,
        "byteorder": sys.byteorder,
        "maxsize": sys.maxsize,
        "flags": {
            name: getattr(sys.flags, name)
            for name in ("debug", "optimize", "hash_randomization", "utf8_mode", "dev_mode")
        },
    }


def places():
    return {
        "executable": sys.executable,
        "prefix": sys.prefix,
        "exec_prefix": sys.exec_prefix,
        "base_prefix": sys.base_prefix,
        "path": sys.path[1:],
        "os": getattr(__import__("os"), "__file__", "frozen"),
    }


def paths():
    import sysconfig

    return sysconfig.get_paths()


def build():
    import sysconfig

    names = (
        "SOABI", "EXT_SUFFIX", "Py_DEBUG", "Py_GIL_DISABLED", "Py_ENABLE_SHARED", "WITH_PYMALLOC",
        "WITH_MIMALLOC", "Py_TAIL_CALL_INTERP", "CONFIG_ARGS", "CC", "LDVERSION", "HOST_GNU_TYPE",
    )
    return {name: sysconfig.get_config_var(name) for name in names}


def glibc():
    import os

    try:
        return os.confstr("CS_GNU_LIBC_VERSION")
    except (AttributeError, ValueError, OSError):
        return None  # another C library, which does not know the name


def encodings():
    import locale

    return {
        "filesystem": sys.getfilesystemencoding(),
        "errors": sys.getfilesystemencodeerrors(),
        "locale": locale.getpreferredencoding(False),
        "stdin": sys.stdin.encoding,
        "stdout": sys.stdout.encoding,
        "stderr": sys.stderr.encoding,
    }


run_checks([identity, places, paths, build, glibc, encodings])
