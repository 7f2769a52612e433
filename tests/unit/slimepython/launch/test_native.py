"""slimepython.launch.native and sandbox: what reaches an interpreter, and what does not (bad input 19)."""

from __future__ import annotations

from pathlib import Path

import pytest

from slimepython.errors import LaunchError, UsageError
from slimepython.launch import native
from slimepython.launch.failure import LaunchReason
from slimepython.launch.sandbox import parse_dir, parse_env
from slimepython.launch.wasm import shown

HOSTILE = (
    "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONHASHSEED", "PYTHONWARNINGS", "PYTHONUSERBASE",
    "PYTHONPLATLIBDIR", "PYTHONOPTIMIZE", "PYTHONPYCACHEPREFIX", "PYTHON_GIL", "PYTHON_JIT", "LD_PRELOAD",
    "LD_LIBRARY_PATH", "LD_AUDIT", "LD_BIND_NOT", "DYLD_INSERT_LIBRARIES", "GCONV_PATH", "LOCPATH", "NLSPATH",
    "GLIBC_TUNABLES", "MALLOC_TRACE", "OPENSSL_CONF", "OPENSSL_MODULES", "RUST_LOG", "RUST_BACKTRACE",
    "RESOLV_HOST_CONF", "HOSTALIASES", "__PYVENV_LAUNCHER__",
)  # fmt: skip
KEPT = ("HOME", "PATH", "TZ", "LANG", "LC_ALL", "TERM", "TMPDIR", "NO_COLOR", "SSL_CERT_FILE", "MYPYTHONPATH", "_")


@pytest.mark.parametrize("name", HOSTILE)
def test_19_what_decides_which_code_runs_is_dropped(name: str) -> None:
    assert native.environment({name: "/evil"}) == {}


@pytest.mark.parametrize("name", KEPT)
def test_what_a_script_may_ask_for_is_kept(name: str) -> None:
    assert native.environment({name: "value"}) == {name: "value"}


def test_the_command_is_an_absolute_path_and_the_scripts_words() -> None:
    assert native.command_line("/x/python3", ["a.py", "-b"]) == ["/x/python3", "-s", "a.py", "-b"]


def test_a_program_that_cannot_be_started(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"\0\0")
    for program in (tmp_path / "missing", tmp_path, tmp_path / "data"):
        with pytest.raises(LaunchError) as caught:
            native.supervise([str(program)], {})
        assert caught.value.reason == LaunchReason.CANNOT_START


def test_folders_that_are_granted(tmp_path: Path) -> None:
    plain = parse_dir(str(tmp_path))
    assert (plain.host, plain.guest, plain.writable) == (tmp_path, str(tmp_path), True)
    mapped = parse_dir(f"{tmp_path}::/data:ro")
    assert (mapped.host, mapped.guest, mapped.writable) == (tmp_path, "/data", False)


@pytest.mark.parametrize("text", ["", ":ro", "/nonexistent", "/nonexistent::/x", "/tmp::relative", "::/x"])
def test_folders_that_are_none(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_dir(text)
    assert caught.value.reason == LaunchReason.BAD_GRANT


def test_variables() -> None:
    assert parse_env(["A=1", "B=", "C=x=y", "D"], {"D": "d", "E": "e"}) == {"A": "1", "B": "", "C": "x=y", "D": "d"}
    for bad in ("E", "=x", ""):
        with pytest.raises(UsageError):
            parse_env([bad], {})


def test_a_scripts_path_is_shown_as_python_shows_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown("a.py") == f"{tmp_path}/a.py"
    assert shown("./x/../a.py") == f"{tmp_path}/./x/../a.py"
    assert shown("/abs/a.py") == "/abs/a.py"
