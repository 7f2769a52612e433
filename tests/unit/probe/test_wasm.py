"""Tests of `pipeline.probe.wasm` and, through it, of `pipeline.probe.wasm_run`."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import wasmtime
from hypothesis import given
from hypothesis import strategies as st

from pipeline.probe.facts import ProbeError, ProbeReason
from pipeline.probe.wasm import MAGIC, child, custom_sections, is_wasm, read_wasm

HELLO = """(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2 16)
  (data (i32.const 100) "hello\\n")
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 6))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $exit (i32.const 3))))"""
FOREVER = '(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))'
GREEDY = """(module (memory (export "memory") 1)
  (func (export "_start") (if (i32.eq (memory.grow (i32.const 1000)) (i32.const -1)) (then unreachable))))"""
TALKER = """(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start") (local $n i32)
    (i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 1000))
    (loop
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (br_if 0 (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 100))))))"""
BABBLER = TALKER.replace(
    "(br_if 0 (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 100)))", "(br 0)"
)
DEEP = """(module (memory (export "memory") 1)
  (func $dive (param i32) (result i32) (i32.add (i32.const 1) (call $dive (local.get 0))))
  (func (export "_start") (drop (call $dive (i32.const 0)))))"""


def section(name: str, data: bytes) -> bytes:
    body = bytes([len(name)]) + name.encode() + data
    assert len(body) < 128
    return bytes([0, len(body)]) + body


def module(tmp_path: Path, text: str, custom: bytes = b"") -> Path:
    path = tmp_path / "m.wasm"
    path.write_bytes(bytes(wasmtime.wat2wasm(text)) + custom)
    return path


def run(tmp_path: Path, text: str, **more: Any) -> dict[str, Any]:
    _, cache = read_wasm(module(tmp_path, text), tmp_path)
    spec = {
        "do": "run", "cache": str(cache), "argv": ["m"], "env": {}, "dirs": [], "stdout": str(tmp_path / "out"),
        "stderr": str(tmp_path / "err"), "seconds": 20, "memory_bytes": 1 << 24, "output_bytes": 5000,
    }  # fmt: skip
    return child({**spec, **more}, 60)


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


def test_exit_status_and_output(tmp_path: Path) -> None:
    assert run(tmp_path, HELLO) == {"ended": "exited", "status": 3, "message": ""}
    assert (tmp_path / "out").read_text() == "hello\n"


def test_a_run_without_an_end_is_stopped(tmp_path: Path) -> None:
    start = time.monotonic()
    assert run(tmp_path, FOREVER, seconds=1)["ended"] == "time"
    assert time.monotonic() - start < 30


def test_memory_is_bounded(tmp_path: Path) -> None:
    assert run(tmp_path, GREEDY)["ended"] == "trapped"
    assert run(tmp_path, GREEDY, memory_bytes=1 << 27) == {"ended": "exited", "status": 0, "message": ""}


def test_output_is_bounded(tmp_path: Path) -> None:
    assert run(tmp_path, TALKER)["ended"] == "exited"
    assert (tmp_path / "out").stat().st_size == 5000


def test_what_writes_without_an_end_is_stopped(tmp_path: Path) -> None:
    begun = time.monotonic()
    assert run(tmp_path, BABBLER, seconds=60)["ended"] == "output"
    assert time.monotonic() - begun < 50
    assert (tmp_path / "out").stat().st_size == 5000


def test_a_stack_overflow_is_a_trap_and_no_crash(tmp_path: Path) -> None:
    answer = run(tmp_path, DEEP)
    assert answer["ended"] == "trapped"
    assert "stack" in answer["message"]


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
