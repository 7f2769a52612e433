"""A project of small recipes in a folder of its own, and the command line run on it as a user would."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
BUSYBOX = "test-busybox"
TARGET = "wasm32-wasip1"
"""What recipes of shell scripts say they are for: the target that needs no sysroot."""
_LONGEST = 600.0


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        """The JSON stream; every line of it must be one object."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def summary(self) -> dict[str, Any]:
        """The last line of the JSON stream."""
        assert self.events[-1]["event"] == "summary", self.err
        return self.events[-1]

    def ended(self, *how: str) -> list[str]:
        """The actions that ended in one of these ways, by the JSON stream."""
        return [e["action"] for e in self.events if e["event"] == "finished" and e["ended"] in how]

    def says(self, *texts: str) -> None:
        """Assert that the screen holds these texts, in this order."""
        rest = self.err
        for text in texts:
            assert text in rest, f"{text!r} is not (in this order) in:\n{self.err}"
            rest = rest.partition(text)[2]


@dataclass(frozen=True)
class Workspace:
    """A project's root and the cache that its builder uses.

    `env` is added to this process's; `prefix` is a command that executes another one.
    """

    root: Path
    cache: Path
    env: Mapping[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()

    @property
    def store(self) -> Path:
        return self.cache / "store"

    @property
    def manifest(self) -> dict[str, Any]:
        """The working manifest."""
        found: dict[str, Any] = json.loads((self.root / "artifacts" / "manifest.json").read_text("utf-8"))
        return found

    def start(self, *arguments: str, env: Mapping[str, str] | None = None, **options: Any) -> subprocess.Popen[str]:
        """`python -m pipeline ARGUMENTS` in the project's folder, its output in pipes; in a session of its own."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        ours = {name: value for name, value in os.environ.items() if name not in ("CI", "FORCE_COLOR")}
        ours |= {"PYTHONPATH": str(ROOT), "SLIMEPYTHON_CACHE": str(self.cache), "TERM": "dumb"}
        return subprocess.Popen(
            [*self.prefix, sys.executable, "-m", "pipeline", *arguments],
            cwd=self.root,
            env={**ours, **self.env, **(env or {})},
            text=True,
            start_new_session=True,
            **{**pipes, **options},
        )

    def run(self, *arguments: str, env: Mapping[str, str] | None = None) -> Ran:
        """Run a command to its end."""
        return finish(self.start(*arguments, env=env))

    def build(self, *arguments: str) -> Ran:
        """Build, with the JSON stream."""
        return self.run("build", "--json", *arguments)

    def add(self, name: str, run: str, **more: Any) -> None:
        """Add (or change) a recipe of one shell script, run with busybox; `more` are further keys of recipe.yaml."""
        self.add_steps(name, [{"name": "work", "run": run}], **more)

    def add_steps(self, name: str, steps: list[dict[str, str]], **more: Any) -> None:
        """Add (or change) a recipe of several scripts."""
        recipe = {
            "name": name,
            "kind": "library",
            "summary": f"{name}, for a test",
            "license": "MIT",
            "homepage": "https://example.org",
            "toolchain": BUSYBOX,
            "targets": [TARGET],
            "versions": [{"version": "1.0"}],
            "steps": steps,
            **more,
        }
        folder = self.root / "recipes" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "recipe.yaml").write_text(json.dumps(recipe, indent=1), "utf-8")  # JSON is YAML

    def beside(self, folder: Path) -> Workspace:
        """A copy of the project in another folder, on the same cache."""
        shutil.copytree(self.root, folder, symlinks=True, ignore=shutil.ignore_patterns("artifacts"))
        return replace(self, root=folder)


def finish(process: subprocess.Popen[str], seconds: float = _LONGEST) -> Ran:
    """Wait for a started command."""
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"did not end within {seconds} s:\n{out}\n{err}") from None
    return Ran(process.returncode, out, err)


def assemble(folder: Path, salt: str) -> Path:
    """A project: the recipes beside this file, this repository's toolchains. `salt` is part of every key of theirs."""
    shutil.copytree(HERE / "project", folder)
    (folder / "toolchains").symlink_to(ROOT / "toolchains")
    for recipe in (folder / "recipes").glob("*/recipe.yaml"):
        recipe.write_text(recipe.read_text("utf-8").replace("SALT: none", f"SALT: {salt}"), "utf-8")
    return folder
