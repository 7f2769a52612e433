"""Runs a WASI interpreter for the batteries, with one folder open to it; may import wasmtime only.

`python -m difftiers.wasm MODULE FOLDER ARGUMENT…`; the compiled module is kept beside MODULE.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from wasmtime import Config, Engine, ExitTrap, Linker, Module, Store, WasiConfig
from wasmtime import _bindings as bindings

STACK_BYTES = 16 << 20


def main() -> int:
    """Run `_start`; its exit status is this process's."""
    module_path, folder, *arguments = sys.argv[1:]
    config = Config()
    bindings.wasmtime_config_async_stack_size_set(config.ptr(), 2 * STACK_BYTES)
    config.max_wasm_stack = STACK_BYTES
    config.epoch_interruption = True
    engine = Engine(config)
    compiled = Path(module_path).with_suffix(".cwasm")
    if not compiled.is_file():
        partial = compiled.with_suffix(f".{os.getpid()}")
        partial.write_bytes(Module.from_file(engine, module_path).serialize())
        partial.replace(compiled)
    linker = Linker(engine)
    linker.define_wasi()
    wasi = WasiConfig()
    wasi.argv = ["python", *arguments]
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    wasi.preopen_dir(folder, ".")
    library = Path(module_path).parent / "lib"
    if library.is_dir():
        wasi.preopen_dir(str(library), "/lib")
        wasi.env = [("PYTHONHOME", "/")]
    store = Store(engine)
    store.set_wasi(wasi)
    store.set_epoch_deadline(1)
    instance = linker.instantiate(store, Module.deserialize_file(engine, str(compiled)))
    try:
        instance.exports(store)["_start"](store)  # type: ignore[operator]
    except ExitTrap as end:
        return int(end.code)
    return 0


if __name__ == "__main__":
    threading.stack_size(4 * STACK_BYTES)
    status = [1]
    thread = threading.Thread(target=lambda: status.__setitem__(0, main()))
    thread.start()
    thread.join()
    sys.exit(status[0])
