"""`train`: the instrumented build, and its profile into the recipe's folder; may import everything."""

from __future__ import annotations

import json
import shutil
import sys

from pipeline.cli.app import App
from pipeline.cli.failures import failures_json, print_failures, status_of
from pipeline.cli.nextstep import pasteable
from pipeline.cli.output import Output
from pipeline.errors import UsageError, UsageReason
from pipeline.plan.action import Json
from pipeline.plan.graph import Graph, plan_training
from pipeline.plan.select import Build

PROFILE_FOLDER = "profile"


def plan_profile(app: App, selector: str) -> tuple[Graph, str, Build]:
    """The graph of the training that `selector` means, its last action, and the version that is trained.

    Raises `UsageError` for a target that is not trained on: its builds use the one profile there is.
    """
    builds = app.select([selector])
    graph, last = plan_training(app.project, builds[0].name, builds[0].version)
    train = app.project.recipes[builds[0].name].train
    assert train is not None
    for build in builds:
        if build.target == train.target:
            return graph, last, build
    raise UsageError(
        UsageReason.TARGET_NOT_SUPPORTED,
        f"{builds[0].name} is trained on {train.target} only; the profile serves all its targets",
        hint=f"python -m pipeline train {builds[0].name}=={builds[0].version}",
    )


def train(app: App, selector: str) -> int:
    """Run the training of the recipe that `selector` names; its outputs become `recipes/<name>/profile/<version>.*`."""
    output = Output(app.settings.json, people=sys.stderr)
    graph, last, build = plan_profile(app, selector)
    report = app.run(graph)
    print_failures(report)
    if last not in report.results:
        return output.end(status_of(report), "", **failures_json(report))
    made = app.store.checkout(report.results[last].outputs["out"])
    folder = app.project.recipe_dir(build.name) / PROFILE_FOLDER
    folder.mkdir(exist_ok=True)
    about: dict[str, Json] = {}
    for path in sorted(item for item in made.iterdir() if item.is_file()):
        target = folder / f"{build.version}{path.suffix}"
        shutil.copyfile(path, target)
        shown, size = target.relative_to(app.project.root).as_posix(), path.stat().st_size
        output.say(f"wrote {shown} ({size} bytes)", "wrote", path=shown, size=size)
        if path.suffix == ".json":
            about = json.loads(path.read_text("utf-8"))
    # How much of it a target can use is only known once that target is compiled.
    functions = f" of {about['functions']} functions" if "functions" in about else ""
    facts = pasteable(f"python -m pipeline probe {build.name}=={build.version}")
    text = (
        f"The profile{functions} is an input of the next build: commit it. How many of them each target's build "
        f"matches is then among its facts, under recipe.profile: {facts}"
    )
    return output.end(status_of(report), text, profile=about, **failures_json(report))
