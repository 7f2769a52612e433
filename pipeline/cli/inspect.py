"""`probe`, `shell`, `list`: looking at what is there; may import everything."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pipeline.cli.app import App
from pipeline.cli.failures import failures_json, print_failures, status_of
from pipeline.cli.nextstep import pasteable
from pipeline.cli.output import Output
from pipeline.cli.settings import Settings
from pipeline.cli.train import plan_profile
from pipeline.errors import PolicyError
from pipeline.load.project import load_project
from pipeline.plan.action import Action, Json
from pipeline.plan.graph import Graph, plan
from pipeline.plan.select import Build, resolve_target, select
from pipeline.probe.action import judge_result, read_facts
from pipeline.probe.version import probe_version
from pipeline.store.folders import mask_modes


def probe(app: App, builds: Sequence[Build]) -> int:
    """Print the facts of every artifact of `builds`; the status is 9 when a policy is broken."""
    output = Output(app.settings.json, people=sys.stderr)
    graph = plan(app.project, builds, probe_version=probe_version())
    wanted = tuple(goal.probe for goal in graph.goals)
    kept = graph.closure(wanted)
    report = app.run(
        Graph({name: action for name, action in graph.actions.items() if name in kept}, wanted, graph.goals)
    )
    print_failures(report)
    status = status_of(report)
    found: dict[str, dict[str, Json]] = {}
    passed = 0
    for goal in graph.goals:
        if goal.probe not in report.results:
            continue
        name = goal.probe.removeprefix("probe/")
        found[name] = read_facts(app.store, report.results[goal.probe])
        broken = ""
        try:
            judge_result(app.project, goal, found[name])
            passed += 1
        except PolicyError as error:
            broken = f"{error.message}\n  next      {pasteable(error.hint)}"
            status = status or error.exit_code
        output.say(broken, "facts", artifact=name, facts=found[name], passed=not broken, violations=broken)
    if not app.settings.json:
        print(json.dumps(found, indent=2, sort_keys=True))
    text = f"{passed} of {len(graph.goals)} artifacts fulfil their policies"
    return output.end(status, text, artifacts=len(graph.goals), passed=passed, **failures_json(report))


def shell(app: App, selector: str, *, training: str) -> int:
    """A shell in the sandbox of the first build that is meant, or (`training` is yes) of its instrumented build."""
    if training == "yes":
        graph, last, _ = plan_profile(app, selector)
        return _shell(app, graph, graph.actions[last])
    build = app.select([selector])[0]
    graph = plan(app.project, [build], probe_version=probe_version())
    return _shell(app, graph, graph.actions[f"build/{build.name}-{build.version}@{build.target}"])


def _shell(app: App, graph: Graph, action: Action) -> int:
    """What the action needs is built first; it is entered in its failed tree if it failed, else in a fresh one."""
    output = Output(app.settings.json, people=sys.stderr)
    engine = app.engine()  # before anything is fetched for nothing
    kept = graph.closure(action.needs())
    report = app.run(Graph({name: item for name, item in graph.actions.items() if name in kept}, action.needs()))
    if status := status_of(report):
        print_failures(report)
        text = f"No shell: {action.id} cannot be laid out without what it needs."
        return output.end(status, text, action=action.id, **failures_json(report))
    failed = app.store.root / "failed" / action.slug
    folder = failed
    if not failed.is_dir():
        folder = app.store.workdir(action.slug)
        app.builds.lay_out(action, report.results, folder)
    try:
        tree = "failed" if folder == failed else "fresh"
        output.say(
            f"{'the failed tree of' if folder == failed else 'a fresh tree for'} {action.id}; "
            "steps are in /steps, `sh /steps/run` runs them all, `exit` leaves",
            "shell",
            action=action.id,
            tree=tree,
        )
        sandbox = app.builds.sandbox(action, report.results, folder)
        env = {**sandbox.env, "TERM": os.environ.get("TERM", "dumb")}
        with _only_our_output(output):
            status = engine.shell(replace(sandbox, command=(_shell_in(sandbox.rootfs),), env=env), cancel=app.cancel)
        return output.end(status, "", action=action.id, **failures_json(report))
    finally:
        if folder == failed:
            mask_modes(failed)
        else:
            app.store.remove_workdir(folder)


@contextmanager
def _only_our_output(output: Output) -> Iterator[None]:
    """With JSON on standard output, what runs in the sandbox writes to standard error instead."""
    if not output.json:
        yield
        return
    ours = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(ours, 1)
        os.close(ours)


def _shell_in(rootfs: Path) -> str:
    """The most comfortable shell that a root file system has."""
    return "/bin/bash" if (rootfs / "usr/bin/bash").is_file() else "/bin/sh"


def list_all(settings: Settings) -> int:
    """Recipes × versions × targets; as JSON a list that CI turns into a matrix."""
    project = load_project(settings.root)
    output = Output(settings.json, people=sys.stdout)
    only = {resolve_target(project, target) for target in settings.targets} or set(project.targets)
    released = set(select(project, project.release.build))
    rows: list[Json] = [
        {
            "name": recipe.name,
            "kind": recipe.kind,
            "version": version.version,
            "target": target,
            "alias": project.targets[target].alias,
            "selector": f"{recipe.name}=={version.version}@{project.targets[target].alias}",
            "artifacts": [a.name for a in recipe.artifacts if a.holds(target, version.version)],
            "released": Build(recipe.name, version.version, target) in released,
        }
        for recipe in project.recipes.values()
        for version in recipe.versions
        for target in recipe.targets
        if target in only
    ]
    if settings.json:
        return output.end(0, "", release=project.release.release, builds=rows)
    for recipe in project.recipes.values():
        versions = ", ".join(version.version for version in recipe.versions)
        aliases = ", ".join(project.targets[target].alias for target in recipe.targets if target in only)
        if aliases:
            print(f"{recipe.name:<14} {recipe.kind:<12} {versions:<20} {aliases:<24} {recipe.summary}")
    return output.end(0, f"\nrelease {project.release.release}: {', '.join(project.release.build)}")
