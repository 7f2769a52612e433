"""Promise 1: the same recipe gives the same bytes on any engine, for any user, in any folder, with any `-j`."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import pytest

from pipeline.cli.app import session
from pipeline.cli.settings import Settings, cache_folder
from pipeline.plan.graph import plan
from pipeline.plan.select import select
from pipeline.run.executor import Work
from pipeline.sandbox.docker import Docker
from pipeline.store.digest import Digest
from tests.integration.pipeline.workspace import ROOT, Ran, Workspace, finish

EngineName = Literal["bubblewrap", "docker"]
NOBODY = 65534


def rebuilt(tiny: Workspace, selector: str, engine: EngineName, jobs: int) -> tuple[Digest, Digest]:
    """The output of a build as recorded, and of the same action run now by an engine (nothing is recorded)."""
    with session(Settings(root=tiny.root, cache=tiny.cache, engine=engine, jobs=jobs)) as app:
        (build,) = select(app.project, [selector])
        graph = plan(app.project, [build], probe_version="")
        identity = f"build/{build.name}-{build.version}@{build.target}"
        needed = graph.closure([identity])
        report = app.run(type(graph)({name: a for name, a in graph.actions.items() if name in needed}, (identity,)))
        assert not report.built, "the first build has recorded all of it"
        work = Work(
            graph.actions[identity], report.keys[identity], {}, report.results, lambda _: None, threading.Event()
        )
        fresh = app.builds.run(work)
        assert fresh.meta["engine"] == engine
        return report.results[identity].outputs["out"], fresh.outputs["out"]


@pytest.mark.parametrize("selector", ["tinylib@x86_64", "tinylib@aarch64", "tinylib@wasm", "tinycrate@x86_64"])
def test_bubblewrap_with_other_jobs(tiny: Workspace, built: Ran, selector: str) -> None:
    recorded, fresh = rebuilt(tiny, selector, "bubblewrap", 5)
    assert fresh == recorded


@pytest.mark.docker
@pytest.mark.parametrize("selector", ["tinylib@x86_64", "tinylib@aarch64", "tinylib@wasm", "tinycrate@x86_64"])
def test_docker(tiny: Workspace, built: Ran, docker: Docker, selector: str) -> None:
    recorded, fresh = rebuilt(tiny, selector, "docker", 3)
    assert fresh == recorded


@pytest.fixture
def stranger() -> Iterator[Path]:
    """A folder of the user nobody, who has not even the means to read this one's."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    with tempfile.TemporaryDirectory(prefix="slimepython-stranger-", dir=shared_folder()) as name:
        folder = Path(name)
        os.chown(folder, NOBODY, NOBODY)
        yield folder


def shared_folder() -> Path:
    """Where others may go and pinned inputs can be linked to (the same file system as the downloads')."""
    downloads = cache_folder() / "downloads"
    for folder in (Path("/var/tmp"), Path("/tmp")):
        if folder.stat().st_dev == downloads.stat().st_dev:
            return folder
    return Path("/var/tmp")


def test_another_user_in_another_folder(tiny: Workspace, built: Ran, stranger: Path) -> None:
    names = ("tinylib@x86_64", "tinycrate@x86_64")
    cache = stranger / "a cache"
    link_or_copy(cache_folder() / "downloads" / "sha256", cache / "downloads" / "sha256")
    cargo = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    for file in ("config.toml", "config", "credentials.toml"):  # where crates come from on this machine
        if (cargo / file).is_file():
            (stranger / "cargo").mkdir(exist_ok=True)
            shutil.copyfile(cargo / file, stranger / "cargo" / file)
    beside = tiny.beside(stranger / "elsewhere" / "p")
    for path in (cache, *cache.rglob("*"), *stranger.rglob("*")):
        if path.is_dir() or not path.is_relative_to(cache):
            os.lchown(path, NOBODY, NOBODY)
    env = {"HOME": str(stranger), "CARGO_HOME": str(stranger / "cargo"), "LANG": "de_DE.UTF-8", "TZ": "Asia/Tokyo"}
    theirs = Workspace(beside.root, cache, env, prefix=become(NOBODY, (Path(sys.base_prefix), Path(sys.prefix), ROOT)))
    ran = finish(theirs.start("build", "--json", "-j", "1", *names))
    assert ran.status == 0, ran.err
    assert {(cache / "store").stat().st_uid, (theirs.root / "artifacts" / "manifest.json").stat().st_uid} == {NOBODY}
    ours = {(a["name"], a["target"]): a for a in tiny.manifest["artifacts"]}
    for artifact in theirs.manifest["artifacts"]:
        same = ours[artifact["name"], artifact["target"]]
        assert {name: artifact[name] for name in ("key", "tree", "file")} == {
            name: same[name] for name in ("key", "tree", "file")
        }
    assert len(theirs.manifest["artifacts"]) == len(names)


def link_or_copy(source: Path, target: Path) -> None:
    """Give files another name where that can be done, else copy them."""
    target.mkdir(parents=True)
    for file in source.iterdir():
        if file.is_file() and not file.name.startswith("."):
            try:
                (target / file.name).hardlink_to(file)
            except OSError:
                shutil.copyfile(file, target / file.name)


def become(user: int, needed: Sequence[Path]) -> tuple[str, ...]:
    """A command prefix that drops root's rights for good.

    What is needed may lie below a folder that is closed to others (root's home): in a mount namespace of its own an
    open, empty folder takes the place of the closed one, and only what is needed is bound into it.
    """
    drop = ("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--")
    hidden = {path: closed for path in needed if (closed := closed_above(path)) is not None}
    if not hidden:
        return drop
    script = ["set -eu", "mount --make-rprivate /", "mount -t tmpfs none /mnt"]
    for number, path in enumerate(hidden):
        script += [f"mkdir /mnt/{number}", f"mount --rbind '{path}' /mnt/{number}"]
    script += [f"mount -t tmpfs -o mode=0755 none '{closed}'" for closed in sorted(set(hidden.values()))]
    for number, path in enumerate(hidden):
        script += [f"mkdir -p '{path}'", f"mount --rbind /mnt/{number} '{path}'"]
    return ("unshare", "--mount", "sh", "-c", "\n".join([*script, 'exec "$@"']), "sh", *drop)


def closed_above(path: Path) -> Path | None:
    """The topmost folder on the way to a path that others may not enter."""
    ways = [parent for parent in reversed(path.resolve().parents) if not parent.stat().st_mode & stat.S_IXOTH]
    return ways[0] if ways else None
