"""The whole project, all its definitions, as one checked object; may import `pipeline.model`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import UsageError, UsageReason
from pipeline.load.captured import CapturedFile, capture
from pipeline.load.document import Document, read, validate
from pipeline.load.problems import LoadReason, Problem, refuse
from pipeline.model.policy import Policy
from pipeline.model.recipe import Crates, Recipe
from pipeline.model.release import Release
from pipeline.model.toolchain import NATIVE_TARGET, Target, Toolchain, ToolchainLock


@dataclass(frozen=True)
class Project:
    """Everything the definitions say. Paths are absolute; keys are names (targets: triples).

    `files` maps a recipe's name and each glob in it to the files found, by path in its folder. `crate_manifests` are
    the `Cargo.toml` beside the recipes' crate locks, `lock_digests` the sha256 (hex) of the toolchains' lock files.
    """

    root: Path
    recipes: Mapping[str, Recipe]
    toolchains: Mapping[str, Toolchain]
    locks: Mapping[str, ToolchainLock]
    lock_digests: Mapping[str, str]
    targets: Mapping[str, Target]
    policies: Mapping[str, Policy]
    release: Release
    files: Mapping[str, Mapping[str, Mapping[str, CapturedFile]]]
    crate_manifests: Mapping[str, CapturedFile]
    documents: Mapping[Path, Document] = field(default_factory=dict, repr=False)

    def recipe_dir(self, name: str) -> Path:
        """The folder of a recipe."""
        return self.root / "recipes" / name

    def recipe_digest(self, name: str) -> str:
        """The sha256 (hex) of `recipes/<name>/recipe.yaml` as it was read."""
        return self.documents[self.recipe_dir(name) / "recipe.yaml"].sha256

    def recipe_files(self, name: str) -> dict[str, CapturedFile]:
        """Every file that the recipe names, by path."""
        return {path: file for found in self.files[name].values() for path, file in found.items()}

    def matching(self, name: str, globs: Sequence[str]) -> dict[str, CapturedFile]:
        """The files of recipe `name` that any of `globs` matches, by path, sorted."""
        by_glob = self.files[name]
        found = {path: file for glob in globs for path, file in by_glob[glob].items()}
        return dict(sorted(found.items()))


def find_root(start: Path) -> Path:
    """The project's root: the nearest folder at or above `start` that holds `release.yaml` and `recipes/`."""
    for folder in (start, *start.parents):
        if (folder / "release.yaml").is_file() and (folder / "recipes").is_dir():
            return folder
    raise UsageError(
        UsageReason.NOT_A_PROJECT,
        f"{start} is not inside a SlimePython project (no release.yaml and recipes/ at or above it)",
        hint="cd into the project, or name it: --project DIR",
    )


def load_project(root: Path) -> Project:
    """Load and cross-check all definitions; raises `DefinitionError` with all that is wrong."""
    documents: dict[Path, Document] = {}

    def one(path: Path) -> Document:
        document = read(path, path.relative_to(root))
        documents[path] = document
        return document

    recipes = {
        path.parent.name: validate(one(path), Recipe) for path in sorted((root / "recipes").glob("*/recipe.yaml"))
    }
    toolchains = {path.stem: validate(one(path), Toolchain) for path in sorted((root / "toolchains").glob("*.yaml"))}
    targets = {
        path.stem: validate(one(path), Target) for path in sorted((root / "toolchains" / "targets").glob("*.yaml"))
    }
    written = {path.stem: validate(one(path), Policy) for path in sorted((root / "policies").glob("*.yaml"))}
    lock_files = {name: capture(_lock_path(root, name)) for name in toolchains if _lock_path(root, name).is_file()}
    project = Project(
        root=root,
        recipes=recipes,
        toolchains=toolchains,
        locks={name: _load_lock(_lock_path(root, name), file, root) for name, file in lock_files.items()},
        lock_digests={name: file.sha256 for name, file in lock_files.items()},
        targets=targets,
        policies={name: policy.resolved(written) for name, policy in written.items()},
        release=validate(one(root / "release.yaml"), Release),
        files={name: _recipe_files(root / "recipes" / name, recipe) for name, recipe in recipes.items()},
        crate_manifests={
            name: capture(path)
            for name, recipe in recipes.items()
            if recipe.crates is not None and (path := _crate_manifest(root / "recipes" / name, recipe.crates)).is_file()
        },
        documents=documents,
    )
    problems = [*_cross_check(project), *_check_policies(project, written)]
    if problems:
        raise refuse(problems)
    return project


def _crate_manifest(folder: Path, crates: Crates) -> Path:
    """Cargo wants it beside its lock."""
    return (folder / crates.lock).with_name("Cargo.toml")


def _recipe_files(folder: Path, recipe: Recipe) -> dict[str, dict[str, CapturedFile]]:
    """Every file that the recipe's globs, patches and crate lock name, each read once."""
    seen: dict[Path, CapturedFile] = {}
    return {glob: dict(_captured(folder, glob, seen)) for glob in recipe.named_files()}


def _captured(folder: Path, glob: str, seen: dict[Path, CapturedFile]) -> Iterator[tuple[str, CapturedFile]]:
    try:
        found = sorted(folder.glob(glob))
    except ValueError:
        return  # not a pattern, hence no file: told with its place by `_check_files`
    for path in found:
        if path.is_file() and not path.is_symlink():
            if path not in seen:
                seen[path] = capture(path)
            yield path.relative_to(folder).as_posix(), seen[path]


def _lock_path(root: Path, name: str) -> Path:
    return root / "toolchains" / f"{name}.lock.json"


def _load_lock(path: Path, file: CapturedFile, root: Path) -> ToolchainLock:
    try:
        return ToolchainLock.model_validate_json(file.data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        problem = Problem(path.relative_to(root), 1, 1, LoadReason.BAD_VALUE, f"{where}: {first['msg']}")
        raise refuse(
            [problem], hint=f"write it again: nox -s lock -- {path.name.removesuffix('.lock.json')}"
        ) from error


def _cross_check(project: Project) -> Iterator[Problem]:
    for folder, recipe in project.recipes.items():
        yield from _check_recipe(project, folder, recipe)
    for kind, items in (("toolchains", project.toolchains), ("targets", project.targets)):
        for stem, item in items.items():
            name = item.name if isinstance(item, Toolchain) else item.triple
            if name != stem:
                base = project.root / "toolchains"
                path = (base / "targets" if kind == "targets" else base) / f"{stem}.yaml"
                yield _at(
                    project,
                    path,
                    ("name",),
                    LoadReason.NAME_MISMATCH,
                    f"says {name!r} but the file is {stem!r}",
                )
    for target in project.targets.values():
        path = project.root / "toolchains" / "targets" / f"{target.triple}.yaml"
        wanted = dict.fromkeys(target.toolchains, "toolchains")
        if target.sysroot is not None:
            wanted[target.sysroot] = "sysroot"
        for name in sorted(wanted.keys() - project.toolchains.keys()):
            message = f"no toolchain is named {name!r}"
            yield _at(project, path, (wanted[name],), LoadReason.UNKNOWN_REFERENCE, message)
    yield from _check_outputs(project)
    yield from _check_cycles(project)


def _check_policies(project: Project, written: Mapping[str, Policy]) -> Iterator[Problem]:
    for stem, policy in written.items():
        path = project.root / "policies" / f"{stem}.yaml"
        if policy.name != stem:
            message = f"says {policy.name!r} but the file is {stem!r}"
            yield _at(project, path, ("name",), LoadReason.NAME_MISMATCH, message)
        for index, name in enumerate(policy.include):
            if name not in written:
                message = f"no policy is named {name!r}; there are: {', '.join(sorted(written))}"
                yield _at(project, path, ("include", index), LoadReason.UNKNOWN_REFERENCE, message)
            elif written[name].include:
                message = f"{name!r} includes others itself; only one level is read"
                yield _at(project, path, ("include", index), LoadReason.BAD_VALUE, message)
        filters: list[tuple[tuple[str | int, ...], tuple[str, ...] | None]] = [(("targets",), policy.targets)]
        filters += [(("rules", index, "targets"), rule.targets) for index, rule in enumerate(policy.rules)]
        for where, targets in filters:
            for triple in sorted(set(targets or ()) - project.targets.keys()):
                message = f"unknown target {triple!r}; there are: {', '.join(sorted(project.targets))}"
                yield _at(project, path, where, LoadReason.UNKNOWN_REFERENCE, message)


def _at(project: Project, path: Path, where: tuple[str | int, ...], reason: LoadReason, message: str) -> Problem:
    return project.documents[path].problem(where, reason, message)


def _check_recipe(project: Project, folder: str, recipe: Recipe) -> Iterator[Problem]:
    path = project.recipe_dir(folder) / "recipe.yaml"

    def at(where: tuple[str | int, ...], reason: LoadReason, message: str) -> Problem:
        return _at(project, path, where, reason, message)

    if recipe.name != folder:
        yield at(("name",), LoadReason.NAME_MISMATCH, f"says {recipe.name!r} but its folder is {folder!r}")
    if recipe.toolchain not in project.toolchains:
        yield at(("toolchain",), LoadReason.UNKNOWN_REFERENCE, f"no toolchain is named {recipe.toolchain!r}")
    for index, triple in enumerate(recipe.targets):
        if triple not in project.targets:
            known = ", ".join(sorted(project.targets))
            yield at(
                ("targets", index),
                LoadReason.UNKNOWN_REFERENCE,
                f"unknown target {triple!r}; there are: {known}",
            )
    for key in ("dependencies", "native"):
        for index, dependency in enumerate(getattr(recipe, key)):
            if dependency.name not in project.recipes:
                message = f"no recipe is named {dependency.name!r}"
                yield at((key, index), LoadReason.UNKNOWN_REFERENCE, message)
    yield from _check_artifacts(project, recipe, path)
    yield from _check_files(project, folder, recipe, path)


def _check_artifacts(project: Project, recipe: Recipe, path: Path) -> Iterator[Problem]:
    for index, artifact in enumerate(recipe.artifacts):
        if artifact.policy not in project.policies:
            known = ", ".join(sorted(project.policies))
            message = f"no policy is named {artifact.policy!r}; there are: {known}"
            where = ("artifacts", index, "policy")
            yield _at(project, path, where, LoadReason.UNKNOWN_REFERENCE, message)


def _check_files(project: Project, folder: str, recipe: Recipe, path: Path) -> Iterator[Problem]:
    wanted: list[tuple[tuple[str | int, ...], str]] = [(("files", i), glob) for i, glob in enumerate(recipe.files)]
    for index, version in enumerate(recipe.versions):
        wanted += [(("versions", index, "files", i), glob) for i, glob in enumerate(version.files)]
        for number, source in enumerate(version.sources):
            wanted += [(("versions", index, "sources", number, "patches"), patch) for patch in source.patches]
    if recipe.crates is not None:
        wanted.append((("crates",), recipe.crates.lock))
    for where, glob in wanted:
        if not project.files[folder][glob]:
            yield _at(
                project,
                path,
                where,
                LoadReason.MISSING_FILE,
                f"{glob!r} matches no file in recipes/{folder}/",
            )
    if recipe.crates is not None and folder not in project.crate_manifests:
        manifest = _crate_manifest(Path(), recipe.crates).as_posix()
        message = f"{recipe.crates.lock!r} has no {manifest!r} beside it in recipes/{folder}/"
        yield _at(project, path, ("crates",), LoadReason.MISSING_FILE, message)


def _check_outputs(project: Project) -> Iterator[Problem]:
    """An artifact's name, version and target lead to one build."""
    made: dict[tuple[str, str, str], str] = {}
    for folder, recipe in project.recipes.items():
        for index, artifact in enumerate(recipe.artifacts):
            here = f"recipes/{folder}/recipe.yaml, artifacts.{index}"
            names = [
                (artifact.name, version.version, target)
                for target in recipe.targets
                for version in recipe.versions
                if artifact.holds(target, version.version)
            ]
            twice = next((name for name in names if made.setdefault(name, here) != here), None)
            if twice is not None:
                message = f"{' '.join(twice)} is published by {made[twice]}, too"
                where = ("artifacts", index, "name")
                path = project.recipe_dir(folder) / "recipe.yaml"
                yield _at(project, path, where, LoadReason.DUPLICATE_OUTPUT, message)


def _check_cycles(project: Project) -> Iterator[Problem]:
    """No build may need itself. A build is a recipe for a target: a native edge leads to the native target's."""
    done: set[tuple[str, str]] = set()

    def needs(name: str, target: str) -> Iterator[tuple[str, str]]:
        recipe = project.recipes[name]
        for found, goal in ((recipe.dependencies, target), (recipe.native, NATIVE_TARGET)):
            for item in found:
                if item.name in project.recipes and (item.targets is None or target in item.targets):
                    yield item.name, goal

    def visit(build: tuple[str, str], trail: tuple[tuple[str, str], ...]) -> Iterator[Problem]:
        if build in trail:
            loop = " → ".join(name for name, _ in (*trail[trail.index(build) :], build))
            path = project.recipe_dir(build[0]) / "recipe.yaml"
            key = "dependencies" if project.recipes[build[0]].dependencies else "native"
            yield _at(project, path, (key,), LoadReason.CYCLE, f"recipes need each other: {loop} (for {build[1]})")
        elif build not in done:
            for needed in needs(*build):
                yield from visit(needed, (*trail, build))
            done.add(build)

    for name, recipe in project.recipes.items():
        for target in recipe.targets:
            yield from visit((name, target), ())


def canonical_json(value: object) -> str:
    """Indented, sorted JSON with a final newline: the form of every generated file in the project."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
