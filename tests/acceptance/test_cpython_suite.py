"""CPython's own tests, a chosen subset, on every target of Full (the whole suite's result is in docs/)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import ARM, WASM, X86, Programs

EVERYWHERE = (
    "test_grammar", "test_int", "test_float", "test_long", "test_bool", "test_list", "test_dict", "test_set",
    "test_tuple", "test_slice", "test_string", "test_bytes", "test_unicode_identifiers", "test_generators",
    "test_contextlib", "test_dataclasses", "test_descr", "test_enum", "test_functools", "test_itertools",
    "test_json", "test_re", "test_struct", "test_textwrap", "test_operator", "test_math", "test_statistics",
    "test_heapq", "test_bisect", "test_copy", "test_collections", "test_decorators", "test_with", "test_scope",
)  # fmt: skip
EMULATED = (
    "test_grammar", "test_int", "test_list", "test_dict", "test_generators", "test_contextlib", "test_enum",
    "test_functools", "test_json", "test_struct", "test_textwrap", "test_operator", "test_heapq", "test_bisect",
)  # fmt: skip
NATIVE = (
    *EVERYWHERE, "test_hashlib", "test_hmac", "test_sqlite3", "test_zlib", "test_bz2", "test_lzma", "test_zstd",
    "test_ssl", "test_ctypes", "test_asyncio", "test_decimal", "test_pickle", "test_venv", "test_sysconfig",
    "test_readline", "test_curses", "test_uuid", "test_threading", "test_subprocess",
)  # fmt: skip


@pytest.mark.parametrize(
    ("target", "chosen"), [(X86, NATIVE), (ARM, EMULATED), (WASM, EMULATED)], ids=["x86_64", "aarch64", "wasm"]
)
def test_a_chosen_subset_passes(
    programs: Programs, cpython_tests: Path, tmp_path: Path, target: str, chosen: tuple[str, ...]
) -> None:
    program = programs("cpython", target)
    if target == WASM:
        shared, path = [cpython_tests.parent], str(cpython_tests.parent)
        # Only `test` may come from there: the interpreter's own library stands before it on sys.path.
        code = (
            f"import sys; sys.path.append({path!r}); sys.argv[0] = 'regrtest'; "
            "from test.libregrtest.main import main; main()"
        )
        ran = program.run("-c", code, "--single-process", *chosen, shared=shared)
    else:
        (tmp_path / "suite").mkdir()
        (tmp_path / "suite" / "test").symlink_to(cpython_tests)
        jobs = ("-j2",) if target == X86 else ("--single-process",)
        env = {"PYTHONPATH": str(tmp_path / "suite"), "TMPDIR": str(tmp_path)}
        ran = program.run("-m", "test", "--timeout=600", *jobs, *chosen, env=env)
    text = (ran.out + ran.err).decode("utf-8", "replace")
    assert ran.status == 0, text[-4000:]
    assert "Result: SUCCESS" in text
