"""Compiles, describes and runs one WASI module in a process of its own; may import wasmtime only.

`python wasm_run.py` reads a JSON object from stdin and prints one on stdout. `{"do": "compile", "module",
"cache"}` compiles the module into the file `cache` and describes it; `{"do": "run", "cache", "argv", "env",
"dirs": [[host, guest, writable]], "stdout", "stderr", "seconds", "memory_bytes", "output_bytes"}` runs it and
answers `{"ended": exited | trapped | time | output, "status", "message"}`. Being its own process, it can be killed,
and what an engine does to its process (an abort on a bad setting) is contained.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wasmtime import (
    Config,
    Engine,
    ExitTrap,
    Linker,
    MemoryType,
    Module,
    Store,
    Trap,
    TrapCode,
    WasiConfig,
    WasmtimeError,
)
from wasmtime import _bindings as bindings

LOOK_SECONDS = 0.05
"""How often to look what was written."""
STACK_BYTES = 16 << 20
"""Python's own recursion limit is reached well before this."""

# A module's stack is the thread's: in a smaller one an overflow would crash the process instead of trapping.
THREAD_BYTES = 4 * STACK_BYTES


def make_engine() -> Engine:
    """The engine both for compiling and for running: a compiled module fits the settings it was made with."""
    config = Config()
    # wasmtime aborts the process when the stack is larger than the async stack (2 MiB by default).
    bindings.wasmtime_config_async_stack_size_set(config.ptr(), 2 * STACK_BYTES)
    config.max_wasm_stack = STACK_BYTES
    config.epoch_interruption = True
    return Engine(config)


def compile_module(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Compile to `cache` (appears whole or not at all) and describe imports, exports and memories."""
    module = Module.from_file(make_engine(), spec["module"])
    cache = Path(spec["cache"])
    partial = cache.with_suffix(f".{os.getpid()}")
    partial.write_bytes(module.serialize())
    partial.replace(cache)
    types = [item.type for item in module.exports] + [item.type for item in module.imports]
    memories = [type_ for type_ in types if isinstance(type_, MemoryType)]
    return {
        "imports": sorted(f"{item.module}.{item.name}" for item in module.imports),
        "exports": sorted(item.name or "" for item in module.exports),
        "memories": [
            {
                "initial_pages": memory.limits.min,
                "maximum_pages": memory.limits.max,
                "shared": bool(memory.is_shared),
                "is_64": bool(memory.is_64),
            }
            for memory in memories
        ],
    }


def run_module(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Run `_start`; time and output are bounded by the engine's epoch, memory by the store."""
    engine = make_engine()
    module = Module.deserialize_file(engine, spec["cache"])
    linker = Linker(engine)
    linker.define_wasi()
    wasi = WasiConfig()
    wasi.argv = spec["argv"]
    wasi.env = sorted(spec["env"].items())
    # Not wasmtime's callbacks: those come from threads that may outlive the interpreter, and abort it then.
    wasi.stdout_file, wasi.stderr_file = spec["stdout"], spec["stderr"]
    for host, guest, writable in spec["dirs"]:
        wasi.preopen_dir(host, guest, writable)
    store = Store(engine)
    store.set_limits(memory_size=spec["memory_bytes"])
    store.set_wasi(wasi)
    store.set_epoch_deadline(1)
    ended = threading.Event()
    threading.Thread(target=watch, args=(spec, engine, ended), daemon=True).start()
    try:
        instance = linker.instantiate(store, module)
        instance.exports(store)["_start"](store)  # type: ignore[operator]
    except ExitTrap as exit_:
        return {"ended": "exited", "status": exit_.code, "message": ""}
    except Trap as trap:
        stopped = "output" if _exceeds(spec) else "time"
        how = stopped if trap.trap_code is TrapCode.INTERRUPT else "trapped"
        return {"ended": how, "status": None, "message": trap.message.strip().splitlines()[-1]}
    except (WasmtimeError, KeyError) as error:
        return {"ended": "trapped", "status": None, "message": str(error).strip().splitlines()[-1]}
    finally:
        ended.set()
        for path in _outputs(spec):
            os.truncate(path, min(path.stat().st_size, spec["output_bytes"]))
    return {"ended": "exited", "status": 0, "message": ""}


def watch(spec: Mapping[str, Any], engine: Engine, ended: threading.Event) -> None:
    """End the module when its time is over, or when it has written more than it may."""
    deadline = time.monotonic() + spec["seconds"]
    while not ended.wait(LOOK_SECONDS):
        if time.monotonic() > deadline or _exceeds(spec):
            engine.increment_epoch()
            return


def _exceeds(spec: Mapping[str, Any]) -> bool:
    return any(path.stat().st_size > spec["output_bytes"] for path in _outputs(spec))


def _outputs(spec: Mapping[str, Any]) -> list[Path]:
    """The files of its output; wasmtime makes one when it is first written to."""
    return [path for path in (Path(spec["stdout"]), Path(spec["stderr"])) if path.exists()]


def main() -> int:
    """Do what stdin says; a module that is none is said on stderr, with exit status 1."""
    spec = json.load(sys.stdin)
    status = 0

    def work() -> None:
        nonlocal status
        try:
            answer = compile_module(spec) if spec["do"] == "compile" else run_module(spec)
            json.dump(answer, sys.stdout)
        except WasmtimeError as error:
            sys.stderr.write(str(error) + "\n")
            status = 1
        except BaseException:
            traceback.print_exc()
            status = 2

    threading.stack_size(THREAD_BYTES)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return status


if __name__ == "__main__":
    sys.exit(main())
