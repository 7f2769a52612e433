"""Every name in a definition is one that there is; may import `pipeline.model` and the definitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.load.definitions import Definitions
from pipeline.load.document import Path_
from pipeline.load.problems import LoadReason, Problem, meant
from pipeline.model.policy import Policy
from pipeline.model.recipe import ArtifactSpec, Dependency, Filtered, Recipe
from pipeline.model.selector import parse_selector
from pipeline.model.toolchain import PROBE_TOOLCHAIN, Toolchain


def check_references(definitions: Definitions) -> Iterator[Problem]:
    """All names, in all files that could be understood."""
    for folder, recipe in definitions.recipes.sound.items():
        yield from _Recipe(definitions, folder, recipe).check()
    for stem, toolchain in definitions.toolchains.sound.items():
        yield from _toolchain(definitions, stem, toolchain)
    yield from _targets(definitions)
    for stem, policy in definitions.policies.sound.items():
        yield from _policy(definitions, stem, policy)
    yield from _release(definitions)


class _Recipe:
    def __init__(self, definitions: Definitions, folder: str, recipe: Recipe) -> None:
        self.all = definitions
        self.folder = folder
        self.recipe = recipe
        self.versions = [version.version for version in recipe.versions]

    def at(self, where: Path_, reason: LoadReason, message: str) -> Problem:
        return self.all.at(self.all.recipes.files[self.folder], where, reason, message)

    def check(self) -> Iterator[Problem]:
        recipe = self.recipe
        if recipe.name != self.folder:
            message = f"says {recipe.name!r} but its folder is {self.folder!r}"
            yield self.at(("name",), LoadReason.NAME_MISMATCH, message)
        yield from self._toolchain()
        for index, triple in enumerate(recipe.targets):
            if said := self.all.targets.missing(triple):
                yield self.at(("targets", index), LoadReason.UNKNOWN_REFERENCE, said)
        yield from self._filters(("steps",), recipe.steps)
        yield from self._filters(("artifacts",), recipe.artifacts)
        for key, listed in (("dependencies", recipe.dependencies), ("native", recipe.native)):
            yield from self._filters((key,), listed)
            for index, dependency in enumerate(listed):
                yield from self._dependency((key, index), dependency)
        for index, artifact in enumerate(recipe.artifacts):
            yield from self._artifact(("artifacts", index), artifact)
        if recipe.train is not None:
            yield from self._own_target(("train", "target"), recipe.train.target)
            yield from self._filters(("train", "steps"), recipe.train.steps)

    def _toolchain(self) -> Iterator[Problem]:
        name = self.recipe.toolchain
        if said := self.all.toolchains.missing(name):
            yield self.at(("toolchain",), LoadReason.UNKNOWN_REFERENCE, said)
        elif (found := self.all.toolchains.sound.get(name)) is not None and found.kind != "rootfs":
            message = f"{name!r} is a {found.kind}; a recipe is built in a rootfs"
            yield self.at(("toolchain",), LoadReason.UNFIT, message)

    def _filters(self, where: Path_, entries: Sequence[Filtered]) -> Iterator[Problem]:
        """A filter names what the recipe has: else the entry is left out and nobody is told."""
        for index, entry in enumerate(entries):
            if entry.targets == ():
                message = "no target is named, so it never holds; leave `targets` out to mean all"
                yield self.at((*where, index, "targets"), LoadReason.NEVER_HOLDS, message)
            for i, triple in enumerate(entry.targets or ()):
                yield from self._own_target((*where, index, "targets", i), triple)
            if not any(entry.has_version(version) for version in self.versions):
                message = f"{entry.versions!r} holds for none of the recipe's versions: {', '.join(self.versions)}"
                yield self.at((*where, index, "versions"), LoadReason.NEVER_HOLDS, message)

    def _own_target(self, where: Path_, triple: str) -> Iterator[Problem]:
        if said := self.all.targets.missing(triple, near=self.recipe.targets):
            yield self.at(where, LoadReason.UNKNOWN_REFERENCE, said)
        elif triple not in self.recipe.targets:
            message = f"{triple!r} is not among the recipe's own targets: {', '.join(self.recipe.targets)}"
            yield self.at(where, LoadReason.NEVER_HOLDS, message)

    def _dependency(self, where: Path_, dependency: Dependency) -> Iterator[Problem]:
        if said := self.all.recipes.missing(dependency.name):
            yield self.at(where, LoadReason.UNKNOWN_REFERENCE, said)
            return
        found = self.all.recipes.sound.get(dependency.name)
        if found is not None and dependency.version is not None:
            known = [version.version for version in found.versions]
            if dependency.version not in known:
                message = f"{dependency.name} has no version {dependency.version!r}; there are: {', '.join(known)}"
                yield self.at((*where, "version"), LoadReason.UNKNOWN_REFERENCE, message)

    def _artifact(self, where: Path_, artifact: ArtifactSpec) -> Iterator[Problem]:
        """Its policy is one for what it is: a part of policies, or one for something else, would judge too little."""
        name = artifact.policy
        if PROBE_TOOLCHAIN not in self.all.toolchains.files:
            message = f"what is published is probed with the toolchain {PROBE_TOOLCHAIN!r}, which there is not"
            yield self.at(where, LoadReason.UNKNOWN_REFERENCE, message)
        policy = self.all.policies.sound.get(name)
        if said := self.all.policies.missing(name):
            yield self.at((*where, "policy"), LoadReason.UNKNOWN_REFERENCE, said)
        elif policy is not None and not policy.is_for(artifact.kind, artifact.tier):
            fit = [n for n, p in self.all.policies.sound.items() if p.is_for(artifact.kind, artifact.tier)]
            tier = f" of tier {artifact.tier}" if artifact.tier else " of no tier"
            message = f"{name!r} does not judge a {artifact.kind}{tier}; what does: {', '.join(fit) or 'none'}"
            yield self.at((*where, "policy"), LoadReason.UNFIT, message)


def _toolchain(definitions: Definitions, stem: str, toolchain: Toolchain) -> Iterator[Problem]:
    path = definitions.toolchains.files[stem]
    if toolchain.name != stem:
        message = f"says {toolchain.name!r} but the file is {stem!r}"
        yield definitions.at(path, ("name",), LoadReason.NAME_MISMATCH, message)
    known = (toolchain.architecture, *toolchain.foreign_architectures)
    for index, package in enumerate(toolchain.packages):
        _, colon, architecture = package.partition(":")
        if colon and architecture not in known:
            message = f"{package!r} is of no architecture of this toolchain{meant(architecture, known)}"
            yield definitions.at(path, ("packages", index), LoadReason.UNKNOWN_REFERENCE, message)


def _targets(definitions: Definitions) -> Iterator[Problem]:
    names: dict[str, str] = {triple: triple for triple in definitions.targets.files}
    for stem, target in definitions.targets.sound.items():
        path = definitions.targets.files[stem]
        if target.triple != stem:
            message = f"says {target.triple!r} but the file is {stem!r}"
            yield definitions.at(path, ("triple",), LoadReason.NAME_MISMATCH, message)
        if names.setdefault(target.alias, stem) != stem:
            message = f"{target.alias!r} means {names[target.alias]!r} already"
            yield definitions.at(path, ("alias",), LoadReason.DUPLICATE_NAME, message)
        wanted: list[tuple[Path_, str, str]] = [(("toolchains", name), name, "rootfs") for name in target.toolchains]
        if target.sysroot is not None:
            wanted.append((("sysroot",), target.sysroot, "sysroot"))
        for where, name, kind in wanted:
            found = definitions.toolchains.sound.get(name)
            if said := definitions.toolchains.missing(name):
                yield definitions.at(path, where, LoadReason.UNKNOWN_REFERENCE, said)
            elif found is not None and found.kind != kind:
                yield definitions.at(path, where, LoadReason.UNFIT, f"{name!r} is a {found.kind}, no {kind}")


def _policy(definitions: Definitions, stem: str, policy: Policy) -> Iterator[Problem]:
    path = definitions.policies.files[stem]
    if policy.name != stem:
        message = f"says {policy.name!r} but the file is {stem!r}"
        yield definitions.at(path, ("name",), LoadReason.NAME_MISMATCH, message)
    for index, name in enumerate(policy.include):
        included = definitions.policies.sound.get(name)
        if said := definitions.policies.missing(name):
            yield definitions.at(path, ("include", index), LoadReason.UNKNOWN_REFERENCE, said)
        elif included is not None and included.include:
            message = f"{name!r} includes others itself; only one level is read"
            yield definitions.at(path, ("include", index), LoadReason.BAD_VALUE, message)
    for where, triple in policy.named_targets():
        if said := definitions.targets.missing(triple):
            yield definitions.at(path, where, LoadReason.UNKNOWN_REFERENCE, said)
        elif policy.targets is not None and triple not in (*policy.targets, *policy.not_for):
            message = f"the policy itself is not for {triple!r}: name it in the policy's `targets`, too"
            yield definitions.at(path, where, LoadReason.NEVER_HOLDS, message)


def _release(definitions: Definitions) -> Iterator[Problem]:
    """What the release names can be built."""
    for index, text in enumerate(definitions.release.build if definitions.release is not None else ()):
        for message in _selector(definitions, text):
            yield definitions.at(
                definitions.release_file, ("build", index), LoadReason.UNKNOWN_REFERENCE, f"{text}: {message}"
            )


def _selector(definitions: Definitions, text: str) -> Iterator[str]:
    selector = parse_selector(text)
    if selector is None:
        yield "is not NAME[==VERSION][@TARGET]"
        return
    if said := definitions.recipes.missing(selector.name):
        yield said
    aliases = {target.alias: stem for stem, target in definitions.targets.sound.items()}
    triple = aliases.get(selector.target or "", selector.target)
    # A target whose file could not be understood may have any alias.
    certain = len(aliases) == len(definitions.targets.files)
    unknown = definitions.targets.missing(triple, near=[*aliases, *aliases.values()]) if triple is not None else None
    if unknown and certain:
        yield unknown
    recipe = definitions.recipes.sound.get(selector.name)
    if recipe is None:
        return
    known = [version.version for version in recipe.versions]
    if selector.version is not None and selector.version not in known:
        yield f"{recipe.name} has no version {selector.version!r}; there are: {', '.join(known)}"
    if triple is not None and not unknown and triple not in recipe.targets:
        yield f"{recipe.name} is not built for {triple}; its targets are {', '.join(recipe.targets)}"
