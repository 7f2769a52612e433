"""`probe`, `shell`, `list`: looking at what is there; may import everything."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from pipeline.cli.app import App
from pipeline.cli.build import print_failure
from pipeline.cli.settings import Settings
from pipeline.errors import SlimeError
from pipeline.load.project import load_project
from pipeline.plan.action import Action, Json
from pipeline.plan.graph import Graph, plan, plan_training
from pipeline.plan.select import Build
from pipeline.probe.action import judge_result, read_facts
from pipeline.probe.version import probe_version


def probe(app: App, builds: Sequence[Build]) -> int:
    """Print the facts of every artifact of `builds`; the status is 9 when a policy is broken."""
    graph = plan(app.project, builds, probe_version=probe_version())
    wanted = tuple(goal.probe for goal in graph.goals)
    kept = graph.closure(wanted)
    report = app.run(
        Graph({name: action for name, action in graph.actions.items() if name in kept}, wanted, graph.goals)
    )
    console = Console(stderr=True, soft_wrap=True)
    for failure in report.failures:
        print_failure(console, failure)
    status = report.failures[0].error.exit_code if report.failures else 130 if report.interrupted else 0
    facts: dict[str, dict[str, Json]] = {}
    for goal in graph.goals:
        if goal.probe in report.results:
            facts[goal.probe.removeprefix("probe/")] = read_facts(app.store, report.results[goal.probe])
            try:
                judge_result(app.project, goal, facts[goal.probe.removeprefix("probe/")])
            except SlimeError as error:
                console.print(error.message, style="red", markup=False)
                status = status or error.exit_code
    print(json.dumps(facts, indent=2, sort_keys=True))
    return status


def shell_in_build(app: App, build: Build) -> int:
    """A shell in the sandbox of a build."""
    graph = plan(app.project, [build], probe_version=probe_version())
    return _shell(app, graph, graph.actions[f"build/{build.name}-{build.version}@{build.target}"])


def shell_in_training(app: App, build: Build) -> int:
    """A shell in the sandbox of a recipe's instrumented build; only name and version of `build` count."""
    graph, last = plan_training(app.project, build.name, build.version)
    return _shell(app, graph, graph.actions[last])


def _shell(app: App, graph: Graph, action: Action) -> int:
    """What the action needs is built first; it is entered in its failed tree if it failed, else in a fresh one."""
    kept = graph.closure(action.needs())
    report = app.run(Graph({name: item for name, item in graph.actions.items() if name in kept}, action.needs()))
    if report.failures:
        print_failure(Console(stderr=True, soft_wrap=True), report.failures[0])
        return report.failures[0].error.exit_code
    if report.interrupted:
        return 130
    failed = app.store.root / "failed" / action.slug
    folder = failed
    if not failed.is_dir():
        folder = app.store.workdir(action.slug)
        app.builds.lay_out(action, report.results, folder)
    try:
        print(
            f"{'the failed tree of' if folder == failed else 'a fresh tree for'} {action.id}; "
            "steps are in /steps, `sh /steps/run` runs them all, `exit` leaves",
            file=sys.stderr,
        )
        sandbox = app.builds.sandbox(action, report.results, folder)
        env = {**sandbox.env, "TERM": os.environ.get("TERM", "dumb")}
        return app.engine().shell(replace(sandbox, command=(_shell_in(sandbox.rootfs),), env=env))
    finally:
        if folder != failed:
            shutil.rmtree(folder, ignore_errors=True)


def _shell_in(rootfs: Path) -> str:
    """The most comfortable shell that a root file system has."""
    return "/bin/bash" if (rootfs / "usr/bin/bash").is_file() else "/bin/sh"


def list_all(settings: Settings) -> int:
    """Recipes × versions × targets; as JSON a list that CI turns into a matrix."""
    project = load_project(settings.root)
    rows: list[dict[str, Json]] = [
        {
            "name": recipe.name,
            "kind": recipe.kind,
            "version": version.version,
            "target": target,
            "alias": project.targets[target].alias,
            "selector": f"{recipe.name}=={version.version}@{project.targets[target].alias}",
            "artifacts": [a.name for a in recipe.artifacts if a.holds(target, version.version)],
        }
        for recipe in project.recipes.values()
        for version in recipe.versions
        for target in recipe.targets
    ]
    if settings.json:
        print(json.dumps({"release": project.release.release, "builds": rows}))
        return 0
    for recipe in project.recipes.values():
        versions = ", ".join(version.version for version in recipe.versions)
        aliases = ", ".join(project.targets[target].alias for target in recipe.targets)
        print(f"{recipe.name:<14} {recipe.kind:<12} {versions:<20} {aliases:<24} {recipe.summary}")
    print(f"\nrelease {project.release.release}: {', '.join(project.release.build)}")
    return 0
