"""Wasm modules precompiled for exactly this engine and processor; imports the package's errors and models.

Loading a compiled module runs whatever machine code is in the file: wasmtime checks that it was made for it, not by
whom. So each is kept with its own sha256, which is compared before it is loaded, and is named by all that went into
it: the archive, wasmtime's version, the engine's settings and the processor's features. One that does not fit is
simply not found, and made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from slimepython.errors import InstallError
from slimepython.install.durable import replace_durably
from slimepython.install.engine import SETTINGS, digest_file, is_intact, make_engine
from slimepython.install.home import Home, HomeReason, Installed
from slimepython.release.machine import this_machine
from slimepython.release.model import Artifact

_SUFFIX: Final = ".cwasm"


def name(artifact: Artifact) -> str:
    """What the compiled module is called on this machine, for the engine that is installed."""
    machine = this_machine()
    fit = hashlib.sha256(f"{machine.wasmtime} {SETTINGS} {machine.cpu}".encode()).hexdigest()[:12]
    return f"{artifact.file.sha256[:12]}-wasmtime{machine.wasmtime}-{fit}{_SUFFIX}"


def fitting(folder: Path, artifact: Artifact) -> Path | None:
    """The compiled module for this engine and processor, if it was made already."""
    path = folder / name(artifact)
    return path if path.exists() and digest_file(path).exists() else None


def ensure(home: Home, installed: Installed, say: Callable[[str], None]) -> Path:
    """The compiled module, made now if there is none or not the one that was made.

    To be called with the home's lock held. Raises `InstallError` for a module that cannot be compiled.
    """
    from wasmtime import Module, WasmtimeError

    path = home.compiled / name(installed.artifact)
    if path.exists() and is_intact(path):
        return path
    say(f"compiling {installed.artifact.label} for this processor (some seconds)")
    try:
        code = bytes(Module.from_file(make_engine(), str(installed.entry)).serialize())
    except WasmtimeError as error:
        raise InstallError(
            HomeReason.NO_ENTRY,
            f"{installed.entry}: wasmtime cannot compile it: {str(error).splitlines()[0]}",
            hint="nothing runs it here; tell whoever published this release",
        ) from error
    home.compiled.mkdir(exist_ok=True)
    home.scratch.mkdir(exist_ok=True)
    # The digest goes last: a module without one, or with another's, is not used.
    digest_file(path).unlink(missing_ok=True)
    replace_durably(path, code, home.scratch)
    replace_durably(digest_file(path), hashlib.sha256(code).hexdigest().encode(), home.scratch)
    return path
