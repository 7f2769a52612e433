"""The files that a recipe names: found by its globs, read once, and nothing from outside of `recipes/`.

May import `pipeline.model` and the reading of one file. A link is read as what it leads to: another recipe's
folder may be shared by one, and the build sees plain files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.load.captured import CapturedFile
from pipeline.load.definitions import Definitions, real_folder
from pipeline.load.document import Path_
from pipeline.load.problems import LoadReason, Problem, meant
from pipeline.load.reading import Refused, read_file, resolved
from pipeline.model.recipe import Recipe

Found = Mapping[str, CapturedFile]
"""Files by their paths in the recipe's folder."""


class RecipeFiles:
    """The files of all recipes, each read once however many globs match it."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.within = real_folder(definitions.root / "recipes")
        self.problems: list[Problem] = []

    def read(self) -> dict[str, dict[str, Found]]:
        """Recipe → glob → what it matches; `problems` then holds what is wrong."""
        return {name: self._recipe(name, recipe) for name, recipe in self.definitions.recipes.sound.items()}

    def crate_manifests(self) -> dict[str, CapturedFile]:
        """Recipe → the `Cargo.toml` beside its crates' lock, where cargo wants it."""
        found: dict[str, CapturedFile] = {}
        for name, recipe in self.definitions.recipes.sound.items():
            if recipe.crates is not None:
                lock = self.definitions.root / "recipes" / name / recipe.crates.lock
                try:
                    found[name] = read_file(lock.with_name("Cargo.toml"), self.within)
                except Refused as error:
                    message = f"the 'Cargo.toml' beside {recipe.crates.lock!r} in recipes/{name}/ {error.message}"
                    self._note(name, ("crates", "lock"), error.reason, message)
        return found

    def _recipe(self, name: str, recipe: Recipe) -> dict[str, Found]:
        folder = self.definitions.root / "recipes" / name
        seen: dict[str, CapturedFile] = {}
        found: dict[str, Found] = {}
        for where, glob, exact in named_files(recipe):
            try:
                found[glob] = self._matching(folder, glob, seen)
            except Refused as error:
                self._note(name, where, error.reason, error.message)
                continue
            if (exact and set(found[glob]) != {glob}) or not found[glob]:
                kind = "is no file" if exact else "matches no file"
                close = meant(glob, _around(folder, glob)) if exact else ""
                self._note(name, where, LoadReason.MISSING_FILE, f"{glob!r} {kind} in recipes/{name}/{close}")
        return found

    def _matching(self, folder: Path, glob: str, seen: dict[str, CapturedFile]) -> Found:
        """Raises `Refused` for the first file that must not be read."""
        found: dict[str, CapturedFile] = {}
        for path in _paths(folder, glob):
            name = path.relative_to(folder).as_posix()
            try:
                name.encode("utf-8")
                if resolved(path, self.within).is_dir():
                    continue
                if name not in seen:
                    seen[name] = read_file(path, self.within)
            except UnicodeEncodeError as error:
                raise Refused(LoadReason.UNREADABLE, f"{glob!r}: the name {name!r} is not UTF-8") from error
            except Refused as error:
                raise Refused(error.reason, f"{glob!r}: {name} {error.message}") from error
            found[name] = seen[name]
        return found

    def _note(self, name: str, where: Path_, reason: LoadReason, message: str) -> None:
        self.problems.append(self.definitions.at(self.definitions.recipes.files[name], where, reason, message))


def named_files(recipe: Recipe) -> Iterator[tuple[Path_, str, bool]]:
    """Every file that a recipe mentions: where, its glob, and whether it is one file's own name instead."""
    for index, glob in enumerate(recipe.files):
        yield ("files", index), glob, False
    for index, version in enumerate(recipe.versions):
        for i, glob in enumerate(version.files):
            yield ("versions", index, "files", i), glob, False
        for number, source in enumerate(version.sources):
            for i, patch in enumerate(source.patches):
                yield ("versions", index, "sources", number, "patches", i), patch, True
    if recipe.crates is not None:
        yield ("crates", "lock"), recipe.crates.lock, True
    if recipe.train is not None:
        for index, glob in enumerate(recipe.train.files):
            yield ("train", "files", index), glob, False


def _paths(folder: Path, glob: str) -> list[Path]:
    """What a glob matches. Raises `Refused` for what is no glob."""
    try:
        return sorted(folder.glob(glob))
    except (ValueError, NotImplementedError, IndexError) as error:
        raise Refused(LoadReason.MISSING_FILE, f"{glob!r} is no pattern: {error}") from error
    except OSError as error:
        raise Refused(LoadReason.UNREADABLE, f"{glob!r}: {error.strerror}") from error


def _around(folder: Path, name: str) -> list[str]:
    """The files beside one that is not there."""
    beside = (folder / name).parent
    return [path.relative_to(folder).as_posix() for path in beside.iterdir()] if beside.is_dir() else []
