"""What the real project's keys are made of, small enough to be committed; `nox -s golden` writes it anew.

An input enters a key by the digest of what it is, which nobody knows before it is built. Here it enters by the name of
the action that makes it: that action stands in the same file, so a change of anything shows, where it was made and not
in all that comes after it.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import rfc8785

from pipeline.load.project import Project, load_project
from pipeline.plan.action import Action, Input, Json, differences, key_of, material
from pipeline.plan.graph import plan, plan_toolchains, plan_training
from pipeline.plan.select import Build

ROOT = Path(__file__).parents[3]
PATH = Path(__file__).with_name("golden.json")
_LONGEST = 400
"""Bytes of a text or a list that are shown as they are: a compiler's flags are, a script or the packages of a root
file system are not."""


def every_action(project: Project) -> dict[str, Action]:
    """All that the project can build, probe, pack, train and unpack.

    The digest of the probes' code is left out: it changes with every line of a probe, which runs nothing but probes.
    """
    builds = [
        Build(recipe.name, version.version, target)
        for recipe in project.recipes.values()
        for version in recipe.versions
        for target in recipe.targets
    ]
    trained = [
        plan_training(project, recipe.name, version.version)[0]
        for recipe in project.recipes.values()
        if recipe.train is not None
        for version in recipe.versions
    ]
    graphs = (plan(project, builds, probe_version=""), plan_toolchains(project, project.toolchains), *trained)
    return {name: action for graph in graphs for name, action in graph.actions.items()}


def golden(project: Project) -> dict[str, Json]:
    """Per action the key that it would have with its inputs named, and what that key is made of."""
    return {name: _entry(action) for name, action in sorted(every_action(project).items())}


def changed(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[str]:
    """Every action that differs, and in what, as lines for people."""
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield f"{name}: is gone"
        elif name not in before:
            yield f"{name}: is new"
        elif before[name] != after[name]:
            yield f"{name}: has another key, because these changed:"
            for found in differences(before[name], after[name]):
                if found.path != "key":
                    yield f"    {found.path}: {json.dumps(found.before)} → {json.dumps(found.after)}"


def dump(found: Mapping[str, Json]) -> str:
    """The file's text: an action a line, so that a changed action is a changed line."""
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in found.items()) + "\n}\n"


def _entry(action: Action) -> Json:
    content = material(action, {item: _named(item) for item in action.inputs})
    return {"key": key_of(content), **{name: _short(part) for name, part in sorted(content.items())}}


def _named(item: Input) -> str:
    return f"{item.action}:{item.subtree}{' if there' if item.optional else ''}"


def _short(value: Json) -> Json:
    """`value` with long texts, and lists of many things, replaced by their digests."""
    if isinstance(value, dict):
        return {name: _short(part) for name, part in sorted(value.items())}
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return [_short(item) for item in value]
    data = rfc8785.dumps(value)
    return value if len(data) <= _LONGEST else f"sha256:{hashlib.sha256(data).hexdigest()}"


def main() -> None:
    """Write the file anew; says what that changes."""
    found = golden(load_project(ROOT))
    before = json.loads(PATH.read_text("utf-8")) if PATH.is_file() else {}
    print("\n".join(changed(before, found)) or "no key has changed", file=sys.stderr)
    PATH.write_text(dump(found), "utf-8")


if __name__ == "__main__":
    main()
