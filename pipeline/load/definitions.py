"""All definition files of a project, each parsed alone; what they say of each other is checked elsewhere.

May import `pipeline.model` and the reading of one file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pipeline.load.document import Document, Path_, read, validate
from pipeline.load.problems import BadDefinitions, LoadReason, Problem, meant
from pipeline.model.base import Model
from pipeline.model.policy import Policy
from pipeline.model.recipe import Recipe
from pipeline.model.release import Release
from pipeline.model.toolchain import Target, Toolchain

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Named(Generic[M]):
    """The definitions of one kind, by name: `files` are all there are, `sound` those that could be understood.

    A name in `files` alone is known: what refers to it is not wrong because of what is wrong in that file.
    """

    what: str
    files: Mapping[str, Path]
    sound: Mapping[str, M]

    def missing(self, name: str, *, near: Iterable[str] = ()) -> str | None:
        """What to say of a reference to `name`, None when it is known; `near` are the likelier names."""
        if name in self.files:
            return None
        said = f"unknown {self.what} {name!r}" if self.what == "target" else f"no {self.what} is named {name!r}"
        return said + meant(name, set(near) or self.files)


@dataclass(frozen=True)
class Definitions:
    """What the files say, as far as they could be understood; `documents` tell where, by absolute path."""

    root: Path
    recipes: Named[Recipe]
    toolchains: Named[Toolchain]
    targets: Named[Target]
    policies: Named[Policy]
    release: Release | None
    documents: Mapping[Path, Document]

    @property
    def release_file(self) -> Path:
        """Where the release is described."""
        return self.root / "release.yaml"

    def at(self, path: Path, where: Path_, reason: LoadReason, message: str, hint: str = "") -> Problem:
        """A problem at a value of a file that was understood."""
        return self.documents[path].problem(where, reason, message, hint)


class Gathering:
    """Reads files one by one and keeps all that is wrong in them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.documents: dict[Path, Document] = {}
        self.problems: list[Problem] = []

    def definitions(self) -> Definitions:
        """Everything, the sound and the broken."""
        recipes, toolchains = self.root / "recipes", self.root / "toolchains"
        self._misplaced()
        return Definitions(
            root=self.root,
            recipes=self.named("recipe", recipes, Recipe, _by_folder(recipes)),
            toolchains=self.named("toolchain", toolchains, Toolchain),
            targets=self.named("target", toolchains / "targets", Target),
            policies=self.named("policy", self.root / "policies", Policy),
            release=self._one(self.root / "release.yaml", Release, real_folder(self.root)),
            documents=self.documents,
        )

    def named(self, what: str, folder: Path, model: type[M], files: Mapping[str, Path] | None = None) -> Named[M]:
        """The definitions of one kind: each YAML file of a folder, or the given files below it."""
        if files is None:
            files = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
        # The folder itself may be a link (two projects share their toolchains), what is in it leads nowhere else.
        within = real_folder(folder)
        found = {name: self._one(path, model, within) for name, path in files.items()}
        return Named(what, files, {name: each for name, each in found.items() if each is not None})

    def _one(self, path: Path, model: type[M], within: Path) -> M | None:
        try:
            document = read(path, path.relative_to(self.root), within)
            self.documents[path] = document
            return validate(document, model)
        except BadDefinitions as error:
            self.problems += error.problems
            return None

    def _misplaced(self) -> None:
        """Notes files that look like definitions and lie where, or are named as, nothing is read."""
        folders = ("recipes", "toolchains", "toolchains/targets", "policies")
        for path in sorted(path for folder in folders for path in (self.root / folder).glob("[!.]*.y*ml")):
            if path.suffix == ".yml" or path.parent.name == "recipes":
                wanted = "recipes/<name>/recipe.yaml" if path.parent.name == "recipes" else f"{path.stem}.yaml"
                problem = f"is never read; the file must be named {wanted}"
                self.problems.append(Problem(path.relative_to(self.root), 1, 1, LoadReason.MISPLACED, problem))


def real_folder(folder: Path) -> Path:
    """A folder with its own links resolved, for what must lie in it."""
    return Path(os.path.realpath(folder))


def _by_folder(folder: Path) -> dict[str, Path]:
    """Every folder in `recipes/` is a recipe."""
    return {path.name: path / "recipe.yaml" for path in sorted(folder.glob("[!.]*")) if path.is_dir()}
