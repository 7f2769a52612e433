"""A whole project that is really built, but for its sandbox and its probes.

The sandbox puts all that a build can see into what the build makes; a probe finds the same facts always.
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

from pipeline.cli import build as building
from pipeline.cli.app import App
from pipeline.cli.settings import Settings
from pipeline.plan.action import Kind
from pipeline.run.events import Ended, Event, Finished
from pipeline.run.executor import Handler, Work
from pipeline.run.jobserver import JobServer
from pipeline.sandbox.protocol import EngineReport, Outcome, Sandbox
from pipeline.store.result import ActionResult
from pipeline.store.store import Store
from tests.unit import debs
from tests.unit.miniproject import X86, recipe, write
from tests.unit.publish.samples import ELF_FACTS


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
            files = [path for path in sorted(sandbox.rootfs.rglob("*")) if path.is_file()]
            root = {str(path.relative_to(sandbox.rootfs)): path.read_text("utf-8") for path in files}
            (seen / "root.json").write_text(json.dumps(root), "utf-8")
        log.write_text("", "utf-8")
        return Outcome(0, "exited", 0.0, None, log)

    def shell(self, sandbox: Sandbox, *, cancel: threading.Event | None = None) -> int:
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
        edit_json(root / f"toolchains/{name}.lock.json", lambda lock: lock["packages"][0].update(pins["deb"]))
    (root / "other.json").write_text(json.dumps(pins["other deb"]), "utf-8")
    return World(root, folder / "cache")


def edit_json(path: Path, change: Callable[[Any], object]) -> None:
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data), "utf-8")
