"""Runs a WASI interpreter for the batteries as the runtime would, with one folder open to it; may import the runtime.

`python -m difftiers.wasm MODULE SCRIPT ARGUMENT…`: the script's folder is the one that is open. The compiled module is
kept beside MODULE's folder, in which is nothing but what was published.
"""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import wasmtime

from slimepython.install.engine import digest_file, is_intact, make_engine
from slimepython.launch.sandbox import Dir, Grants, Limits
from slimepython.launch.wasm import run
from slimepython.release.machine import this_machine

DAY = 86400.0
"""Seconds: whoever starts this says when an item has taken too long."""


@dataclass(frozen=True)
class Unpacked:
    """An interpreter out of its archive, compiled."""

    root: Path
    entry: Path
    cwasm: Path


def compiled(module: Path) -> Path:
    """The compiled module, made now unless it is there and whole."""
    path = module.parents[1] / f"{module.stem}-wasmtime{this_machine().wasmtime}.cwasm"
    if not is_intact(path):
        code = bytes(wasmtime.Module.from_file(make_engine(), str(module)).serialize())
        for file, data in ((path, code), (digest_file(path), hashlib.sha256(code).hexdigest().encode())):
            partial = file.with_suffix(f".{os.getpid()}")
            partial.write_bytes(data)
            partial.replace(file)
    return path


def main() -> int:
    """Run a script; its exit status is this process's."""
    module, script = Path(sys.argv[1]), Path(sys.argv[2]).absolute()
    # CPython's program is beside its library, Light's needs none.
    unpacked = Unpacked(module.parent, module, compiled(module))
    grants = Grants((Dir(script.parent, str(script.parent), writable=True),))
    outcome = run(unpacked, script, sys.argv[3:], grants, Limits(seconds=DAY), b"", inherit_output=True)
    if outcome.status is None:
        print(f"{outcome.ended}: {outcome.message}", file=sys.stderr)
    return 134 if outcome.status is None else outcome.status


if __name__ == "__main__":
    sys.exit(main())
