"""The command line run as a user runs it, and projects whose actions' results are in the store already."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.plan.action import key_of, material
from pipeline.plan.graph import Graph
from pipeline.run.inputs import input_digest
from pipeline.store.result import ActionResult
from pipeline.store.store import Store

ROOT = Path(__file__).parents[3]


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
        """The last object, of which there must be one alone."""
        assert [number for number, e in enumerate(self.events) if e["event"] == "summary"] == [len(self.events) - 1]
        assert self.events[-1]["status"] == self.status
        return self.events[-1]


def environment(project: Path, **changes: str) -> dict[str, str]:
    """This process's, with the project's own cache; its PWD is `project`, as a shell's there would be."""
    ours = {name: value for name, value in os.environ.items() if name not in ("CI", "FORCE_COLOR")}
    own = {
        "SLIMEPYTHON_CACHE": str(project / "cache"),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "100",
        "DOCKER_HOST": f"unix://{project}/no-daemon",
        "PWD": str(project),
    }
    return {**ours, **own, **changes}


def run(project: Path, *arguments: str, **env: str) -> Ran:
    """`python -m pipeline ARGUMENTS` in the project's folder."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        capture_output=True,
        text=True,
        env=environment(project, **env),
        cwd=project,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def fill(project: Path, graph: Graph, made: Mapping[str, Mapping[str, str]]) -> None:
    """Give every action of `graph` a result in the project's store: a tree of the files in `made`, or an empty one."""
    results: dict[str, ActionResult] = {}
    with Store(project / "cache" / "store") as store:
        for name, action in graph.actions.items():
            folder = store.workdir("fill")
            for path, text in made.get(name, {}).items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text, "utf-8")
            meta = {"engine": "bubblewrap", "tree": "ab" * 32}
            results[name] = ActionResult(outputs={"out": store.adopt_tree(folder)}, meta=meta)
            digests = {item: input_digest(store, item, results) for item in action.inputs}
            store.record(key_of(material(action, digests)), results[name])
