"""All definition files of a project, each parsed alone; what they say of each other is checked elsewhere.

May import `pipeline.model` and the reading of one file.
"""

from __future__ import annotations

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
        folder = self.root / "toolchains"
        return Definitions(
            root=self.root,
            recipes=self.named("recipe", self._recipe_files(), Recipe),
            toolchains=self.named("toolchain", by_stem(folder), Toolchain),
            targets=self.named("target", by_stem(folder / "targets"), Target),
            policies=self.named("policy", by_stem(self.root / "policies"), Policy),
            release=self._one(self.root / "release.yaml", Release),
            documents=self.documents,
        )

    def _recipe_files(self) -> dict[str, Path]:
        return {path.parent.name: path for path in sorted((self.root / "recipes").glob("*/recipe.yaml"))}

    def named(self, what: str, files: Mapping[str, Path], model: type[M]) -> Named[M]:
        """The definitions of one kind, of which each lies in a file."""
        read_ = {name: self._one(path, model) for name, path in files.items()}
        return Named(what, files, {name: found for name, found in read_.items() if found is not None})

    def _one(self, path: Path, model: type[M]) -> M | None:
        try:
            document = read(path, path.relative_to(self.root))
            self.documents[path] = document
            return validate(document, model)
        except BadDefinitions as error:
            self.problems += error.problems
            return None


def by_stem(folder: Path) -> dict[str, Path]:
    """The YAML files of a folder by the names that they stand for."""
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}
