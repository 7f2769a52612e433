"""The wasm engine's settings, and whether a compiled module is the one that was made; imports wasmtime, when called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wasmtime import Engine

STACK_BYTES: Final = 64 << 20
"""Of the machine's stack, for a module's calls: with half of it CPython's own check of its stack comes first."""
SETTINGS: Final = "epoch_interruption=1"
"""What of the engine's settings shapes the machine code."""


def make_engine(stack_bytes: int = STACK_BYTES) -> Engine:
    """The engine for compiling and for running: a compiled module fits only the settings it was made with."""
    from wasmtime import Config, Engine
    from wasmtime import _bindings as bindings

    config = Config()
    # wasmtime aborts the process when the stack is larger than the async stack, which is 2 MiB by default.
    bindings.wasmtime_config_async_stack_size_set(config.ptr(), 2 * stack_bytes)
    config.max_wasm_stack = stack_bytes
    config.epoch_interruption = True
    return Engine(config)


def digest_file(cwasm: Path) -> Path:
    """Where the sha256 of a compiled module is kept."""
    return cwasm.with_suffix(".sha256")


def is_intact(cwasm: Path) -> bool:
    """Whether the bytes are those that were compiled here."""
    import hashlib
    import mmap

    try:
        # One call over all of the file lets other threads run meanwhile; one for each chunk would wait for them.
        with cwasm.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            found = hashlib.sha256(data).hexdigest()
        return found == digest_file(cwasm).read_text("ascii")
    except (OSError, ValueError):
        return False
