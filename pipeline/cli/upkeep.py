"""`doctor`, `gc`, `schemas`: keeping the machine and the project in order; may import everything."""

from __future__ import annotations

import os
import re
import shutil
import sys

from pipeline.cli.app import describe_engine
from pipeline.cli.settings import Settings
from pipeline.errors import PublishError, UsageError, UsageReason
from pipeline.fetch.mirrors import debian_mirrors
from pipeline.load.project import load_project
from pipeline.load.schema import stale_schemas, write_schemas
from pipeline.plan.graph import plan
from pipeline.plan.select import select
from pipeline.publish.manifest import ManifestReason
from pipeline.publish.publisher import Publisher
from pipeline.sandbox.auto import engines
from pipeline.store.store import Store
from pipeline.ui.screen import size

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_NEEDED_BYTES = 25 * 10**9


def doctor(settings: Settings) -> int:
    """Print one line per thing tried; the status is 7 when no sandbox works."""
    reports = [engine.check() for engine in engines()]
    for report in reports:
        print(f"{'ok  ' if report.ok else 'no  '} {describe_engine(report)}")
    settings.cache.mkdir(parents=True, exist_ok=True)
    free, needed = shutil.disk_usage(settings.cache).free, size(_NEEDED_BYTES)
    enough = "ok  " if free > _NEEDED_BYTES else "low "
    print(f"{enough} disk: {size(free)} free at {settings.cache} (a cold build-full needs {needed})")
    places = "a mirror is configured" if debian_mirrors(os.environ) else "snapshots by date (no mirror set)"
    print(f"ok   Debian packages: {places}")
    project = load_project(settings.root)
    missing = sorted(project.toolchains.keys() - project.locks.keys())
    locks = f"missing: {', '.join(missing)} (nox -s lock)" if missing else "all there"
    print(f"{'no  ' if missing else 'ok  '} locks: {locks}")
    print(f"ok   definitions: {len(project.recipes)} recipes, {len(project.targets)} targets")
    print(f"ok   job slots: {settings.jobs}")
    works = any(report.ok for report in reports)
    if not works:
        print("No sandbox works here: see the lines above for what to do.", file=sys.stderr)
    return 0 if works and not missing else 7


def parse_size(text: str) -> int:
    """`20G` → bytes. Raises `UsageError`."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)B?", text.strip().upper())
    if match is None:
        raise UsageError(UsageReason.BAD_SELECTOR, f"{text!r} is not a size", hint="for example: --max-size 20G")
    return int(float(match[1]) * _UNITS[match[2]])


def gc(settings: Settings, max_size: str | None, max_age: float | None, *, verify: str) -> int:
    """Collect, after verifying if asked; says what it freed."""
    limit = parse_size(max_size) if max_size is not None else None
    with Store(settings.store) as store:
        problems = store.verify() if verify == "yes" else []
        for problem in problems:
            print(f"{problem.path}: {problem.what}; {problem.done}", file=sys.stderr)
        if verify == "yes" and not problems:
            print("everything in the store is whole", file=sys.stderr)
        if limit is None and max_age is None:
            if verify != "yes":
                print("nothing to do: name --max-size, --max-age or --verify", file=sys.stderr)
            return 0
        report = store.gc(max_bytes=limit, max_age_days=max_age)
    removed = f"{report.results} results, {report.trees} trees, {report.blobs} blobs, {report.failed} failed builds"
    publisher = Publisher(settings.root, load_project(settings.root).release)
    removed += f", {size(publisher.gc())} of archives that no manifest names"
    print(f"removed {removed}: {size(report.freed_bytes)} freed, {size(report.kept_bytes)} kept", file=sys.stderr)
    return 0


def release(settings: Settings) -> int:
    """Keep what release.yaml builds, hash every archive, write the released manifest."""
    project = load_project(settings.root)
    publisher = Publisher(project.root, project.release)
    graph = plan(project, select(project, project.release.build), probe_version="")
    wanted = {(goal.spec.name, goal.build.version, goal.build.target) for goal in graph.goals}
    publisher.retain(wanted)
    there = {artifact.id[:3] for artifact in publisher.manifest().artifacts}
    problems = publisher.verify()
    problems += [f"{name} {version} for {target} is not built" for name, version, target in sorted(wanted - there)]
    if problems:
        raise PublishError(ManifestReason.UNREADABLE, "\n".join(problems), hint="nox -s build-full")
    print(f"wrote {publisher.release().relative_to(settings.root)} ({len(there)} artifacts)", file=sys.stderr)
    return 0


def schemas(settings: Settings, *, write: str) -> int:
    """Write the schema files, or name those that are not what the models say."""
    if write == "yes":
        for path in write_schemas(settings.root):
            print(f"wrote {path}", file=sys.stderr)
        return 0
    stale = stale_schemas(settings.root)
    for name in stale:
        print(f"stale: {name} (python -m pipeline schemas --write)", file=sys.stderr)
    return 3 if stale else 0
