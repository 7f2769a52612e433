"""The whole project, all its definitions, as one checked object; may import `pipeline.model`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import UsageError, UsageReason
from pipeline.load.builds import check_builds
from pipeline.load.captured import CapturedFile
from pipeline.load.coverage import check_coverage
from pipeline.load.definitions import Gathering
from pipeline.load.document import Document
from pipeline.load.files import Found, RecipeFiles
from pipeline.load.locks import Locks
from pipeline.load.problems import BadDefinitions
from pipeline.load.references import check_references
from pipeline.model.policy import Policy
from pipeline.model.recipe import Recipe
from pipeline.model.release import Release
from pipeline.model.toolchain import Target, Toolchain, ToolchainLock


@dataclass(frozen=True)
class Project:
    """Everything the definitions say. Paths are absolute; keys are names (targets: triples).

    `files` maps a recipe's name and each glob in it to the files found, by path in its folder. `crate_manifests` are
    the `Cargo.toml` beside the recipes' crate locks, `lock_digests` the sha256 (hex) of the toolchains' lock files.
    `unlocked` are toolchains whose locks are of no use, if that was allowed.
    """

    root: Path
    recipes: Mapping[str, Recipe]
    toolchains: Mapping[str, Toolchain]
    locks: Mapping[str, ToolchainLock]
    lock_digests: Mapping[str, str]
    targets: Mapping[str, Target]
    policies: Mapping[str, Policy]
    release: Release
    files: Mapping[str, Mapping[str, Found]]
    crate_manifests: Mapping[str, CapturedFile]
    documents: Mapping[Path, Document] = field(default_factory=dict, repr=False)
    unlocked: frozenset[str] = frozenset()

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


def load_project(root: Path, *, relock: bool = False) -> Project:
    """Load and check all definitions; raises `DefinitionError` with all that is wrong, in whatever file.

    `relock` is for writing locks anew: what is wrong with those that there are is no error then.
    """
    gathering = Gathering(root)
    definitions = gathering.definitions()
    locks, files = Locks(definitions), RecipeFiles(definitions)
    found_locks, found_files, manifests = locks.read(), files.read(), files.crate_manifests()
    problems = [
        *gathering.problems,
        *check_references(definitions),
        *check_builds(definitions),
        *check_coverage(definitions),
        *files.problems,
        *(() if relock else locks.problems),
    ]
    if problems or definitions.release is None:
        raise BadDefinitions(problems)
    written = definitions.policies.sound
    return Project(
        root=root,
        recipes=definitions.recipes.sound,
        toolchains=definitions.toolchains.sound,
        locks=found_locks,
        lock_digests=locks.digests,
        targets=definitions.targets.sound,
        policies={name: policy.resolved(written) for name, policy in written.items()},
        release=definitions.release,
        files=found_files,
        crate_manifests=manifests,
        documents=definitions.documents,
        unlocked=frozenset(locks.unfit),
    )
