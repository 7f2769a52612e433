"""What a person asks for (`NAME[==VERSION][@TARGET]`) resolved against the project; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.errors import UsageError, UsageReason
from pipeline.load.problems import meant
from pipeline.load.project import Project
from pipeline.model.selector import parse_selector


@dataclass(frozen=True, order=True)
class Build:
    """One recipe at one version for one target (a triple)."""

    name: str
    version: str
    target: str

    def __str__(self) -> str:
        return f"{self.name}=={self.version}@{self.target}"


def resolve_target(project: Project, text: str) -> str:
    """The triple that `text` (a triple or an alias) means. Raises `UsageError`."""
    for triple, target in project.targets.items():
        if text in (triple, target.alias):
            return triple
    known = [name for triple, target in project.targets.items() for name in (triple, target.alias)]
    raise UsageError(
        UsageReason.UNKNOWN_TARGET,
        f"there is no target {text!r}{meant(text, known)}",
        hint=f"targets: {', '.join(sorted(project.targets))}",
    )


def select(project: Project, selectors: Sequence[str], targets: Iterable[str] = ()) -> tuple[Build, ...]:
    """All builds that the selectors mean, in order, each once.

    A selector without a target means every target of the recipe; `targets` (triples or aliases) narrows that.
    Raises `UsageError` for anything unknown.
    """
    only = {resolve_target(project, target) for target in targets}
    found: dict[Build, None] = {}
    for selector in selectors:
        for build in _one(project, selector):
            if not only or build.target in only:
                found[build] = None
    if not found and selectors:
        raise UsageError(
            UsageReason.TARGET_NOT_SUPPORTED,
            f"{', '.join(selectors)}: nothing to build for {', '.join(sorted(only))}",
            hint="python -m pipeline list",
        )
    return tuple(found)


def _one(project: Project, selector: str) -> list[Build]:
    parts = parse_selector(selector)
    if parts is None:
        raise UsageError(
            UsageReason.BAD_SELECTOR,
            f"{selector!r} is not NAME[==VERSION][@TARGET]",
            hint="for example: python -m pipeline build cpython==3.14.7@x86_64",
        )
    name, version, target = parts.name, parts.version, parts.target
    recipe = project.recipes.get(name)
    if recipe is None:
        raise UsageError(
            UsageReason.UNKNOWN_NAME,
            f"there is no recipe {name!r}{meant(name, project.recipes)}",
            hint="python -m pipeline list",
        )
    known = [item.version for item in recipe.versions]
    if version is not None and version not in known:
        raise UsageError(
            UsageReason.UNKNOWN_VERSION,
            f"{name} has no version {version!r}; recipes/{name}/recipe.yaml lists {', '.join(known)}",
            hint=f"add it under `versions:` in recipes/{name}/recipe.yaml",
        )
    if target is None:
        return [Build(name, version or known[0], triple) for triple in recipe.targets]
    triple = resolve_target(project, target)
    if triple not in recipe.targets:
        raise UsageError(
            UsageReason.TARGET_NOT_SUPPORTED,
            f"{name} is not built for {triple}; its targets are {', '.join(recipe.targets)}",
            hint=f"add the target under `targets:` in recipes/{name}/recipe.yaml",
        )
    return [Build(name, version or known[0], triple)]
