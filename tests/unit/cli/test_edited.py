"""Whoever edits a project while it is built changes the next build, and nothing of this one.

Every kind of input is edited at every stage. The builder is the real one, but for its sandbox, which puts all that a
build can see into what the build makes, and for its probes.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.cli import build as building
from pipeline.cli.app import App
from pipeline.cli.settings import Settings
from pipeline.plan import graph as graphs
from pipeline.plan.action import Kind
from pipeline.publish.archive import pack
from pipeline.run.events import Ended, Event, Finished
from pipeline.run.executor import Handler, Work
from pipeline.run.jobserver import JobServer
from pipeline.sandbox.protocol import EngineReport, Outcome, Sandbox
from pipeline.store.result import ActionResult
from pipeline.store.store import Store
from tests.unit import debs
from tests.unit.miniproject import X86, recipe, write
from tests.unit.publish.samples import ELF_FACTS

Edit = Callable[[Path], None]


class SeeingEngine:
    """A sandbox in which every build makes a copy of all that it can see, and cargo one of what it is given."""

    name = "bubblewrap"

    def check(self) -> EngineReport:
        return EngineReport(self.name, ok=True, version="", answer="")

    def run(
        self,
        sandbox: Sandbox,
        *,
        log: Path,
        on_line: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Outcome:
        places = {mount.target: mount.source for mount in sandbox.mounts}
        if "cargo vendor" in " ".join(sandbox.command):
            shutil.copytree(places["/work"], places["/vendor"], dirs_exist_ok=True)
        else:
            seen = places["/out"] / "python"
            (seen / "bin").mkdir(parents=True)
            (seen / "bin" / "app").write_text(json.dumps(sandbox.environment, sort_keys=True), "utf-8")
            for target in sorted(places.keys() & {"/build", "/steps", "/recipe", "/vendor", "/deps"}):
                shutil.copytree(places[target], seen / target[1:], symlinks=True)
            shutil.copytree(sandbox.rootfs / "etc", seen / "etc", symlinks=True)
            shutil.copytree(sandbox.rootfs / "usr", seen / "usr", symlinks=True)
        log.write_text("", "utf-8")
        return Outcome(0, "exited", 0.0, None, log)

    def shell(self, sandbox: Sandbox) -> int:
        raise AssertionError("nothing asks for a shell")


class SeenApp(App):
    """The real handlers, but that a probe finds the same facts always."""

    def handlers(self) -> dict[Kind, Handler]:
        def probe(work: Work) -> ActionResult:
            folder = self.store.workdir(work.action.slug)
            (folder / "facts.json").write_text(json.dumps(ELF_FACTS), "utf-8")
            return ActionResult(outputs={"out": self.store.put_tree(folder)})

        return {**super().handlers(), Kind.PROBE: probe}


@dataclass(frozen=True)
class World:
    """A project and a cache of its own, which holds all that is pinned."""

    root: Path
    cache: Path
    events: list[Event] = field(default_factory=list)

    @contextmanager
    def app(self) -> Iterator[App]:
        with Store(self.cache / "store") as store, JobServer(store.workdir("jobs") / "pipe", 2) as jobserver:
            app = SeenApp(Settings(root=self.root, cache=self.cache, jobs=2), store, jobserver, self.events.append)
            app.engine = SeeingEngine  # type: ignore[assignment]  # what makes an engine
            yield app

    def build(self) -> list[str]:
        """Build the release; gives what was run."""
        self.events.clear()
        with self.app() as app:
            building.build(app, app.select([]), require_released="no")
        return [event.action for event in self.events if isinstance(event, Finished) and event.ended is Ended.BUILT]

    @property
    def manifest(self) -> bytes:
        """It names the archives by their digests."""
        return (self.root / "artifacts" / "manifest.json").read_bytes()


def _tar(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def world(folder: Path) -> World:
    downloads = folder / "cache" / "downloads" / "sha256"
    downloads.mkdir(parents=True)
    pins = {}
    for name, data in {
        "source": _tar("a/configure", b"before\n"),
        "deb": debs.deb([debs.file("./usr/bin/make", b"4.4", 0o755)]),
        "other deb": debs.deb([debs.file("./usr/bin/make", b"4.5", 0o755)]),
    }.items():
        pins[name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        (downloads / str(pins[name]["sha256"])).write_bytes(data)
    source = {"urls": ["https://example.org/a.tar"], "strip": 1, "patches": ["fix.patch"], **pins["source"]}
    artifact = {"name": "app", "kind": "interpreter", "path": "python", "entry": "bin/app", "policy": "interpreter"}
    app = recipe(
        "app",
        targets=[X86],
        versions=[{"version": "1.0", "sources": [source], "files": ["own/*"]}],
        files=["*.sh"],
        crates={},
        dependencies=["lib"],
        artifacts=[artifact],
    )
    lib = recipe("lib", targets=[X86], versions=[{"version": "1.0"}], files=["*.sh"])
    files = ("app/a.sh", "app/own/b", "app/fix.patch", "app/Cargo.lock", "app/Cargo.toml", "lib/c.sh")
    root = write(folder / "project", [app, lib], {f"recipes/{path}": f"{path} before\n" for path in files})
    for name in ("tools", "llvm-22"):
        _json(root / f"toolchains/{name}.lock.json", lambda lock: lock["packages"][0].update(pins["deb"]))
    (root / "other.json").write_text(json.dumps(pins["other deb"]), "utf-8")
    return World(root, folder / "cache")


def _json(path: Path, change: Callable[[Any], object]) -> None:
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data), "utf-8")


def _yaml(path: str, change: Callable[[Any], object]) -> Edit:
    def edit(root: Path) -> None:
        data = yaml.safe_load((root / path).read_text("utf-8"))
        change(data)
        (root / path).write_text(yaml.safe_dump(data), "utf-8")

    return edit


def _text(path: str) -> Edit:
    def edit(root: Path) -> None:
        (root / path).write_text("after\n", "utf-8")

    return edit


def _renamed(root: Path) -> None:
    (root / "recipes/app/own/b").rename(root / "recipes/app/own/c")


def _lock(root: Path) -> None:
    other = json.loads((root / "other.json").read_text("utf-8"))
    _json(root / "toolchains/tools.lock.json", lambda lock: lock["packages"][0].update(other))


FAILING = {"fact": "elf.pie", "expect": {"equals": False}, "why": "so that it fails"}
APP = "recipes/app/recipe.yaml"
REBUILT: dict[str, Edit] = {
    "step": _yaml(APP, lambda data: data["steps"][0].update(run="other\n")),
    "version's environment": _yaml(APP, lambda data: data["versions"][0].update(env={"X": "1"})),
    "file": _text("recipes/app/a.sh"),
    "mode": lambda root: (root / "recipes/app/a.sh").chmod(0o755),
    "renamed file": _renamed,
    "added file": _text("recipes/app/new.sh"),
    "version's file": _text("recipes/app/own/b"),
    "patch": _text("recipes/app/fix.patch"),
    "crate lock": _text("recipes/app/Cargo.lock"),
    "dependency": _yaml("recipes/lib/recipe.yaml", lambda data: data["steps"][0].update(run="other\n")),
    "dependency's file": _text("recipes/lib/c.sh"),
    "toolchain": _yaml("toolchains/tools.yaml", lambda data: data.update(files={"etc/x": "x\n"})),
    "toolchain's environment": _yaml("toolchains/tools.yaml", lambda data: data.update(env={"TOOLS": "2"})),
    "toolchain lock": _lock,
    "target": _yaml(f"toolchains/targets/{X86}.yaml", lambda data: data.update(env={"CC": "other"})),
}
TOLD: dict[str, Edit] = {
    "summary": _yaml(APP, lambda data: data.update(summary="another")),
    "crate manifest": _text("recipes/app/Cargo.toml"),
    "policy": _yaml("policies/interpreter.yaml", lambda data: data["rules"].append(FAILING)),
    "release": _yaml("release.yaml", lambda data: data.update(release="2026.2")),
}
"""What is in no key: at most the manifest says so."""
STAGES = ("loaded", "planned", "built")


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.publish.action.pack_in_child", pack)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The manifest of the project as it is when nobody edits it."""
    made = world(tmp_path_factory.mktemp("reference"))
    assert made.build()
    return made.manifest


def edit_at(stage: str, edit: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `edit` called once when the build is there."""
    todo = [edit]

    def once() -> None:
        while todo:
            todo.pop()()

    deliver = building.Delivery._deliver

    def planned(*arguments: Any, **named: Any) -> Any:
        if stage == "loaded":
            once()
        graph = graphs.plan(*arguments, **named)
        if stage == "planned":
            once()
        return graph

    def delivered(self: building.Delivery, *arguments: Any) -> None:
        once()
        deliver(self, *arguments)

    monkeypatch.setattr(building, "plan", planned)
    monkeypatch.setattr(building.Delivery, "_deliver", delivered)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", [*REBUILT, *TOLD])
def test_what_is_built_is_what_was_loaded(
    tmp_path: Path, reference: bytes, monkeypatch: pytest.MonkeyPatch, kind: str, stage: str
) -> None:
    here = world(tmp_path)
    before = shutil.copytree(here.root, tmp_path / "before")
    with monkeypatch.context() as patched:
        edit_at(stage, lambda: {**REBUILT, **TOLD}[kind](here.root), patched)
        assert here.build()
    assert here.manifest == reference, "the edit has come into this build"

    ran = here.build()
    if kind in REBUILT:
        assert f"build/app-1.0@{X86}" in ran, "the next build must see the edit"
        assert here.manifest != reference
    else:
        assert ran == []

    shutil.rmtree(here.root / "recipes")
    shutil.copytree(before, here.root, dirs_exist_ok=True)
    assert here.build() == [], "what it was before is in the store, and right"
    assert here.manifest == reference
