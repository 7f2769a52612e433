"""CPython's own tests, a chosen subset, on every target of Full (the whole suite's result is in docs/)."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.acceptance.conftest import ARM, WASM, X86, Programs
from tests.acceptance.programs import Program

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


KNOWN = {
    # pattern of CPython's own tests that fail here → the cause
    "test_write_read_limited_history": "libedit, not GNU readline: it refuses a history file that was cut",
    "test_executable_without_cwd": "a relocatable build has no fixed prefix to fall back on when argv[0] is made up",
    "test_sysconfigdata_json": "the build's Makefile and its copies are not shipped: they describe the sandbox",
    "test_get_makefile_filename": "as above",
    "test_srcdir": "as above: config-3.14-* is not shipped",
    "test_finalize_daemon_thread_hang": "needs _testcapi, which a release does not have",
}


def _with_tests(program: Program, tests: Path, into: Path) -> Program:
    """A copy of the interpreter whose library holds the `test` package, which is not shipped."""
    folder = into / "python"
    shutil.copytree(program.folder, folder, symlinks=True)
    (next(folder.glob("lib/python3.*")) / "test").symlink_to(tests)
    return replace(program, folder=folder)


@pytest.mark.parametrize(
    ("target", "chosen"), [(X86, NATIVE), (ARM, EMULATED), (WASM, EMULATED)], ids=["x86_64", "aarch64", "wasm"]
)
def test_a_chosen_subset_passes(
    programs: Programs, cpython_tests: Path, tmp_path: Path, target: str, chosen: tuple[str, ...]
) -> None:
    program = programs("cpython", target)
    ignored = [word for pattern in KNOWN for word in ("--ignore", pattern)]
    if target == WASM:
        path = str(cpython_tests.parent)
        # Only `test` may come from there: the interpreter's own library stands before it on sys.path.
        code = f"import sys; sys.path.append({path!r}); from test.libregrtest.main import main; main()"
        ran = program.run("-c", code, "--single-process", *ignored, *chosen, shared=[cpython_tests.parent])
    else:
        jobs = "-j2" if target == X86 else "--single-process"
        whole = _with_tests(program, cpython_tests, tmp_path)
        ran = whole.run("-m", "test", "--timeout=600", jobs, *ignored, *chosen, env={"TMPDIR": str(tmp_path)})
    text = (ran.out + ran.err).decode("utf-8", "replace")
    assert ran.status == 0, text[-4000:]
    assert "Result: SUCCESS" in text
