"""What would be built, and whether it can be: dependencies for their targets, outputs of one name, cycles.

May import `pipeline.model` and the definitions. A build is a recipe at one version for one target.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.load.definitions import Definitions
from pipeline.load.document import Path_
from pipeline.load.problems import LoadReason, Problem
from pipeline.model.recipe import ArtifactSpec, Dependency, Filtered, Recipe
from pipeline.model.toolchain import NATIVE_TARGET


def check_builds(definitions: Definitions) -> Iterator[Problem]:
    """Everything that a plan of any build would stumble over."""
    for folder, recipe in definitions.recipes.sound.items():
        yield from _steps(definitions, folder, recipe)
        for key, listed in (("dependencies", recipe.dependencies), ("native", recipe.native)):
            for index, dependency in enumerate(listed):
                yield from _dependency(definitions, folder, (key, index), dependency)
            yield from _twice(definitions, folder, key, listed)
        for index, artifact in enumerate(recipe.artifacts):
            yield from _twin(definitions, folder, ("artifacts", index), artifact)
    yield from _Outputs(definitions).check()
    yield from _cycles(definitions)


def combinations(recipe: Recipe, entry: Filtered | None = None) -> list[tuple[str, str]]:
    """The targets and versions of a recipe (for which one of its entries holds)."""
    return [
        (target, version.version)
        for target in recipe.targets
        for version in recipe.versions
        if entry is None or entry.holds(target, version.version)
    ]


def _steps(definitions: Definitions, folder: str, recipe: Recipe) -> Iterator[Problem]:
    path = definitions.recipes.files[folder]
    for target, version in combinations(recipe):
        if not any(step.holds(target, version) for step in recipe.steps):
            message = f"no step holds for version {version} on {target}"
            yield definitions.at(path, ("steps",), LoadReason.UNCOVERED, message)
    if recipe.train is not None:
        for version in (item.version for item in recipe.versions):
            if not any(step.holds(recipe.train.target, version) for step in recipe.train.steps):
                message = f"no step of the training holds for version {version} on {recipe.train.target}"
                yield definitions.at(path, ("train", "steps"), LoadReason.UNCOVERED, message)


def _dependency(definitions: Definitions, folder: str, where: Path_, dependency: Dependency) -> Iterator[Problem]:
    """A dependency is built for every target for which it is needed."""
    recipe, found = definitions.recipes.sound[folder], definitions.recipes.sound.get(dependency.name)
    if found is None:
        return
    needed = [target for target, _ in combinations(recipe, dependency) if target in definitions.targets.files]
    goals = [NATIVE_TARGET] if where[0] == "native" and needed else needed
    for goal in dict.fromkeys(goals):
        if goal not in found.targets:
            there = ", ".join(found.targets)
            yield definitions.at(
                definitions.recipes.files[folder],
                where,
                LoadReason.UNKNOWN_REFERENCE,
                f"{dependency.name} is needed for {goal}, but that recipe's targets are {there}",
                f"add the target to recipes/{dependency.name}/recipe.yaml, or limit the dependency "
                f"with `{{name: {dependency.name}, targets: […]}}`",
            )


def _twice(definitions: Definitions, folder: str, key: str, listed: tuple[Dependency, ...]) -> Iterator[Problem]:
    """One build takes a recipe's output once: two versions of it would be merged into one tree."""
    recipe = definitions.recipes.sound[folder]
    for index, dependency in enumerate(listed):
        before = [other for other in listed[:index] if other.name == dependency.name]
        both = [
            (target, version)
            for target, version in combinations(recipe, dependency)
            if any(other.holds(target, version) for other in before)
        ]
        if both:
            target, version = both[0]
            message = f"{dependency.name!r} is listed twice for version {version} on {target}"
            path = definitions.recipes.files[folder]
            yield definitions.at(path, (key, index), LoadReason.DUPLICATE_NAME, message)


def _twin(definitions: Definitions, folder: str, where: Path_, artifact: ArtifactSpec) -> Iterator[Problem]:
    """What is probed beside the native build has one."""
    recipe = definitions.recipes.sound[folder]
    native = [item for item in recipe.artifacts if item.name == artifact.name]
    cross = [version for target, version in combinations(recipe, artifact) if target != NATIVE_TARGET]
    for version in dict.fromkeys(cross if artifact.twin else ()):
        if NATIVE_TARGET not in recipe.targets or not any(item.holds(NATIVE_TARGET, version) for item in native):
            message = f"there is no {artifact.name} {version} for {NATIVE_TARGET} to probe it beside"
            hint = f"publish {artifact.name} for {NATIVE_TARGET}, too, or take `twin` away"
            path = definitions.recipes.files[folder]
            yield definitions.at(path, (*where, "twin"), LoadReason.UNKNOWN_REFERENCE, message, hint)
            return


class _Outputs:
    """One name leads to one build and to one archive of it; a folder becomes one archive."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.first: dict[tuple[str, ...], tuple[str, Path_]] = {}

    def check(self) -> Iterator[Problem]:
        for folder, recipe in self.definitions.recipes.sound.items():
            for index, version in enumerate(recipe.versions):
                # Names and versions are joined by dashes, which stand in both of them, too.
                build = f"{folder}-{version.version}"
                yield from self._once(folder, ("versions", index), LoadReason.DUPLICATE_NAME, {(build,): build})
            for index, artifact in enumerate(recipe.artifacts):
                made = combinations(recipe, artifact)
                names: dict[tuple[str, ...], str] = {
                    (f"{artifact.name}-{v}-{t}",): f"{artifact.name} {v} {t}" for t, v in made
                }
                paths: dict[tuple[str, ...], str] = {
                    (folder, artifact.path, v, t): f"{artifact.path!r} of {v} {t}" for t, v in made
                }
                for key, what in (("name", names), ("path", paths)):
                    yield from self._once(folder, ("artifacts", index, key), LoadReason.DUPLICATE_OUTPUT, what)

    def _once(
        self, folder: str, where: Path_, reason: LoadReason, what: Mapping[tuple[str, ...], str]
    ) -> Iterator[Problem]:
        """Tells of the first of `what` (names, and how they are shown) that something before has, too."""
        here = (folder, where)
        for name, shown in what.items():
            other, (key, index, *_) = self.first.setdefault((reason.value, *name), here)
            if (other, (key, index)) != (folder, where[:2]):
                message = f"{shown} is published by recipes/{other}/recipe.yaml, {key}.{index}, too"
                yield self.definitions.at(self.definitions.recipes.files[folder], where, reason, message)
                return


def _cycles(definitions: Definitions) -> Iterator[Problem]:
    """No build may need itself. A build is a recipe for a target: a native edge leads to the native target's."""
    done: set[tuple[str, str]] = set()
    recipes = definitions.recipes.sound

    def needs(name: str, target: str) -> Iterator[tuple[str, str]]:
        for found, goal in ((recipes[name].dependencies, target), (recipes[name].native, NATIVE_TARGET)):
            for item in found:
                if item.name in recipes and (item.targets is None or target in item.targets):
                    yield item.name, goal

    def visit(build: tuple[str, str], trail: tuple[tuple[str, str], ...]) -> Iterator[Problem]:
        if build in trail:
            loop = " → ".join(name for name, _ in (*trail[trail.index(build) :], build))
            key = "dependencies" if recipes[build[0]].dependencies else "native"
            message = f"recipes need each other: {loop} (for {build[1]})"
            yield definitions.at(definitions.recipes.files[build[0]], (key,), LoadReason.CYCLE, message)
        elif build not in done:
            for needed in needs(*build):
                yield from visit(needed, (*trail, build))
            done.add(build)

    for name, recipe in recipes.items():
        for target in recipe.targets:
            yield from visit((name, target), ())
