"""`pip install ./slimepython`: all that it needs it declares, and what its users type works without the repository."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.package import SOURCE, install_package
from tests.unit.slimepython import forge


@dataclass(frozen=True)
class Installed:
    """The programs of an environment that has the package, and a folder to call them in."""

    programs: Path
    folder: Path

    def run(self, *command: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        """Nothing of the repository, nor of this process's environment, is in reach."""
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "SLIMEPYTHON_HOME": str(self.folder / "home")}
        name, *words = command
        program = str(self.programs / name)
        done = subprocess.run(
            [program, *words], cwd=self.folder, env=env, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == status, done.stderr
        return done


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The package, installed by pip as its users do."""
    folder = tmp_path_factory.mktemp("package")
    return Installed(install_package(folder / "venv"), folder)


def test_pip_leaves_nothing_in_the_source(installed: Installed) -> None:
    assert not [path for path in SOURCE.iterdir() if path.name == "build" or path.suffix == ".egg-info"]


@pytest.mark.parametrize("command", [("slimepython",), ("python", "-m", "slimepython")])
def test_help(installed: Installed, command: tuple[str, ...]) -> None:
    text = installed.run(*command, "--help").stdout
    for name in ("install", "list", "run", "explain", "which", "verify"):
        assert f"\n    {name} " in text


def test_every_module_is_there_and_imports(installed: Installed) -> None:
    code = (
        "import importlib, pkgutil, slimepython\n"
        "for found in pkgutil.walk_packages(slimepython.__path__, 'slimepython.'):\n"
        "    if not found.name.endswith('__main__'): print(importlib.import_module(found.name).__name__)"
    )
    names = set(installed.run("python", "-I", "-c", code).stdout.split())
    of_source = {path.relative_to(SOURCE).with_suffix("") for path in SOURCE.rglob("*.py")}
    wanted = {".".join(("slimepython", *path.parts)).removesuffix(".__init__") for path in of_source}
    assert names == wanted - {"slimepython", "slimepython.__main__"}


def test_its_types_are_known(installed: Installed) -> None:
    where = installed.run("python", "-I", "-c", "import slimepython; print(slimepython.__path__[0])").stdout.strip()
    assert (Path(where) / "py.typed").exists()
    assert not Path(where).is_relative_to(SOURCE)


def test_an_interpreter_is_installed_listed_and_run(installed: Installed) -> None:
    """It is this very Python behind a script, so that what runs is a real one."""
    assert "nothing is installed" in installed.run("slimepython", "list").stderr
    files = {**forge.FILES, "bin/python3.14": f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'.encode()}
    packed = forge.archive(files)
    release = forge.release(installed.folder / "release", [(packed, forge.artifact(packed, tree=forge.tree(files)))])
    entry = installed.run("slimepython", "install", "--from", str(release)).stdout
    (listed,) = json.loads(installed.run("slimepython", "list", "--json").stdout)
    assert (listed["tier"], listed["entry"] + "\n") == ("full", entry)
    assert installed.run("slimepython", "which").stdout == entry
    assert "intact" in installed.run("slimepython", "verify").stdout
    (installed.folder / "s.py").write_text("import sys\nprint(sys.argv, sys.flags.no_user_site)\nsys.exit(7)\n")
    for options in ((), (), ("--router", "full"), ("--stats",)):  # the first time nothing is noted yet
        done = installed.run("slimepython", "run", *options, "s.py", "--one", status=7)
        assert done.stdout == "['s.py', '--one'] 1\n"
    assert json.loads(done.stderr)["tier"] == "full"
    explained = installed.run("slimepython", "explain", "--prefer", "light", "s.py").stdout
    assert explained.startswith("s.py: full on native\n")
