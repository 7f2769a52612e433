"""`train`: the instrumented build, and its profile into the recipe's folder; may import everything."""

from __future__ import annotations

import shutil
import sys

from rich.console import Console

from pipeline.cli.app import App
from pipeline.cli.build import print_failure
from pipeline.plan.graph import plan_training
from pipeline.plan.select import select

PROFILE_FOLDER = "profile"


def train(app: App, selector: str) -> int:
    """Run the training of the recipe that `selector` names; its outputs become `recipes/<name>/profile/<version>.*`."""
    build = select(app.project, [selector])[0]
    graph, last = plan_training(app.project, build.name, build.version)
    report = app.run(graph)
    for failure in report.failures:
        print_failure(Console(stderr=True, soft_wrap=True), failure)
    if last not in report.results:
        return report.failures[0].error.exit_code if report.failures else 130
    made = app.store.checkout(report.results[last].outputs["out"])
    folder = app.project.recipe_dir(build.name) / PROFILE_FOLDER
    folder.mkdir(exist_ok=True)
    for path in sorted(made.iterdir()):
        if path.is_file():
            target = folder / f"{build.version}{path.suffix}"
            shutil.copyfile(path, target)
            print(f"wrote {target.relative_to(app.project.root)} ({path.stat().st_size} bytes)", file=sys.stderr)
    print("The profile is an input of the next build: commit it.", file=sys.stderr)
    return 0
