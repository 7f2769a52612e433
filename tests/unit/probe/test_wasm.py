"""What a module says of itself."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
import wasmtime
from hypothesis import given
from hypothesis import strategies as st

from pipeline.probe.facts import ProbeError, ProbeReason
from pipeline.probe.wasm import MAGIC, custom_sections, is_wasm, read_wasm

HELLO = """(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2 16)
  (data (i32.const 100) "hello\\n")
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 6))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $exit (i32.const 3))))"""


def section(name: str, data: bytes) -> bytes:
    body = bytes([len(name)]) + name.encode() + data
    assert len(body) < 128
    return bytes([0, len(body)]) + body


def module(tmp_path: Path, text: str, custom: bytes = b"") -> Path:
    path = tmp_path / "m.wasm"
    path.write_bytes(bytes(wasmtime.wat2wasm(text)) + custom)
    return path


def test_facts(tmp_path: Path) -> None:
    features = section("target_features", b"\x03+\x08sign-ext+\x0bbulk-memory-\x04simd")
    path = module(tmp_path, HELLO, features + section("name", b"") + section(".debug_info", b"x"))
    assert is_wasm(path)
    facts, cache = read_wasm(path, tmp_path)
    assert cache.is_file()
    assert facts == {
        "imports": ["wasi_snapshot_preview1.fd_write", "wasi_snapshot_preview1.proc_exit"],
        "exports": ["_start", "memory"],
        "memories": [{"initial_pages": 2, "maximum_pages": 16, "shared": False, "is_64": False}],
        "size": path.stat().st_size,
        "features": ["bulk-memory", "sign-ext"],
        "custom_sections": [".debug_info", "name", "target_features"],
        "debug_info": True,
        "names": True,
    }


@pytest.mark.parametrize(
    "data",
    [
        MAGIC + b"\x00",
        MAGIC + b"\x01\xff\xff\xff\xff\xff\xff",
        MAGIC + b"\x01\x7f",
        MAGIC + b"\x00\x02\x05a",
        MAGIC + section("target_features", b"\x05+\x01a"),
        MAGIC + b"\x01\x01\x05",
        b"\0asm\2\0\0\0",
    ],
)
def test_malformed(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "m.wasm"
    path.write_bytes(data)
    with pytest.raises(ProbeError) as caught:
        read_wasm(path, tmp_path)
    assert caught.value.reason is ProbeReason.MALFORMED


@pytest.mark.timeout(300)
@given(st.binary(max_size=60))
def test_21_custom_sections_of_rubbish(data: bytes) -> None:
    with suppress(ProbeError):
        assert isinstance(list(custom_sections(MAGIC + data)), list)
