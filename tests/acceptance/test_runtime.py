"""The runtime on the really published interpreters: what passes through, and bad inputs 19 and 26."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from slimepython import api
from slimepython.errors import InstallError
from slimepython.install.home import HomeReason
from tests.acceptance.programs import Ran
from tests.acceptance.runtime import direct, environment, execute, slimepython, write
from tests.integration.toolchains import ROOT

SCRIPTS: dict[str, bytes] = {
    "not_utf8": b"print('\xff')\n",
    "declared_latin1": b"# -*- coding: latin-1 -*-\nprint(ascii('\xff'))\n",
    "bom": b"\xef\xbb\xbfprint('with a mark')\n",
    "nul": b"print(1)\0\n",
    "syntax_error": b"def f(:\n    pass\n",
    "newer_syntax": b"x = t'{1}'\nmatch 1:\n    case int() | str(): print(type(x).__name__)\nfrobnicate x: y\n",
    "template_string": b"print(t'{1!r:>3}'.interpolations[0].value)\n",
    "nested": b"(" * (1 << 20) + b")" * (1 << 20),
    "nested_minus": b"-" * (1 << 20) + b"1",
    "empty": b"",
    "reads_stdin": b"import sys\nprint(input(), sys.stdin.read().encode(), sys.stdin.isatty())\n",
    "os_exit": b"import os, sys\nsys.stdout.write('lost')\nos._exit(33)\n",
    "sys_exit_text": b"import sys\nsys.exit('text')\n",
    "sys_exit_none": b"import sys\nsys.exit()\n",
    "sys_exit_large": b"import sys\nsys.exit(1000)\n",
    "sys_exit_negative": b"import sys\nsys.exit(-1)\n",
    "uncaught": b"def f(): raise ValueError('x')\nf()\n",
    "sigterm": b"import os\nos.kill(os.getpid(), 15)\n",
    "sigkill": b"import os\nos.kill(os.getpid(), 9)\n",
    "keyboard_interrupt": b"raise KeyboardInterrupt\n",
    "abort": b"import os\nos.abort()\n",
    "binary": b"import sys\nsys.stdout.buffer.write(bytes(range(256)) * 1000)\n",
    "stderr": b"import sys\nprint('out'); print('err', file=sys.stderr)\n",
    "forks": b"import os, sys\npid = os.fork()\nif pid: os.waitpid(pid, 0)\nprint('parent' if pid else 'child')\n",
    "closed_stdout": b"import os, sys\nos.close(1)\nprint('gone', file=sys.stderr)\n",
    "argv_and_name": b"import sys\nprint(sys.argv, __file__, __name__, sys.path[0])\n",
    "working_directory": b"import os\nprint(os.getcwd())\n",
    "traceback_with_source": b"import traceback\ntry: 1/0\nexcept Exception: traceback.print_exc()\n",
}
NOT_ON_LIGHT = {"abort", "sigterm", "nested", "nested_minus", "newer_syntax"}
"""RustPython itself does not give the same twice, or takes too long (deep nesting)."""


@pytest.mark.parametrize("way", ["exec", "supervised"])
@pytest.mark.parametrize("name", SCRIPTS)
def test_26_passes_through_full(home: Path, tmp_path: Path, name: str, way: str) -> None:
    """Status, stdout and stderr are those of the interpreter called itself."""
    script = write(tmp_path, SCRIPTS[name])
    wanted = direct(home, "full", script, "a", "-b", stdin=b"one\ntwo\n")
    options = ["--router", "full"] + (["--stats"] if way == "supervised" else [])
    got = slimepython(home, "run", *options, script, "a", "-b", stdin=b"one\ntwo\n")
    if way == "supervised":
        got = without_stats(got)
    assert got == wanted


@pytest.mark.parametrize("name", sorted(SCRIPTS.keys() - NOT_ON_LIGHT))
def test_26_passes_through_light(home: Path, tmp_path: Path, name: str) -> None:
    script = write(tmp_path, SCRIPTS[name])
    wanted = direct(home, "light", script, "a", stdin=b"one\ntwo\n")
    assert slimepython(home, "run", "--router", "light", script, "a", stdin=b"one\ntwo\n") == wanted


@pytest.mark.parametrize("router", ["static", "adaptive"])
@pytest.mark.parametrize("name", sorted(SCRIPTS.keys() - {"nested", "nested_minus"}))
def test_26_where_light_is_preferred_the_answer_is_fulls(home: Path, tmp_path: Path, name: str, router: str) -> None:
    """Whatever a trial on Light came to, what is seen is what Full says, once."""
    script = write(tmp_path, SCRIPTS[name])
    wanted = direct(home, "full", script, "a", stdin=b"one\ntwo\n")
    options = ["--router", router, "--prefer", "light"]
    assert slimepython(home, "run", *options, script, "a", stdin=b"one\ntwo\n") == wanted


def test_26_deep_nesting_where_light_is_preferred(home: Path, tmp_path: Path) -> None:
    for name in ("nested", "nested_minus"):
        script = write(tmp_path, SCRIPTS[name])
        assert slimepython(home, "run", "--prefer", "light", script) == direct(home, "full", script)


@pytest.mark.parametrize("platform", ["native", "wasi"])
def test_the_adaptive_router_learns_on_both_platforms(home: Path, tmp_path: Path, platform: str) -> None:
    """With no budget to spare it tries Light, then Full, and then has a measurement of each to tell."""
    script = write(tmp_path, f"print(sum(n * n for n in range(1000)), {platform!r})\n")
    words = ("run", "--router", "adaptive", "--platform", platform, "--budget-ms", "0", "--stats", script)
    runs = [slimepython(home, *words) for _ in range(3)]
    assert {each.out for each in runs} == {f"332833500 {platform}\n".encode()}
    said = [json.loads(each.err) for each in runs]
    assert [each["tier"] for each in said[:2]] == ["light", "full"]
    assert "Full takes" in said[2]["because"] or "Light takes" in said[2]["because"]


def test_a_damaged_store_is_said_and_started_anew(home: Path, tmp_path: Path) -> None:
    script = write(tmp_path, "print('there')\n")
    store = home / "profiles.sqlite3"
    for rest in home.glob("profiles.sqlite3*"):
        rest.unlink()
    store.write_bytes(b"not a database, by no means" * 400)
    got = slimepython(home, "run", "--router", "adaptive", script)
    assert (got.status, got.out) == (0, b"there\n")
    assert b"profiles.sqlite3" in got.err
    assert slimepython(home, "run", "--router", "adaptive", script) == Ran(0, b"there\n", b"")


def test_a_variable_that_tells_an_interpreter_how_to_run_is_for_full(home: Path, tmp_path: Path) -> None:
    script = write(tmp_path, "print('there')\n")
    for env, tier in (("PYTHONHASHSEED=0", "full"), ("MINE=1", "light")):
        got = slimepython(home, "run", "--prefer", "light", "--stats", "--env", env, script)
        assert (got.out, json.loads(got.err)["tier"]) == (b"there\n", tier)


def test_a_failing_script_is_full_s_and_stays_so(home: Path, tmp_path: Path) -> None:
    """An exit status other than 0 is an outcome that a trial may not give: Full says it, each time."""
    script = write(tmp_path, "print('so far')\nraise SystemExit(4)\n")
    words = ("run", "--router", "adaptive", "--stats", script)
    said = []
    for _ in range(3):
        got = slimepython(home, *words)
        assert (got.status, got.out) == (4, b"so far\n")
        said.append(json.loads(got.err))
    assert [each["tier"] for each in said] == ["full"] * 3
    assert "trial" in said[0]["because"]
    assert "its last trial on Light failed" in said[1]["because"]


def without_stats(ran: Ran) -> Ran:
    """The line that `--stats` adds taken off; it is the last, and JSON."""
    lines = ran.err.splitlines(keepends=True)
    assert json.loads(lines[-1])["tier"] == "full"
    return Ran(ran.status, ran.out, b"".join(lines[:-1]))


@pytest.mark.parametrize("options", [("--router", "full"), ("--prefer", "light")])
@pytest.mark.parametrize("code", ["print('x' * (1 << 20))", "import sys; sys.stdout.buffer.write(bytes(1 << 20))"])
def test_26_gigabytes_to_stdout(home: Path, tmp_path: Path, code: str, options: tuple[str, str]) -> None:
    """Nothing is kept in memory on the way, and whoever has read enough ends it. A trial is given up before that."""
    script = write(tmp_path, f"while True:\n    {code}\n")
    command = [sys.executable, "-m", "slimepython", "run", *options, script]
    with subprocess.Popen(
        command, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        left = 2 << 30
        while left > 0:
            chunk = process.stdout.read(1 << 20)
            assert chunk, "it ended by itself"
            left -= len(chunk)
        process.stdout.close()
        assert b"BrokenPipeError" in process.stderr.read()
    assert process.returncode in (1, 120)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("options", [("--router", "full"), ("--router", "full", "--stats")])
def test_26_never_ends_until_it_is_told_to(
    home: Path, tmp_path: Path, number: signal.Signals, options: tuple[str, ...]
) -> None:
    if number == signal.SIGKILL and "--stats" in options:
        number = signal.SIGHUP  # SIGKILL cannot be passed on
    script = write(tmp_path, "import os\nprint(os.getpid(), flush=True)\nwhile True: pass\n")
    command = [sys.executable, "-m", "slimepython", "run", *options, script]
    with subprocess.Popen(
        command, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.send_signal(number)
    assert process.returncode == -number
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("options", [("--router", "full"), ("--router", "light"), ("--prefer", "light")])
def test_19_a_hostile_environment(home: Path, tmp_path: Path, options: tuple[str, str]) -> None:
    """None of it reaches the interpreter, and the script still sees its HOME and PATH.

    What runs slimepython itself is a Python too, and nobody's but the user's: here it minds no such variable (`-I`).
    """
    evil = tmp_path / "evil"
    (evil / "lib" / "python3.14").mkdir(parents=True)
    for place in (evil, evil / "lib" / "python3.14"):
        for name in ("json.py", "os.py", "sitecustomize.py", "usercustomize.py", "encodings.py"):
            write(place, "print('evil')\nraise SystemExit(66)\n", name)
    write(evil, "#!/bin/sh\necho evil\n", "python3")
    (evil / "python3").chmod(0o755)
    site = tmp_path / "home" / ".local" / "lib" / "python3.14" / "site-packages"
    site.mkdir(parents=True)
    write(site, "import sys; print('evil')\n", "evil.pth")
    write(site, "print('evil')\n", "usercustomize.py")
    hostile = {
        "PYTHONHOME": str(evil), "PYTHONPATH": str(evil), "PYTHONSTARTUP": f"{evil}/os.py", "PYTHONUSERBASE": str(evil),
        "PYTHONINSPECT": "1", "PYTHONOPTIMIZE": "2", "PYTHONIOENCODING": "utf-16", "PYTHONVERBOSE": "0",
        "LD_LIBRARY_PATH": str(evil), "GCONV_PATH": str(evil), "OPENSSL_CONF": f"{evil}/os.py",
        "PATH": f"{evil}:/usr/bin:/bin", "HOME": str(tmp_path / "home"),
    }  # fmt: skip
    script = write(tmp_path, "import os, json, sys\nassert __debug__\nprint(sorted(os.environ), os.environ['HOME'])\n")
    isolated = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from slimepython.cli.main import entry; entry()"
    command = [sys.executable, "-I", "-c", isolated, "run", *options, script]
    got = execute(command, {**environment(home), **hostile})
    names = sorted(["HOME", "LC_ALL", "PATH", "SLIMEPYTHON_HOME"])
    assert (got.status, got.out.decode(), got.err) == (0, f"{names} {tmp_path / 'home'}\n", b"")


def test_19_pythonhome_is_not_passed_on(home: Path, tmp_path: Path) -> None:
    from slimepython.launch import native

    env = native.environment({**environment(home), "PYTHONHOME": "/evil", "LD_PRELOAD": "/evil.so"})
    script = write(tmp_path, "import sys\nprint(sys.prefix)\n")
    got = execute(native.command_line(str(api.which()), [script]), env)
    assert (got.status, got.err) == (0, b"")
    assert got.out.decode().strip() == str(api.which().parents[1])


def test_19_the_script_folder_is_first_and_the_working_folder_is_not_there(home: Path, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    write(tmp_path / "here", "print('evil')\n", "helper.py")
    (tmp_path / "scripts").mkdir()
    write(tmp_path / "scripts", "name = 'good'\n", "helper.py")
    script = write(tmp_path / "scripts", "import sys, helper\nprint(helper.name, '' in sys.path)\n")
    command = [sys.executable, "-m", "slimepython", "run", script]
    got = execute(command, environment(home), cwd=tmp_path / "here")
    assert got.out == b"good False\n"


def test_19_a_planted_pyc_and_a_swapped_file_are_refused(home: Path, tmp_path: Path) -> None:
    """`run` notices what was planted, and says which file it is; `verify` finds what was overwritten in place."""
    script = write(tmp_path, "import json\n")
    assert slimepython(home, "run", script).status == 0
    cache = api.which().parents[1] / "lib" / "python3.14" / "__pycache__"
    cache.chmod(0o755)
    planted = cache / "json.cpython-314.pyc"
    planted.write_bytes(b"evil")
    try:
        got = slimepython(home, "run", script)
        assert got.status == 125
        assert str(planted).encode() in got.err
        with pytest.raises(InstallError) as caught:
            api.intact("full", "native")
        assert caught.value.reason == HomeReason.CHANGED
    finally:
        planted.unlink()
    assert slimepython(home, "run", script).status == 0
    source = cache.parent / "this.py"
    whole = source.read_bytes()
    source.chmod(0o644)
    source.write_bytes(whole[:-1] + b" ")
    try:
        got = slimepython(home, "verify")
        assert got.status == InstallError.exit_code
        assert str(source).encode() in got.out
    finally:
        source.write_bytes(whole)
        source.chmod(0o444)
    assert slimepython(home, "verify").status == 0


def test_which_is_what_a_shell_can_exec(home: Path, tmp_path: Path) -> None:
    script = write(tmp_path, "import sys\nprint(sys.version_info[:2])\n")
    got = slimepython(home, "which")
    assert got.err == b""
    assert execute([got.out.decode().rstrip("\n"), script], {}).out == b"(3, 14)\n"


def test_overrides(home: Path, tmp_path: Path) -> None:
    fake = tmp_path / "fake"
    fake.write_text("#!/bin/sh\nshift\necho fake $@\n", "ascii")
    fake.chmod(0o755)
    got = slimepython(home, "run", "--router", "full", "x.py", "a", env={"FULL_BIN": str(fake)})
    assert got == Ran(0, b"fake x.py a\n", b"")
    got = slimepython(home, "run", "--router", "light", "x.py", env={"LIGHT_BIN": str(tmp_path / "none")})
    assert got.status == 125


def test_nothing_installed_is_125(tmp_path: Path) -> None:
    got = slimepython(tmp_path / "none", "run", "x.py")
    assert got.status == 125
    assert b"slimepython install --tier full" in got.err
    assert not (tmp_path / "none").exists() or not list((tmp_path / "none").rglob("*.json"))
