"""From builds to the graph of actions that makes them; pure.

The sandbox's fixed paths are decided here, because a path that a build can see is part of its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.errors import UsageError, UsageReason
from pipeline.load.project import Project
from pipeline.model.base import Model
from pipeline.model.manifest import ARCHIVE_FORMAT
from pipeline.model.recipe import ArtifactSpec, Dependency, Recipe, RecipeVersion, Step
from pipeline.model.toolchain import NATIVE_TARGET, PROBE_TOOLCHAIN, Target, Toolchain
from pipeline.plan.action import Action, Input, Json, Kind
from pipeline.plan.select import Build

SOURCE_DATE_EPOCH = 1767225600
"""2026-01-01T00:00:00Z: the time that every build sees and every file carries."""

BASE_ENV: Mapping[str, str] = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/build/home",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "SOURCE_DATE_EPOCH": str(SOURCE_DATE_EPOCH),
    "PYTHONDONTWRITEBYTECODE": "1",
    "SRC": "/build/src",
    "OUT": "/out",
    "DEPS": "/deps",
    "RECIPE": "/recipe",
    "NATIVE": "/native",
    "VENDOR": "/vendor",
    "SYSROOT": "/sysroot",
}

NOT_DEPENDED_ON = ("facts",)
"""What a build says about itself for the probes is not part of what its dependants compile against."""


@dataclass(frozen=True)
class Goal:
    """One artifact that was asked for: where it comes from and the actions that prove and pack it."""

    build: Build
    spec: ArtifactSpec
    action: str
    probe: str
    archive: str


@dataclass(frozen=True)
class Graph:
    """Actions by id, in an order where what is needed comes first; `wanted` are the ids asked for."""

    actions: Mapping[str, Action]
    wanted: tuple[str, ...]
    goals: tuple[Goal, ...] = ()
    waves: Mapping[str, int] = field(default_factory=dict)

    def closure(self, ids: Iterable[str]) -> set[str]:
        """The given actions and all they need."""
        found: set[str] = set()
        todo = list(ids)
        while todo:
            current = todo.pop()
            if current not in found:
                found.add(current)
                todo += self.actions[current].needs()
        return found


def plan(project: Project, builds: Sequence[Build], *, probe_version: str) -> Graph:
    """The graph for `builds`, in the order given (which is also the order of delivery).

    `probe_version` stands for the probes' code, so that a changed probe is run again and nothing else is.
    What definitions would not allow was refused when they were loaded.
    """
    planner = _Planner(project, probe_version)
    wanted: list[str] = []
    for wave, build in enumerate(builds):
        before = set(planner.actions)
        wanted += planner.deliver(build)
        for added in planner.actions.keys() - before:
            planner.waves[added] = wave
    return Graph(planner.actions, tuple(dict.fromkeys(wanted)), tuple(planner.goals), planner.waves)


def plan_training(project: Project, name: str, version: str | None = None) -> tuple[Graph, str]:
    """The graph of a recipe's instrumented build and the id of its last action."""
    recipe = project.recipes.get(name)
    if recipe is None or recipe.train is None:
        trainable = [recipe.name for recipe in project.recipes.values() if recipe.train is not None]
        raise UsageError(
            UsageReason.UNKNOWN_NAME,
            f"recipe {name!r} has no `train` section",
            hint=f"recipes that can be trained: {', '.join(trainable) or 'none'}",
        )
    planner = _Planner(project, probe_version="")
    build = Build(name, version or recipe.versions[0].version, recipe.train.target)
    last = planner.train(build)
    return Graph(planner.actions, (last,)), last


def plan_toolchains(project: Project, names: Iterable[str]) -> Graph:
    """The graph that unpacks toolchains alone, for looking into them."""
    planner = _Planner(project, probe_version="")
    wanted = tuple(planner.rootfs(name) for name in names)
    return Graph(planner.actions, wanted)


def dump(model: Model) -> dict[str, Json]:
    """A model as JSON for a spec, without what was not said."""
    return dict(model.model_dump(mode="json", exclude_defaults=True))


class _Planner:
    """Adds actions to `actions`, each after what it needs."""

    def __init__(self, project: Project, probe_version: str) -> None:
        self.project = project
        self.probe_version = probe_version
        self.actions: dict[str, Action] = {}
        self.goals: list[Goal] = []
        self.waves: dict[str, int] = {}

    def deliver(self, build: Build) -> list[str]:
        """A build and, for each artifact it publishes, its probe and its archive."""
        made = self.build(build)
        wanted = [made]
        recipe = self.project.recipes[build.name]
        for spec in recipe.artifacts:
            if spec.holds(build.target, build.version):
                goal = self._artifact(build, made, spec)
                self.goals.append(goal)
                wanted += [goal.probe, goal.archive]
        return wanted

    def _artifact(self, build: Build, made: str, spec: ArtifactSpec) -> Goal:
        target = self.project.targets[build.target]
        suffix = f"{spec.name}-{build.version}@{build.target}"
        inputs = [
            Input(made, "/artifact", subtree=spec.path),
            Input(made, "/facts", subtree="facts", optional=True),
            Input(self.rootfs(PROBE_TOOLCHAIN), "/"),
        ]
        if target.sysroot is not None:
            inputs.append(Input(self.rootfs(target.sysroot), "/sysroot"))
        twin = self._twin(build, spec)
        if twin is not None:
            inputs += self._sides(build, twin)
        probe_spec: dict[str, Json] = {
            "artifact": dump(spec),
            "target": target.triple,
            "runner": target.runner,
            "probes": self.probe_version,
            **({} if twin is None else {"twin": dump(twin)}),
        }
        probe = self._add(Action(f"probe/{suffix}", Kind.PROBE, probe_spec, tuple(inputs)))
        top = f"{spec.name}-{build.version}-{build.target}"
        archive = self._add(
            Action(
                f"archive/{suffix}",
                Kind.ARCHIVE,
                {"top": top, "format": ARCHIVE_FORMAT},
                (Input(made, "/artifact", subtree=spec.path),),
            )
        )
        return Goal(build, spec, made, probe, archive)

    def _twin(self, build: Build, spec: ArtifactSpec) -> ArtifactSpec | None:
        """What the native build publishes under the same name, when this one is to be compared with it."""
        if not spec.twin or build.target == NATIVE_TARGET:
            return None
        artifacts = self.project.recipes[build.name].artifacts
        return next(item for item in artifacts if item.name == spec.name and item.holds(NATIVE_TARGET, build.version))

    def _sides(self, build: Build, twin: ArtifactSpec) -> list[Input]:
        """The native artifact, and for both what each library's build said of itself."""
        native = Build(build.name, build.version, NATIVE_TARGET)
        inputs = [Input(self.build(native), "/twin", subtree=twin.path)]
        for side, mount in ((build, "/libraries"), (native, "/twin-libraries")):
            for library in dict.fromkeys(self._libraries(side)):
                made = self.build(library)
                inputs.append(Input(made, f"{mount}/{library.name}", subtree="facts", optional=True))
        return inputs

    def _libraries(self, build: Build) -> list[Build]:
        direct = self._direct(self.project.recipes[build.name], build)
        return [library for item in direct for library in self._transitive(item, build.target)]

    def build(self, build: Build) -> str:
        """The action that builds `build`, with all it needs."""
        recipe, version = self._recipe(build)
        identity = f"build/{build.name}-{build.version}@{build.target}"
        if identity in self.actions:
            return identity
        steps = [step for step in recipe.steps if step.holds(build.target, build.version)]
        return self._add(self._sandboxed(identity, Kind.BUILD, build, recipe, version, steps))

    def train(self, build: Build) -> str:
        """The instrumented build of `build`'s recipe."""
        recipe, version = self._recipe(build)
        if recipe.train is None:
            raise AssertionError("only called for recipes that can be trained")
        identity = f"train/{build.name}-{build.version}@{build.target}"
        steps = [step for step in recipe.train.steps if step.holds(build.target, build.version)]
        return self._add(self._sandboxed(identity, Kind.TRAIN, build, recipe, version, steps))

    def _sandboxed(
        self,
        identity: str,
        kind: Kind,
        build: Build,
        recipe: Recipe,
        version: RecipeVersion,
        steps: Sequence[Step],
    ) -> Action:
        toolchain = self._toolchain(recipe.toolchain)
        target = self.project.targets[build.target]
        inputs = [Input(self.rootfs(toolchain.name), "/")]
        if target.sysroot is not None:
            inputs.append(Input(self.rootfs(target.sysroot), "/sysroot"))
        if version.sources:
            inputs.append(Input(self._source(recipe, version), "/build/src"))
        files = self._recipe_files(recipe, version, kind)
        if files is not None:
            inputs.append(Input(files, "/recipe"))
        inputs += self._dependencies(recipe, build)
        if recipe.crates is not None:
            inputs.append(Input(self._crates(recipe, recipe.crates.lock), "/vendor"))
        rendered: list[Json] = [{"name": step.name, "run": step.run} for step in (*_patch_steps(version), *steps)]
        env: dict[str, Json] = {**environment(build, toolchain, target, version)}
        spec: dict[str, Json] = {"env": env, "steps": rendered}
        limits = {name: int(value) for name, value in recipe.limits.model_dump().items()}
        return Action(identity, kind, spec, tuple(inputs), limits=limits)

    def _dependencies(self, recipe: Recipe, build: Build) -> list[Input]:
        inputs = []
        for dependency in self._direct(recipe, build):
            for name in self._transitive(dependency, build.target):
                inputs.append(Input(self.build(name), "/deps", exclude=NOT_DEPENDED_ON))
        for tool in recipe.native:
            if tool.holds(build.target, build.version):
                made = self.build(self._chosen(tool, NATIVE_TARGET, recipe, build.version))
                inputs.append(Input(made, f"/native/{tool.name}", exclude=NOT_DEPENDED_ON))
        return list(dict.fromkeys(inputs))

    def _direct(self, recipe: Recipe, build: Build) -> list[Build]:
        return [
            self._chosen(dependency, build.target, recipe, build.version)
            for dependency in recipe.dependencies
            if dependency.holds(build.target, build.version)
        ]

    def _transitive(self, build: Build, target: str) -> list[Build]:
        """A static library's own dependencies are linked with it, so they are seen with it."""
        found = [build]
        for inner in self._direct(self.project.recipes[build.name], build):
            found += self._transitive(inner, target)
        return found

    def _chosen(self, dependency: Dependency, target: str, user: Recipe, user_version: str) -> Build:
        recipe = self.project.recipes[dependency.name]
        if dependency.version is not None:
            version = dependency.version
        elif dependency.name == user.name:
            version = user_version  # a cross build uses its own version's native twin
        else:
            version = recipe.versions[0].version
        return Build(dependency.name, version, target)

    def rootfs(self, name: str) -> str:
        """The action that unpacks a toolchain from its lock."""
        toolchain = self._toolchain(name)
        lock = self.project.locks[name]
        # Names, reasons and versions shape the lock, not the tree that is unpacked from it.
        spec: dict[str, Json] = {
            "kind": toolchain.kind,
            "packages": [package.sha256 for package in lock.packages],
            "exclude": list(toolchain.exclude),
            "links": dict(toolchain.links),
            "files": dict(toolchain.files),
        }
        return self._add(Action(f"rootfs/{name}", Kind.ROOTFS, spec))

    def _source(self, recipe: Recipe, version: RecipeVersion) -> str:
        sources: list[Json] = [
            {"sha256": source.sha256, "into": source.into, "strip": source.strip} for source in version.sources
        ]
        return self._add(Action(f"source/{recipe.name}-{version.version}", Kind.SOURCE, {"sources": sources}))

    def _recipe_files(self, recipe: Recipe, version: RecipeVersion, kind: Kind) -> str | None:
        """The recipe's files that this build may see: what other versions or the training use stays out."""
        globs = [*recipe.files, *(patch for source in version.sources for patch in source.patches)]
        if recipe.crates is not None:
            globs.append(recipe.crates.lock)
        if kind is Kind.TRAIN and recipe.train is not None:
            # Not the version's own files: the profile is what training makes; it must not ask for the one it replaces.
            globs += recipe.train.files
        else:
            globs += version.files
        named = self.project.matching(recipe.name, globs)
        if not named:
            return None
        spec: dict[str, Json] = {
            path: {"sha256": file.sha256, "executable": file.executable} for path, file in named.items()
        }
        suffix = "-train" if kind is Kind.TRAIN else ""
        identity = f"files/{recipe.name}-{version.version}{suffix}"
        return self._add(Action(identity, Kind.FILES, {"files": spec, "recipe": recipe.name}))

    def _crates(self, recipe: Recipe, lock: str) -> str:
        digest = self.project.files[recipe.name][lock][lock].sha256
        return self._add(
            Action(
                f"crates/{recipe.name}",
                Kind.CRATES,
                {"lock": digest},
                tools=(self.rootfs(recipe.toolchain),),
            )
        )

    def _recipe(self, build: Build) -> tuple[Recipe, RecipeVersion]:
        recipe = self.project.recipes[build.name]
        return recipe, next(item for item in recipe.versions if item.version == build.version)

    def _toolchain(self, name: str) -> Toolchain:
        return self.project.toolchains[name]

    def _add(self, action: Action) -> str:
        self.actions.setdefault(action.id, action)
        return action.id


def environment(build: Build, toolchain: Toolchain, target: Target, version: RecipeVersion) -> dict[str, str]:
    """The variables that a build's steps see; later ones win: base, toolchain, target, both, version."""
    series = ".".join(build.version.split(".")[:2])
    both = target.toolchains.get(toolchain.name)
    return {
        **BASE_ENV,
        "TARGET": build.target,
        "VERSION": build.version,
        "SERIES": series,
        **toolchain.env,
        **target.env,
        **(both.env if both is not None else {}),
        **version.env,
    }


def _patch_steps(version: RecipeVersion) -> list[Step]:
    return [
        Step(
            name=f"patch-{number}",
            run=f"patch --strip=1 --forward --directory={source.into} --input=/recipe/{patch}\n",
        )
        for number, (source, patch) in enumerate(
            ((source, patch) for source in version.sources for patch in source.patches), start=1
        )
    ]
