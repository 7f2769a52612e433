"""Starts a native interpreter with an environment that was chosen, not inherited; imports little, and late.

What decides which code runs is dropped; what a script may ask for is kept. `-s` keeps the user's own site-packages
out, and there is nothing else to keep out: PYTHONHOME, PYTHONPATH and their like are gone, the installation has no
`.pth` file and no `pyvenv.cfg`, and `sys.path[0]` is the script's folder, as it is for `python script.py`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

TYPE_CHECKING = False  # `typing` takes a tenth of the time that a start may take
if TYPE_CHECKING:
    from typing import NoReturn

    from slimepython.install.home import Installed
    from slimepython.launch.supervise import Ended

OPTIONS = ("-s",)
"""What is said to the interpreter before the script's name; CPython and RustPython both know it."""

DROPPED = frozenset(
    (
        "GCONV_PATH",  # glibc: loads conversion modules, which are shared objects
        "GETCONF_DIR",
        "GLIBC_TUNABLES",
        "HOSTALIASES",
        "LOCALDOMAIN",
        "LOCPATH",
        "MALLOC_CHECK_",
        "MALLOC_PERTURB_",
        "MALLOC_TRACE",
        "NIS_PATH",
        "NLSPATH",
        "OPENSSL_CONF",  # OpenSSL: loads providers and engines
        "OPENSSL_CONF_INCLUDE",
        "OPENSSL_ENGINES",
        "OPENSSL_MODULES",
        "RESOLV_HOST_CONF",
        "RES_OPTIONS",
        "__PYVENV_LAUNCHER__",
    )
)
DROPPED_PREFIXES = ("PYTHON", "LD_", "DYLD_", "RUST_")
"""CPython's and RustPython's own switches, the dynamic loader's, and those of Rust's runtime."""


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """`base` without what changes which code an interpreter runs, or how; HOME, PATH, TZ, the locale… stay."""
    return {
        name: value for name, value in base.items() if name not in DROPPED and not name.startswith(DROPPED_PREFIXES)
    }


def command(installed: Installed, script_args: Sequence[str]) -> list[str]:
    """The command line that runs a script: `script_args` are its path and its arguments."""
    return command_line(str(installed.entry), script_args)


def command_line(entry: str, script_args: Sequence[str]) -> list[str]:
    """The same for a program by its path."""
    return [entry, *OPTIONS, *script_args]


def execute(command: Sequence[str], env: Mapping[str, str]) -> NoReturn:
    """Become the interpreter; nothing of this process remains. Raises `LaunchError` if the system refuses."""
    import signal

    # Python ignores these two in this process, and a program it becomes would start with them ignored.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    try:
        os.execve(command[0], list(command), dict(env))
    except OSError as error:
        from slimepython.launch.failure import cannot_start

        raise cannot_start(command[0], error) from error


def supervise(command: Sequence[str], env: Mapping[str, str]) -> Ended:
    """Run the interpreter as a child and wait for it; see `slimepython.launch.supervise`."""
    from slimepython.launch.supervise import supervise_child

    return supervise_child(command, env)
