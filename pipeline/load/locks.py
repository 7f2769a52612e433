"""A toolchain's lock is that toolchain's: its name, its suite, its architectures, all of its packages.

May import `pipeline.model` and the definitions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from pipeline.load.definitions import Definitions, real_folder
from pipeline.load.document import Document, Path_, parse
from pipeline.load.problems import BadDefinitions, LoadReason, Problem
from pipeline.load.reading import Refused, read_file
from pipeline.model.toolchain import Toolchain, ToolchainLock

SUFFIX = ".lock.json"


def lock_path(root: Path, name: str) -> Path:
    """Where a toolchain's lock is kept."""
    return root / "toolchains" / f"{name}{SUFFIX}"


def command(name: str) -> str:
    """What writes a toolchain's lock again."""
    return f"nox -s lock -- {name}"


class Locks:
    """Reads the locks of all toolchains; `problems` then holds what is wrong with them."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.within = real_folder(definitions.root / "toolchains")
        self.problems: list[Problem] = []
        self.digests: dict[str, str] = {}
        self.unfit: set[str] = set()

    def read(self) -> dict[str, ToolchainLock]:
        """The locks that could be understood, by their toolchains' names; `digests` are their files' sha256 (hex).

        `unfit` are the toolchains whose locks are missing, damaged or not (any more) theirs.
        """
        toolchains = self.definitions.toolchains
        found = {name: lock for name in toolchains.files if (lock := self._one(name)) is not None}
        for path in sorted((self.definitions.root / "toolchains").glob(f"*{SUFFIX}")):
            if (name := path.name.removesuffix(SUFFIX)) not in toolchains.files:
                shown = path.relative_to(self.definitions.root)
                message = toolchains.missing(name) or ""
                self.problems.append(Problem(shown, 1, 1, LoadReason.UNKNOWN_REFERENCE, message))
        return found

    def _one(self, name: str) -> ToolchainLock | None:
        path = lock_path(self.definitions.root, name)
        shown = path.relative_to(self.definitions.root)
        try:
            file = read_file(path, self.within)
            lock = ToolchainLock.model_validate_json(file.data)
        except Refused as error:
            self._refuse(name, [Problem(shown, 1, 1, error.reason, error.message, command(name))])
            return None
        except ValidationError as error:
            self._refuse(name, _damage(file.data, shown, error, name))
            return None
        self.digests[name] = file.sha256
        toolchain = self.definitions.toolchains.sound.get(name)
        stale = list(_differences(name, toolchain, lock)) if toolchain is not None else []
        if stale:
            document = _document(file.data, shown)
            reason = LoadReason.STALE_LOCK
            self._refuse(name, [document.problem(where, reason, said, command(name)) for where, said in stale])
        return lock

    def _refuse(self, name: str, problems: list[Problem]) -> None:
        self.unfit.add(name)
        self.problems += problems


def _differences(name: str, toolchain: Toolchain, lock: ToolchainLock) -> Iterator[tuple[Path_, str]]:
    """Where a lock is not what the toolchain says now."""
    if lock.name != name:
        yield ("name",), f"is the lock of {lock.name!r}, the file is {name!r}'s"
    if lock.suite != toolchain.suite:
        yield ("suite",), f"{lock.suite!r} was locked, toolchains/{name}.yaml says {toolchain.suite!r}"
    architectures = ("all", toolchain.architecture, *toolchain.foreign_architectures)
    for index, package in enumerate(lock.packages):
        if package.architecture not in architectures:
            message = f"{package.name} is for {package.architecture}, the toolchain for {', '.join(architectures[1:])}"
            yield ("packages", index, "architecture"), message
        if {package.name, f"{package.name}:{package.architecture}"} & toolchain.avoid.keys():
            yield ("packages", index), f"{package.name} is locked, and the toolchain's `avoid` lists it"
    locked = {(package.name, package.architecture) for package in lock.packages}
    for package_name in toolchain.packages:
        plain, _, architecture = package_name.partition(":")
        if not locked & {(plain, "all"), (plain, architecture or toolchain.architecture)}:
            yield ("packages",), f"{package_name} is not locked, and the toolchain's `packages` lists it"
    for plain in sorted(toolchain.maintainer_scripts.keys() - {package for package, _ in locked}):
        yield ("packages",), f"{plain} is not locked, and the toolchain's `maintainer_scripts` explains it"


def _damage(text: bytes, shown: Path, error: ValidationError, name: str) -> list[Problem]:
    """The problems of a lock that does not validate. JSON's own errors know their line."""
    try:
        json.loads(text)
    except json.JSONDecodeError as wrong:
        return [Problem(shown, wrong.lineno, wrong.colno, LoadReason.SYNTAX, wrong.msg, command(name))]
    except (UnicodeDecodeError, RecursionError):
        return [Problem(shown, 1, 1, LoadReason.SYNTAX, "is no JSON", command(name))]
    document = _document(text, shown)
    return [
        document.problem(
            tuple(detail["loc"]),
            LoadReason.BAD_VALUE,
            f"{'.'.join(str(part) for part in detail['loc'])}: {detail['msg'].removeprefix('Value error, ')}",
            command(name),
        )
        for detail in error.errors(include_url=False)
    ]


def _document(text: bytes, shown: Path) -> Document:
    """The places of a lock's values: JSON is YAML. Only made when something is wrong, since it takes its time."""
    try:
        return parse(text.decode("utf-8"), shown)
    except BadDefinitions:
        return Document(shown, None, {})
