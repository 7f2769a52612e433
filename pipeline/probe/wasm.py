"""Facts about one WebAssembly module; may import `pipeline.probe.facts`.

wasmtime reads imports, exports and memories (and proves the module valid by compiling it, in a child
process); here only custom sections are walked, which wasmtime does not show. Formats: WebAssembly core specification
5.5 (modules), tool-conventions `Linking.md` (target_features) and `ProducersSection.md`.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.probe.facts import Facts, ProbeError, ProbeReason
from pipeline.probe.version import probe_code

MAGIC = b"\0asm\1\0\0\0"
_MAX_SECTIONS = 10_000
_COMPILE_SECONDS = 600
_DEBUG = (".debug_",)


def is_wasm(path: Path) -> bool:
    """Whether a file begins like a core WebAssembly module, version 1."""
    with path.open("rb") as stream:
        return stream.read(8) == MAGIC


def read_wasm(path: Path, workdir: Path) -> tuple[Facts, Path]:
    """Facts about a module, and the file it is precompiled to. Raises `ProbeError`."""
    data = path.read_bytes()
    sections = dict(custom_sections(data))
    cache = workdir / f"{hashlib.sha256(data).hexdigest()[:32]}-wasmtime-{version('wasmtime')}.cwasm"
    described = child({"do": "compile", "module": str(path), "cache": str(cache)}, _COMPILE_SECONDS)
    facts: Facts = {
        **described,
        "size": len(data),
        "features": _features(sections.get("target_features", b"")),
        "custom_sections": sorted(sections),
        "debug_info": any(name.startswith(_DEBUG) for name in sections),
        "names": "name" in sections,
    }
    return facts, cache


def child(spec: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """Have `pipeline.probe.wasm_run` do something; it is killed after `seconds`."""
    # As it was keyed, whatever the file holds by now.
    command = [sys.executable, "-P", "-c", probe_code().files["wasm_run.py"].decode()]
    try:
        done = subprocess.run(
            command, input=json.dumps(spec), capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        message = f"wasmtime was stopped after {seconds:.0f} s ({spec['do']})"
        raise ProbeError(ProbeReason.TOO_COSTLY, message) from error
    if done.returncode == 0:
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer
    said = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
    reason = ProbeReason.MALFORMED if done.returncode == 1 else ProbeReason.TOOL_FAILED
    raise ProbeError(reason, f"wasmtime refuses it: {said[0]}", hint="wasm-validate FILE says more")


def custom_sections(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and contents of a module's custom sections. Raises `ProbeError`."""
    if not data.startswith(MAGIC):
        raise _malformed("no magic")
    offset = len(MAGIC)
    for _ in range(_MAX_SECTIONS):
        if offset == len(data):
            return
        kind = data[offset]
        size, start = _leb128(data, offset + 1)
        offset = start + size
        if offset > len(data):
            raise _malformed("a section reaches beyond the end of the file")
        if kind == 0:
            length, name_start = _leb128(data, start)
            if name_start + length > offset:
                raise _malformed("a section's name reaches beyond its end")
            name = data[name_start : name_start + length].decode("utf-8", "replace")
            yield name, data[name_start + length : offset]
    raise _malformed(f"more than {_MAX_SECTIONS} sections")


def _leb128(data: bytes, offset: int) -> tuple[int, int]:
    value = 0
    for count in range(5):
        if offset + count >= len(data):
            break
        byte = data[offset + count]
        value |= (byte & 0x7F) << (7 * count)
        if not byte & 0x80:
            return value, offset + count + 1
    raise _malformed(f"no number at offset {offset}")


def _features(data: bytes) -> list[str]:
    """The features a module uses (`+`), by the linker's `target_features` section."""
    if not data:
        return []
    count, offset = _leb128(data, 0)
    found: set[str] = set()
    for _ in range(count):
        if offset >= len(data):
            raise _malformed("target_features ends early")
        prefix = data[offset]
        length, start = _leb128(data, offset + 1)
        offset = start + length
        if prefix == ord("+"):
            found.add(data[start:offset].decode("utf-8", "replace"))
    return sorted(found)


def _malformed(what: str) -> ProbeError:
    message = f"not a sound WebAssembly module: {what}"
    return ProbeError(ProbeReason.MALFORMED, message, hint="wasm-validate FILE says more")
