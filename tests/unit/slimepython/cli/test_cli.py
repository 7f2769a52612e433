"""slimepython.cli: the short way through `run` does what the long way does; errors become exit statuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

import slimepython
from slimepython import api, dispatch
from slimepython.cli.commands import parser
from slimepython.cli.main import main
from slimepython.cli.run import start_at_once
from slimepython.dispatch import Request
from slimepython.errors import LAUNCH_FAILED
from slimepython.install import ready
from slimepython.launch import native
from slimepython.release.resolve import Wish
from slimepython.router.signals import Platform, Tier
from tests.unit.slimepython import forge


class Started(BaseException):
    """Stands for becoming another program."""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The command lines that would have been exec'ed, without the program's folder."""
    seen: list[list[str]] = []

    def execute(command: list[str], env: dict[str, str]) -> NoReturn:
        seen.append([Path(command[0]).name, *command[1:]])
        assert not [name for name in env if name.startswith("PYTHON") and name != "PYTHONHASHSEED"]
        raise Started

    monkeypatch.setattr(native, "execute", execute)
    return seen


def run(*words: str) -> int:
    """What `slimepython run` returns, if it does."""
    return main(["run", *words])


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["s.py"], ["python3", "-s", "s.py"]),
        (["s.py", "--router", "light"], ["python3", "-s", "s.py", "--router", "light"]),
        (["--router", "full", "s.py", "-x"], ["python3", "-s", "s.py", "-x"]),
        (["--router", "light", "s.py"], ["rustpython", "-s", "s.py"]),
        (["--router", "static", "s.py", "a"], ["python3", "-s", "s.py", "a"]),
        (["--env", "PYTHONHASHSEED=0", "s.py"], ["python3", "-s", "s.py"]),
    ],
)
def test_the_short_way_and_the_long_way(
    home: Path, started: list[list[str]], words: list[str], wanted: list[str]
) -> None:
    """The first time nothing is noted and the long way is taken; the second time the short one may be."""
    assert not (home / "ready").exists()
    for _ in range(2):
        with pytest.raises(Started):
            run(*words)
    assert started == [wanted, wanted]


def test_the_short_way_is_taken(home: Path, started: list[list[str]]) -> None:
    start_at_once(["s.py"])  # nothing is noted yet: it returns
    with pytest.raises(Started):
        run("s.py")
    with pytest.raises(Started):
        start_at_once(["s.py"])
    for words in (["--stats", "s.py"], ["--router", "static", "s.py"], ["--router", "full"], [], ["--router"]):
        start_at_once(words)
    assert len(started) == 2


def test_the_short_way_imports_little(home: Path, started: list[list[str]]) -> None:
    """Each of these costs as much as may be lost altogether."""
    with pytest.raises(Started):
        run("s.py")
    code = (
        "import sys\nfrom slimepython.launch import native\nnative.execute = lambda *_: sys.exit(0)\n"
        "import atexit\natexit.register(lambda: print(*sys.modules))\n"
        "from slimepython.cli.run import start_at_once\nstart_at_once(['s.py'])\nsys.exit(9)"
    )
    env = {"SLIMEPYTHON_HOME": str(home), "PYTHONPATH": str(Path(slimepython.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-S", "-c", code], env=env, capture_output=True, text=True, check=True)
    heavy = {"argparse", "dataclasses", "pathlib", "json", "subprocess", "typing", "re", "slimepython.errors"}
    assert not heavy & set(done.stdout.split())


def test_a_newer_version_is_run_once_it_is_installed(home: Path, started: list[list[str]], tmp_path: Path) -> None:
    with pytest.raises(Started):
        run("s.py")
    files = {**forge.FILES, "z": b"newer"}
    data = forge.archive(files)
    release = forge.release(
        tmp_path / "newer", [(data, forge.artifact(data, version="3.14.8", tree=forge.tree(files)))]
    )
    assert main(["install", "--from", str(release)]) == 0
    assert ready.lookup(str(home), "full-native") is None
    facts = api.intact("full", "native")
    assert facts is not None
    assert "3.14.8" in facts[0]


def test_overrides(home: Path, started: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULL_BIN", "/x/mine")
    for words in (["s.py"], ["--router", "static", "--prefer", "full", "s.py"]):
        with pytest.raises(Started):
            run(*words)
    assert started == [["mine", "-s", "s.py"]] * 2
    program = dispatch.find_program(Request("s.py"), Tier.FULL)
    assert program is not None
    assert program.sha256 is None, "nothing is known of it"


@pytest.mark.parametrize("words", [["s.py"], ["--router", "static", "s.py"], ["--router", "light", "s.py"]])
def test_an_override_runs_whatever_became_of_the_installation(
    home: Path, started: list[list[str]], monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """On the short way as on the long one; without it either says what was changed."""
    for tier in ("full", "light"):
        entry = api.which(Wish(tier=tier)).resolve()
        entry.chmod(0o755)
        entry.write_bytes(b"#!/bin/sh\necho evil\n")
    assert run(*words) == LAUNCH_FAILED
    monkeypatch.setenv("FULL_BIN", "/x/mine")
    monkeypatch.setenv("LIGHT_BIN", "/x/mine")
    for _ in range(2):
        with pytest.raises(Started):
            run(*words)
    assert started == [["mine", "-s", "s.py"]] * 2


def test_an_override_that_is_the_installed_one_keeps_its_name(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULL_BIN", str(api.which()))
    program = dispatch.find_program(Request("s.py"), Tier.FULL)
    assert program is not None
    assert program.sha256 == forge.artifact()["file"]["sha256"]


@pytest.mark.parametrize(
    "words",
    [
        ["--bogus", "s.py"],
        [],
        ["--dir", "/tmp", "s.py"],
        ["--seconds", "1", "s.py"],
        ["--env", "NOT_SET_ANYWHERE", "s.py"],
        ["--platform", "wasi", "--router", "light", "s.py"],
    ],
)
def test_whatever_keeps_a_script_from_starting_is_125(
    home: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == LAUNCH_FAILED
    assert capsys.readouterr().err


def test_a_fault_of_this_program_is_125_too(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("slimepython.dispatch.run", lambda request: 1 / 0)
    assert run("--stats", "s.py") == LAUNCH_FAILED
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_help_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    assert "--platform wasi" in capsys.readouterr().out


def test_list_and_which_and_verify(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [item["tier"] for item in listed] == ["full", "light"]
    assert main(["list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert main(["which", "--tier", "light"]) == 0
    assert capsys.readouterr().out == listed[1]["entry"] + "\n"
    assert main(["verify"]) == 0
    assert capsys.readouterr().out.count("intact") == 2


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["install", "--from", "/nonexistent"], 4),
        (["install", "--from", "http://example.org/"], 4),
        (["which", "--version", "newest"], 2),
        (["which", "--version", "9.*"], 5),
    ],
)
def test_errors_become_statuses(home: Path, words: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == status
    assert "hint: " in capsys.readouterr().err


def test_where_to_install_from(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SLIMEPYTHON_RELEASE", raising=False)
    assert main(["install"]) == 2
    (tmp_path / "release").rename(tmp_path / "artifacts")
    assert main(["install"]) == 0
    monkeypatch.setenv("SLIMEPYTHON_RELEASE", "/nonexistent")
    assert main(["install"]) == 4


def test_every_command_says_what_it_does() -> None:
    text = parser().format_help()
    for command in ("install", "list", "run", "explain", "which", "verify"):
        assert command in text


def test_the_package_gives_its_names() -> None:
    for name in slimepython.__all__:
        assert getattr(slimepython, name) is not None
    with pytest.raises(AttributeError):
        _ = slimepython.nothing
    assert slimepython.Wish is Wish
    assert slimepython.Platform is Platform
