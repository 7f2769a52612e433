"""demo/slimepython.js in Node, with modules of a few instructions in the interpreter's place."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from wasmtime import wat2wasm

from harness import browser
from harness.browser import Answer, in_node
from harness.corpus import Script

FRAME = """
(module
  (import "slimepython" "write" (func $write (param i32 i32 i32)))
  (import "slimepython" "random" (func $random (param i32 i32)))
  (import "slimepython" "now" (func $now (result f64)))
  (memory (export "memory") 8)
  (func (export "alloc") (param i32) (result i32) (i32.const 1024))
  (func $run (export "run") (param $data i32) (param $length i32) (result i32) {}))
"""
ECHO = "(call $write (i32.const 1) (local.get 0) (local.get 1)) "


@pytest.fixture
def give(tmp_path: Path) -> Path:
    """A folder as it is laid out, but for the module."""
    return shutil.copytree(browser.DEMO, tmp_path / "folder")


def answers(folder: Path, body: str, *sources: str) -> list[Answer]:
    (folder / browser.MODULE).write_bytes(wat2wasm(FRAME.format(body)))
    scripts = []
    for number, source in enumerate(sources):
        path = folder / f"{number}.py"
        path.write_text(source, "utf-8")
        scripts.append(Script("folder", path, "", ""))
    return list(in_node(folder, scripts).answers.values())


def test_what_is_written_comes_out_on_its_stream_with_the_status(give: Path) -> None:
    body = ECHO + "(call $write (i32.const 2) (local.get 0) (i32.const 1)) (i32.const 3)"
    (one, two) = answers(give, body, "häßlich\n", "x")
    assert (one.status, one.out, one.err) == (3, "häßlich\n".encode(), b"h")
    assert (two.status, two.out, two.err) == (3, b"x", b"x")


def test_runs_share_no_memory(give: Path) -> None:
    body = """
      (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
      (i32.load (i32.const 0))
    """
    assert [answer.status for answer in answers(give, body, "", "", "")] == [1, 1, 1]


def test_randomness_fills_all_that_was_asked_for(give: Path) -> None:
    body = """
      (call $random (i32.const 2048) (i32.const 200000))
      (call $write (i32.const 1) (i32.const 2048) (i32.const 200000))
      (i32.const 0)
    """
    (one, two) = answers(give, body, "", "")
    assert len(one.out) == 200_000
    assert max(len(part) for part in one.out.split(b"\0")) < 10_000, "a part was left as it was"
    assert len(set(one.out[-1000:])) > 200
    assert one.out != two.out


def test_the_clock_is_that_of_the_machine(give: Path) -> None:
    body = "(f64.store (i32.const 0) (call $now)) (i32.trunc_f64_u (f64.div (call $now) (f64.const 1000)))"
    (answer,) = answers(give, body, "")
    assert abs(answer.status - time.time()) < 60


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("unreachable", b"aborted: unreachable\n"),
        ("(call $run (local.get 0) (local.get 1))", b"aborted: Maximum call stack size exceeded\n"),
    ],
    ids=["trap", "recursion"],
)
def test_what_cannot_go_on_costs_its_run_only(give: Path, body: str, says: bytes) -> None:
    (first, second) = answers(give, ECHO + body, "1", "2")
    assert (first.status, second.status) == (134, 134)
    assert first.err == says
    assert first.out.startswith(b"1")
    assert second.out.startswith(b"2")


def test_a_module_that_wants_more_is_not_run(give: Path) -> None:
    wants = FRAME.replace('"now"', '"fetch"').format("(i32.const 0)")
    (give / browser.MODULE).write_bytes(wat2wasm(wants))
    script = give / "script.py"
    script.write_text("")
    with pytest.raises(Exception, match="returned non-zero exit status"):
        in_node(give, [Script("folder", script, "", "")])
