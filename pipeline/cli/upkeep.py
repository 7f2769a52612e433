"""`doctor`, `gc`, `release`, `schemas`: keeping the machine and the project in order; may import everything."""

from __future__ import annotations

import os
import re
import shutil
import sys
from typing import TYPE_CHECKING

from pipeline.cli.app import describe_engine, left_behind, make_screen
from pipeline.cli.nextstep import pasteable
from pipeline.cli.output import Output
from pipeline.cli.settings import NEEDED_BYTES, Settings
from pipeline.errors import PublishError, SandboxError, UsageError, UsageReason
from pipeline.fetch.mirrors import debian_mirrors
from pipeline.load.project import load_project
from pipeline.load.schema import stale_schemas, write_schemas
from pipeline.plan.action import Json
from pipeline.plan.graph import plan
from pipeline.plan.select import select
from pipeline.publish.manifest import ManifestReason
from pipeline.publish.publisher import Publisher
from pipeline.run.events import Note, Working
from pipeline.sandbox.auto import engines
from pipeline.store.store import Store
from pipeline.ui.screen import size

if TYPE_CHECKING:
    from pipeline.sandbox.docker_image import RemovedImages

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_NOT_HERE = SandboxError.exit_code


def doctor(settings: Settings) -> int:
    """Say of each thing tried what it answered; the status is 7 when no build could run here."""
    output = Output(settings.json, people=sys.stdout)

    def check(text: str, state: str = "ok") -> None:
        what, _, answer = text.partition(": ")
        output.say(f"{state:<4} {text}", "check", what=what, state=state, answer=answer)

    works = False
    for engine in engines():
        if settings.engine in ("auto", engine.name):
            report = engine.check()
            works |= report.ok
            check(describe_engine(report), "ok" if report.ok else "no")
            if report.ok:
                check(f"limits in {report.engine}: {report.limits}", "low" if "not held" in report.limits else "ok")
    settings.cache.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.cache).free
    disk = f"disk: {size(free)} free at {settings.cache} (a cold build-full needs {size(NEEDED_BYTES)})"
    check(disk, "ok" if free >= NEEDED_BYTES else "low")
    check(f"Debian packages: {'a mirror is configured' if debian_mirrors(os.environ) else 'snapshots by date'}")
    project = load_project(settings.root, relock=True)
    missing = sorted(project.unlocked)
    locks = f"to be written: {', '.join(missing)} ({pasteable('nox -s lock')})" if missing else "all there"
    check(f"locks: {locks}", "no" if missing else "ok")
    check(f"definitions: {len(project.recipes)} recipes, {len(project.targets)} targets")
    check(f"job slots: {settings.jobs}")
    if works and not missing:
        return output.end(0, "A build can run here.")
    return output.end(_NOT_HERE, "No build can run here: see the lines above for what to do.")


def parse_size(text: str) -> int:
    """`20G` → bytes. Raises `UsageError`."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)B?", text.strip().upper())
    if match is None:
        raise UsageError(UsageReason.BAD_SELECTOR, f"{text!r} is not a size", hint="for example: --max-size 20G")
    return int(float(match[1]) * _UNITS[match[2]])


def gc(settings: Settings, max_size: str | None, max_age: float | None, *, verify: str) -> int:
    """Collect, after verifying if asked; says what it freed."""
    output = Output(settings.json, people=sys.stderr)
    limit = parse_size(max_size) if max_size is not None else None
    collecting = limit is not None or max_age is not None
    if not collecting and verify != "yes":
        return output.end(0, "nothing to do: name --max-size, --max-age or --verify")
    came_of_it: dict[str, Json] = {}
    with Store(settings.store) as store:
        if verify == "yes":
            came_of_it["problems"] = _verify(settings, store, output)
        if not collecting:
            return output.end(0, "", **came_of_it)
        publisher = Publisher(settings.root, load_project(settings.root).release)
        with make_screen(settings) as screen:
            screen(Note("looking for what was not used for longest"))
            report = store.gc(max_bytes=limit, max_age_days=max_age, tell=lambda *far: screen(Working(*far)))
            archives = publisher.gc()
            images = _free_images(store, output)
        for text in left_behind(store):
            output.say(text, "left")
    removed = f"{report.results} results, {report.trees} trees, {report.blobs} blobs, {report.failed} failed builds"
    removed += f", {size(archives)} of archives that no manifest names"
    if images.hashes:
        removed += (
            f", {len(images.hashes)} Docker images of root file systems that are gone ({size(images.freed_bytes)})"
        )
    return output.end(
        0,
        f"removed {removed}: {size(report.freed_bytes)} freed, {size(report.kept_bytes)} kept",
        **came_of_it,
        results=report.results,
        trees=report.trees,
        blobs=report.blobs,
        failed=report.failed,
        archive_bytes=archives,
        images=len(images.hashes),
        image_bytes=images.freed_bytes,
        freed_bytes=report.freed_bytes,
        kept_bytes=report.kept_bytes,
    )


def _free_images(store: Store, output: Output) -> RemovedImages:
    """Have Docker remove its copies of root file systems that the store does not have, if a daemon answers."""
    # Only here: the docker package takes longer to load than all of the rest.
    from pipeline.sandbox.docker import Docker
    from pipeline.sandbox.docker_image import RemovedImages

    try:
        images = Docker().remove_images(store.tree_hashes())
    except SandboxError as error:
        output.say(f"Docker images, if there are any, stay: {error.message}", "no-daemon", message=error.message)
        return RemovedImages()
    if images.in_use:
        output.say(f"{images.in_use} Docker images stay: containers use them", "images-in-use", images=images.in_use)
    return images


def _verify(settings: Settings, store: Store, output: Output) -> int:
    """Hash the whole store; says every problem, gives their number."""
    with make_screen(settings) as screen:
        screen(Note("hashing everything in the store"))
        problems = store.verify(lambda *far: screen(Working(*far)))
    for problem in problems:
        text = f"{problem.path}: {problem.what}; {problem.done}"
        output.say(text, "problem", path=str(problem.path), what=problem.what, done=problem.done)
    if not problems:
        output.say("everything in the store is whole", "whole")
    return len(problems)


def release(settings: Settings) -> int:
    """Keep what release.yaml builds, hash every archive, write the released manifest."""
    output = Output(settings.json, people=sys.stderr)
    project = load_project(settings.root)
    publisher = Publisher(project.root, project.release)
    graph = plan(project, select(project, project.release.build), probe_version="")
    wanted = {(goal.spec.name, goal.build.version, goal.build.target) for goal in graph.goals}
    publisher.retain(wanted)
    artifacts = publisher.manifest().artifacts
    there = {artifact.id[:3] for artifact in artifacts}
    with make_screen(settings) as screen:
        total = size(sum(artifact.file.size for artifact in artifacts))
        screen(Note(f"hashing {len(artifacts)} archives ({total})"))
        problems = publisher.verify()
    problems += [f"{name} {version} for {target} is not built" for name, version, target in sorted(wanted - there)]
    if problems:
        raise PublishError(ManifestReason.UNREADABLE, "\n".join(problems), hint="nox -s build-full")
    path = publisher.release().relative_to(settings.root).as_posix()
    return output.end(0, f"wrote {path} ({len(there)} artifacts)", path=path, artifacts=len(there))


def schemas(settings: Settings, *, write: str) -> int:
    """Write the schema files, or name those that are not what the models say."""
    output = Output(settings.json, people=sys.stderr)
    if write == "yes":
        wrote = [str(path) for path in write_schemas(settings.root)]
        for path in wrote:
            output.say(f"wrote {path}", "wrote", path=path)
        return output.end(0, "", wrote=[*wrote])
    stale = stale_schemas(settings.root)
    for name in stale:
        output.say(f"stale: {name} ({pasteable('python -m pipeline schemas --write')})", "stale", path=str(name))
    return output.end(3 if stale else 0, "", stale=[*map(str, stale)])
