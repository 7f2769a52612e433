"""Modules run in a process of their own, within their limits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import wasmtime

from pipeline.probe import wasm_run
from pipeline.probe.wasm import child, read_wasm

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


PATIENCE = 60
"""Seconds after which the process is killed, which is an error."""


def module(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "m.wasm"
    path.write_bytes(bytes(wasmtime.wat2wasm(text)))
    return path


def run(tmp_path: Path, text: str, **more: Any) -> dict[str, Any]:
    _, cache = read_wasm(module(tmp_path, text), tmp_path)
    spec = {
        "do": "run", "cache": str(cache), "argv": ["m"], "env": {}, "dirs": [], "stdout": str(tmp_path / "out"),
        "stderr": str(tmp_path / "err"), "seconds": 20, "memory_bytes": 1 << 24, "output_bytes": 5000,
    }  # fmt: skip
    return child({**spec, **more}, PATIENCE)


def test_exit_status_and_output(tmp_path: Path) -> None:
    assert run(tmp_path, HELLO) == {"ended": "exited", "status": 3, "message": ""}
    assert (tmp_path / "out").read_text() == "hello\n"


def test_a_run_without_an_end_is_stopped(tmp_path: Path) -> None:
    assert run(tmp_path, FOREVER, seconds=1)["ended"] == "time"


def test_memory_is_bounded(tmp_path: Path) -> None:
    assert run(tmp_path, GREEDY)["ended"] == "trapped"
    assert run(tmp_path, GREEDY, memory_bytes=1 << 27) == {"ended": "exited", "status": 0, "message": ""}


def test_output_is_bounded(tmp_path: Path) -> None:
    assert run(tmp_path, TALKER)["ended"] == "exited"
    assert (tmp_path / "out").stat().st_size == 5000


def test_what_writes_without_an_end_is_stopped(tmp_path: Path) -> None:
    """Long before its time is over: the process would be killed by then."""
    assert run(tmp_path, BABBLER, seconds=10 * PATIENCE)["ended"] == "output"
    assert (tmp_path / "out").stat().st_size == 5000


def test_a_stack_overflow_is_a_trap_and_no_crash(tmp_path: Path) -> None:
    answer = run(tmp_path, DEEP)
    assert answer["ended"] == "trapped"
    assert "stack" in answer["message"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('(module (memory (export "memory") 1))', "_start"),
        ('(module (import "env" "lent" (func)) (func (export "_start")))', "unknown import"),
        ('(module (memory (export "memory") 1) (func (export "_start") unreachable))', "unreachable"),
    ],
    ids=["no program", "imports what nobody has", "gives up"],
)
def test_what_cannot_go_on_says_why(tmp_path: Path, text: str, said: str) -> None:
    answer = run(tmp_path, text)
    assert (answer["ended"], answer["status"]) == ("trapped", None)
    assert said in answer["message"]


def test_the_compiled_module_appears_whole(tmp_path: Path) -> None:
    cache = tmp_path / "cache" / "m.cwasm"
    cache.parent.mkdir()
    found = child({"do": "compile", "module": str(module(tmp_path, HELLO)), "cache": str(cache)}, PATIENCE)
    assert found["exports"] == ["_start", "memory"]
    assert list(cache.parent.iterdir()) == [cache]
    wasmtime.Module.deserialize_file(wasm_run.make_engine(), str(cache))


@pytest.mark.parametrize(("named", "status"), [("m.wasm", 1), ("none.wasm", 2)])
def test_the_status_tells_a_bad_module_from_a_mistake_of_ours(tmp_path: Path, named: str, status: int) -> None:
    (tmp_path / "m.wasm").write_bytes(b"rubbish")
    done = subprocess.run(
        [sys.executable, "-P", wasm_run.__file__],
        input=json.dumps({"do": "compile", "cache": str(tmp_path / "c"), "module": str(tmp_path / named)}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (status, "")
    assert ("Traceback" in done.stderr) == (status == 2)
