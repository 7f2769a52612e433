"""The probes' code is captured when it is keyed, and that is what runs."""

from __future__ import annotations

import importlib.metadata
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import SlimeError
from pipeline.load.project import load_project
from pipeline.plan.graph import Graph, plan
from pipeline.plan.select import Build
from pipeline.probe import version, wasm
from pipeline.probe.action import ProbeHandler
from pipeline.probe.facts import ProbeReason
from pipeline.probe.version import HERE, ProbeCode, probe_code, probe_version
from pipeline.run.executor import Work
from pipeline.store.store import Store
from tests.unit.miniproject import X86, recipe, write


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The package's files elsewhere."""
    return Path(shutil.copytree(HERE, tmp_path / "probe", ignore=shutil.ignore_patterns("__pycache__")))


def test_where_the_probes_are_does_not_matter(package: Path) -> None:
    assert ProbeCode.read(package) == ProbeCode.read()
    assert ProbeCode.read(package).digest == probe_version()
    assert len(probe_version()) == 64


@pytest.mark.parametrize(
    "change",
    [
        lambda place: (place / "scripts" / "text.py").write_text("# changed\n"),
        lambda place: (place / "elf.py").write_text("# changed\n"),
        lambda place: (place / "wasm_run.py").write_text("# changed\n"),
        lambda place: (place / "scripts" / "text.py").rename(place / "scripts" / "texts.py"),
        lambda place: (place / "scripts" / "new.c").write_text(""),
        lambda place: (place / "new.py").write_text(""),
        lambda place: (place / "judge.py").unlink(),
    ],
    ids=[
        "a script",
        "a parser",
        "a child",
        "a script's name",
        "another file for scripts",
        "another module",
        "one less",
    ],
)
def test_every_file_counts(package: Path, change: Callable[[Path], object]) -> None:
    before = ProbeCode.read(package)
    change(package)
    assert ProbeCode.read(package).digest != before.digest


@pytest.mark.parametrize("parser", ["pyelftools", "wasmtime"])
def test_the_parsers_versions_count(monkeypatch: pytest.MonkeyPatch, parser: str) -> None:
    before, installed = ProbeCode.read(), importlib.metadata.version
    monkeypatch.setattr(version, "version", lambda name: "0.0" if name == parser else installed(name))
    assert ProbeCode.read().digest != before.digest


def test_what_is_compiled_of_it_does_not_count(package: Path) -> None:
    before = ProbeCode.read(package)
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "elf.pyc").write_bytes(b"x")
    (package / "scripts" / "__pycache__").mkdir()
    (package / "scripts" / "__pycache__" / "text.pyc").write_bytes(b"x")
    assert ProbeCode.read(package).digest == before.digest


def test_the_scripts_that_run_are_those_that_were_keyed(package: Path, tmp_path: Path) -> None:
    code = ProbeCode.read(package)
    before = (package / "scripts" / "text.py").read_bytes()
    (package / "scripts" / "text.py").write_text("# changed\n")
    (package / "scripts" / "new.py").touch()
    written = code.scripts(tmp_path / "work")
    assert code.scripts(tmp_path / "work") == written, "written once"
    assert (written / "text.py").read_bytes() == before
    names = {path.removeprefix("scripts/") for path in code.files if path.startswith("scripts/")}
    assert {path.name for path in written.iterdir()} == names


def test_the_runtime_of_wasm_that_runs_is_the_one_that_was_keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    code = ProbeCode({**probe_code().files, "wasm_run.py": b"print('{\"keyed\": true}')"}, ())
    monkeypatch.setattr(wasm, "probe_code", lambda: code)
    assert wasm.child({}, 60) == {"keyed": True}


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    artifact = {"name": "app", "kind": "interpreter", "path": "python", "entry": "bin/app", "policy": "interpreter"}
    root = write(tmp_path / "project", [recipe("app", artifacts=[artifact])])
    return plan(load_project(root), [Build("app", "1.0", X86)], probe_version=probe_version())


@pytest.mark.parametrize("path", ["elf.py", "scripts/text.py"])
def test_probes_that_were_changed_since_they_were_keyed_do_not_run(
    graph: Graph, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    keyed = probe_code()
    (package / path).write_bytes((package / path).read_bytes() + b"# changed\n")
    now = ProbeCode.read(package)
    monkeypatch.setattr(ProbeCode, "read", lambda: now)
    (goal,) = graph.goals
    with Store(tmp_path / "store") as store:
        handler = ProbeHandler(load_project(tmp_path / "project"), store, lambda: pytest.fail("a sandbox was wanted"))
        work = Work(graph.actions[goal.probe], "0" * 64, {}, {}, lambda _: None, threading.Event())
        with pytest.raises(SlimeError) as caught:
            handler.run(work)
        assert caught.value.reason is ProbeReason.CODE_CHANGED
        assert "run the same command again" in caught.value.hint
        monkeypatch.setattr(ProbeCode, "read", lambda: keyed)
        with pytest.raises(KeyError):  # the build's result, which is the next thing that it wants
            handler.run(work)
