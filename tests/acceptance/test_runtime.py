"""The runtime on the really published interpreters: bad inputs 19 and 26, and what wasm shows and hides."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from slimepython import api, dispatch
from slimepython.errors import InstallError
from slimepython.install.home import HomeReason, Installed
from slimepython.launch.sandbox import Dir, Ended, Grants, Limits, Outcome, Stdin
from slimepython.launch.wasm import run as run_wasm
from slimepython.release.resolve import Wish
from slimepython.router.signals import Decision, Platform, Tier

ROOT = Path(__file__).parents[2]
PAIRS = [(tier, platform) for platform in ("native", "wasi") for tier in ("full", "light")]
SECONDS = 300


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with both tiers, natively and in wasm."""
    folder = tmp_path_factory.mktemp("runtime") / "home ü"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLIMEPYTHON_HOME", str(folder))
        for tier, platform in PAIRS:
            api.install(Wish(tier=tier, platform=platform), source=str(ROOT / "artifacts"))
        yield folder
    checked = slimepython(folder, "verify")
    assert (checked.status, checked.err) == (0, b""), "whatever ran, nothing of what is installed was touched"


@dataclass(frozen=True)
class Ran:
    """What a process gave."""

    status: int
    out: bytes
    err: bytes


def execute(command: list[str], env: Mapping[str, str], stdin: bytes = b"", cwd: Path = ROOT) -> Ran:
    done = subprocess.run(
        command, env=dict(env), input=stdin, capture_output=True, timeout=SECONDS, cwd=cwd, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def environment(home: Path) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "SLIMEPYTHON_HOME": str(home),
        "PYTHONPATH": str(ROOT),
    }


def slimepython(home: Path, *words: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Ran:
    command = [sys.executable, "-m", "slimepython", *words]
    return execute(command, {**environment(home), **(env or {})}, stdin)


def direct(home: Path, tier: str, *words: str, stdin: bytes = b"") -> Ran:
    """The same script on the interpreter itself, with what `run` lets through of the environment."""
    env = {name: value for name, value in environment(home).items() if name != "PYTHONPATH"}
    return execute([str(api.which(Wish(tier=tier))), "-s", *words], env, stdin)


def write(folder: Path, content: bytes | str, name: str = "script.py") -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


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


class TestTrial:
    """Light in wasm where the router says that it may: what is seen is one answer, whichever tier gave it."""

    @pytest.fixture(autouse=True)
    def light_is_allowed(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whatever the script: here the question is what happens when Light does not answer as it should."""

        def route(request: dispatch.Request, *, brief: bool) -> dispatch.Routed:
            del brief
            found = {tier: program for tier in Tier if (program := dispatch.find_program(request, tier))}
            decision = Decision(Tier.LIGHT, Platform.WASI, True, (), "the test says so", ())
            return dispatch.Routed(decision, Path(request.script).read_bytes(), found, None)

        monkeypatch.setattr(dispatch, "route", route)

    def test_natively_too(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """Whatever Light did there is not seen, and Full says it all."""
        for code, tier in (("pass", "light"), ("1 / 0", "full"), ("print('x', file=sys.stderr)", "full")):
            head = "import sys\nname = sys.implementation.name\nprint(name)\n"
            script = write(tmp_path, f"{head}if name == 'rustpython': {code}\n")
            assert dispatch.run(dispatch.Request(script, prefer=Tier.LIGHT, stats=True)) == 0
            out, err = capfd.readouterr()
            assert (out, json.loads(err.splitlines()[-1])["tier"]) == (
                ("rustpython\n", "light") if tier == "light" else ("cpython\n", "full")
            )

    @pytest.mark.parametrize("platform", list(Platform))
    def test_one_that_turns_out_not_to_compile_without_a_warning(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, platform: Platform
    ) -> None:
        """Whether it does is asked while Light tries it."""
        tree = compile("def f():\n    return [1](0)\n", "x", "exec", ast.PyCF_ONLY_AST)
        allowed = dispatch.route
        monkeypatch.setattr(dispatch, "route", lambda request, brief: replace(allowed(request, brief=brief), tree=tree))
        script = write(tmp_path, "import sys\nprint(sys.implementation.name)\n")
        assert dispatch.run(dispatch.Request(script, prefer=Tier.LIGHT, platform=platform, stats=True)) == 0
        out, err = capfd.readouterr()
        told = json.loads(err.splitlines()[-1])
        assert (out, told["tier"]) == ("cpython\n", "full")
        assert "compiling it warns" in told["because"]

    def run(self, script: str, *dirs: str) -> int:
        return dispatch.run(dispatch.Request(script, prefer=Tier.LIGHT, platform=Platform.WASI, stats=True, dirs=dirs))

    def test_a_clean_trial_is_the_answer(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        assert self.run(write(tmp_path, "import sys\nprint(sys.implementation.name)\n")) == 0
        out, err = capfd.readouterr()
        assert (out, json.loads(err)["tier"]) == ("rustpython\n", "light")

    @pytest.mark.parametrize(
        "code",
        [
            "import sys\nsys.exit(0 if sys.implementation.name == 'cpython' else 1)",
            "if name == 'rustpython': 1 / 0",
            "if name == 'rustpython': print('warning', file=sys.stderr)",
            "if name == 'rustpython': sys.stdin.read()",
            "if name == 'rustpython': open('/etc/passwd')",
            "import os\nif name == 'rustpython': os._exit(3)",
        ],
    )
    def test_one_that_is_not_clean_has_not_been(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str], code: str
    ) -> None:
        """Nothing of what it wrote before it failed is seen, and Full runs it from the beginning."""
        script = "import sys\nname = sys.implementation.name\nprint(name, flush=True)\n" + code
        assert self.run(write(tmp_path, script)) == 0
        out, err = capfd.readouterr()
        assert (out, json.loads(err)["tier"]) == ("cpython\n", "full")

    def test_one_that_does_not_end(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dispatch, "TRIAL_SECONDS", 1.0)
        script = "import sys\nwhile sys.implementation.name == 'rustpython': pass\nprint('ended')\n"
        assert self.run(write(tmp_path, script)) == 0
        assert capfd.readouterr().out == "ended\n"

    def test_there_is_none_where_it_could_have_an_effect(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "data").mkdir()
        script = write(tmp_path, "import sys\nopen('/data/x', 'a').write(sys.implementation.name)\n")
        assert self.run(script, f"{tmp_path}/data::/data") == 0
        assert (tmp_path / "data" / "x").read_text("ascii") == "cpython"

    def test_what_runs_is_what_was_routed(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The file is read once: what is written to it afterwards is not run on Light."""
        script = write(tmp_path, "print('routed')\n")
        allowed = dispatch.route

        def route(request: dispatch.Request, *, brief: bool) -> dispatch.Routed:
            routed = allowed(request, brief=brief)
            write(tmp_path, "print('later')\n")
            return routed

        monkeypatch.setattr(dispatch, "route", route)
        assert self.run(script) == 0
        assert capfd.readouterr().out == "routed\n"

    def test_no_temporary_file_is_left(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = tmp_path / "temporary"
        place.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(place))
        self.run(write(tmp_path, "print(1)\n"))
        self.run(write(tmp_path, "1 / 0\n"))
        assert list(place.iterdir()) == []


@pytest.mark.parametrize("platform", ["native", "wasi"])
@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    return [1](0)\nprint('done')\n",
        "def f():\n    return 'a'[None]\nprint('done')\n",
        "def f():\n    assert (True, 'always')\nf()\nprint('done')\n",
    ],
)
def test_what_only_compiling_tells_is_full_s(home: Path, tmp_path: Path, platform: str, code: str) -> None:
    """A warning on stderr, that is, which both tiers give in their own words."""
    script = write(tmp_path, code)
    preferred = slimepython(home, "run", "--prefer", "light", "--platform", platform, "--stats", script)
    alone = slimepython(home, "run", "--router", "full", "--platform", platform, script)
    assert (alone.status, preferred.status, preferred.out) == (0, 0, alone.out)
    *warned, stats = preferred.err.splitlines(keepends=True)
    assert b"".join(warned) == alone.err
    assert b"SyntaxWarning" in alone.err
    assert json.loads(stats)["tier"] == "full"


def test_nothing_installed_is_125(tmp_path: Path) -> None:
    got = slimepython(tmp_path / "none", "run", "x.py")
    assert got.status == 125
    assert b"slimepython install --tier full" in got.err
    assert not (tmp_path / "none").exists() or not list((tmp_path / "none").rglob("*.json"))


class TestWasm:
    """Both tiers in the sandbox."""

    @pytest.fixture(params=["full", "light"])
    def installed(self, home: Path, request: pytest.FixtureRequest) -> Installed:
        return api.resolve(Wish(tier=request.param, platform="wasi"))

    def run(
        self,
        installed: Installed,
        script: str,
        *args: str,
        stdin: bytes | Stdin = b"",
        grants: Grants = Grants(),  # noqa: B008
        limits: Limits = Limits(seconds=SECONDS),  # noqa: B008
        folder: Path = Path("/nonexistent/folder"),
    ) -> Outcome:
        return run_wasm(installed, folder / "s.py", args, grants, limits, stdin, source=script.encode())

    def test_it_sees_its_words_its_path_and_nothing_else(self, installed: Installed) -> None:
        code = "import sys, os\nprint(sys.argv, __file__, dict(os.environ))\n"
        outcome = self.run(installed, code, "a", "-b")
        path = "/nonexistent/folder/s.py"
        assert outcome.clean
        assert outcome.stdout.decode() == f"{[path, 'a', '-b']} {path} {{}}\n"

    @pytest.mark.parametrize(
        "code", ["open('/etc/passwd')", "open('/nonexistent/folder/new', 'w')", "import os; os.listdir('/')",
                 "open('../../etc/passwd')", "import os; os.mkdir('x')", "open('/proc/self/environ')"],
    )  # fmt: skip
    def test_no_file_but_the_script(self, installed: Installed, code: str) -> None:
        outcome = self.run(installed, code)
        assert (outcome.ended, outcome.status) == (Ended.EXITED, 1)
        assert b"Error" in outcome.stderr

    def test_no_network(self, installed: Installed) -> None:
        outcome = self.run(installed, "import socket\nsocket.create_connection(('127.0.0.1', 9))")
        assert outcome.status != 0

    @pytest.mark.parametrize("status", [0, 1, 42, 125])
    def test_its_status(self, installed: Installed, status: int) -> None:
        outcome = self.run(installed, f"import sys\nsys.exit({status})")
        assert (outcome.ended, outcome.status, outcome.clean) == (Ended.EXITED, status, status == 0)

    def test_its_input(self, installed: Installed) -> None:
        assert self.run(installed, "import sys\nprint(sys.stdin.read())", stdin=b"abc").stdout == b"abc\n"

    def test_input_that_may_not_be_read(self, installed: Installed) -> None:
        """Else a trial could take what Full must read again."""
        for code in ("print(input())", "import sys\nsys.stdin.read()", "import sys\nlist(sys.stdin)"):
            assert self.run(installed, code, stdin=Stdin.FORBIDDEN).status == 1

    def test_a_traceback_is_as_native(self, installed: Installed, home: Path, tmp_path: Path) -> None:
        code = "def f():\n    return 1 / 0\nf()\n"
        script = write(tmp_path, code, "s.py")
        outcome = self.run(installed, code, folder=tmp_path)
        assert outcome.stderr == direct(home, installed.artifact.tier or "", script).err

    @pytest.mark.parametrize(
        "code",
        [
            "def f(): f()\nf()",
            "class A:\n def __getattr__(s, n): return getattr(s, n + 'x')\nA().x",
            "class A:\n def __repr__(s): return repr([s])\nrepr(A())",
            "x = []\nfor i in range(100000): x = [x]\nimport json\njson.dumps(x)",
        ],
    )
    def test_pythons_own_recursion_error_comes_first(self, installed: Installed, code: str) -> None:
        outcome = self.run(installed, f"try:\n exec({code!r})\nexcept RecursionError: print('deep')\n")
        assert (outcome.ended, outcome.stdout) == (Ended.EXITED, b"deep\n")

    def test_deep_objects_are_no_crash(self, installed: Installed) -> None:
        """Whether they are too deep is a matter of the tier's own stack; the sandbox's is never what ends."""
        code = (
            "x = []\nfor i in range(100000): x = [x]\n"
            "for work in (repr, lambda x: x == [x], hash, lambda x: None):\n"
            "    try: work(x)\n    except (RecursionError, TypeError): pass\n"
            "del x\nprint('alive')\n"
        )
        assert self.run(installed, code).stdout == b"alive\n"

    @pytest.mark.parametrize("code", ["while True: pass", "import time\ntime.sleep(30)"])
    def test_its_time(self, installed: Installed, code: str) -> None:
        outcome = self.run(installed, code, limits=Limits(seconds=2))
        assert (outcome.ended, outcome.status) == (Ended.TIME, None)

    def test_its_output(self, installed: Installed) -> None:
        outcome = self.run(installed, "while True: print('x' * 1000)", limits=Limits(output_bytes=5000))
        assert (outcome.ended, len(outcome.stdout)) == (Ended.OUTPUT, 5000)

    def test_its_memory(self, installed: Installed) -> None:
        outcome = self.run(
            installed, "x = []\nwhile True: x.append(bytearray(1 << 24))", limits=Limits(memory_bytes=256 << 20)
        )
        assert not outcome.clean

    def test_a_folder_that_is_granted(self, installed: Installed, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        write(tmp_path / "data", "text", "in.txt")
        grants = Grants((Dir(tmp_path / "data", "/data", True),), {"NAME": "value"})
        code = "import os\nopen('/data/out', 'w').write(open('/data/in.txt').read() + os.environ['NAME'])\n"
        assert self.run(installed, code, grants=grants).clean
        assert (tmp_path / "data" / "out").read_text("ascii") == "textvalue"
        grants = Grants((Dir(tmp_path / "data", "/data", False),))
        assert self.run(installed, "open('/data/in.txt', 'a')", grants=grants).status == 1
        assert self.run(installed, "open('/data/../secret')", grants=grants).status == 1

    def test_a_compiled_module_that_was_changed_is_not_loaded(self, installed: Installed) -> None:
        """Its bytes are machine code: they are made anew instead."""
        assert installed.cwasm is not None
        whole = installed.cwasm.read_bytes()
        installed.cwasm.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        try:
            with pytest.raises(Exception, match="not what was compiled here"):
                self.run(installed, "print(1)")
            tier = installed.artifact.tier or ""
            assert api.intact(tier, "wasi") is not None
            assert installed.cwasm.read_bytes() == whole
        finally:
            installed.cwasm.write_bytes(whole)
        assert self.run(installed, "print(1)").clean

    def test_the_command_line(self, home: Path, tmp_path: Path) -> None:
        script = write(tmp_path, "import sys\nprint(sys.stdin.read(), file=sys.stderr)\nsys.exit(3)\n")
        for tier in ("full", "light"):
            got = slimepython(home, "run", "--router", tier, "--platform", "wasi", script, stdin=b"in")
            assert got == Ran(3, b"", b"in\n")
        endless = write(tmp_path, "while True: pass\n", "endless.py")
        got = slimepython(home, "run", "--router", "light", "--platform", "wasi", "--seconds", "1", endless)
        assert got.status == 124
