"""Which published artifact serves a wish on a machine: a pure function; imports the package's errors and models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from slimepython.errors import Reason, ResolveError, UsageError
from slimepython.release.machine import Machine
from slimepython.release.model import WASI, Artifact, Manifest

WASI_TARGET: Final = "wasm32-wasip1"


class ResolveReason(Reason):
    """What the candidate that came closest lacks, from the coarsest to the finest."""

    NOTHING_PUBLISHED = "nothing-published"
    WRONG_KIND = "wrong-kind"
    WRONG_TIER = "wrong-tier"
    WRONG_TARGET = "wrong-target"
    WRONG_VERSION = "wrong-version"
    WRONG_ISA = "wrong-isa"
    WRONG_LIBC = "wrong-libc"
    NO_ENGINE = "no-engine"
    MISSING_MODULES = "missing-modules"
    BAD_SPECIFIER = "bad-specifier"


_ORDER: Final = {reason: index for index, reason in enumerate(ResolveReason)}


@dataclass(frozen=True)
class Wish:
    """What is asked for. `version` is a specifier (PEP 440: `3.14.*`, `>=3.14`); a bare version means that one.

    `target` overrides `platform`. `foreign` asks for another machine's artifact, to be looked at or run elsewhere:
    then nothing is asked of this machine.
    """

    tier: str | None = None
    platform: str = "native"
    target: str | None = None
    version: str | None = None
    modules: frozenset[str] = field(default_factory=frozenset)
    kind: str = "interpreter"
    foreign: bool = False


def resolve(manifests: Iterable[Manifest], machine: Machine, wish: Wish) -> Artifact:
    """The best artifact that `machine` can run: newest version, then highest level, then fewest options.

    Raises `ResolveError`; its message says of each artifact what it lacks, its reason is that of the closest one.
    """
    specifier = _specifier(wish.version)
    artifacts = [artifact for manifest in manifests for artifact in manifest.artifacts]
    judged = [(artifact, lacks(artifact, machine, wish, specifier)) for artifact in artifacts]
    fitting = [artifact for artifact, lack in judged if lack is None]
    if fitting:
        return max(fitting, key=lambda artifact: _rank(artifact, machine))
    raise _nothing(judged, machine, wish)


def lacks(
    artifact: Artifact, machine: Machine, wish: Wish, specifier: SpecifierSet
) -> tuple[ResolveReason, str] | None:
    """The first thing that keeps `artifact` from serving, or None."""
    target = wanted_target(machine, wish)
    requires = artifact.requires
    if artifact.kind != wish.kind or artifact.entry is None:
        return ResolveReason.WRONG_KIND, f"it is no {wish.kind}"
    if wish.tier is not None and artifact.tier != wish.tier:
        return ResolveReason.WRONG_TIER, f"its tier is {artifact.tier}, not {wish.tier}"
    if artifact.target != target:
        return ResolveReason.WRONG_TARGET, f"it is for {artifact.target}, not {target}"
    if not _matches(specifier, artifact.version):
        return ResolveReason.WRONG_VERSION, f"its version is {artifact.version}, not {wish.version}"
    missing = sorted(wish.modules - artifact.capabilities)
    unfit = None if wish.foreign else _unfit(artifact, machine)
    if unfit is not None:
        return unfit
    if requires.runtime not in (None, WASI):
        return ResolveReason.NO_ENGINE, f"it needs {requires.runtime}, which this program does not have"
    if missing:
        return ResolveReason.MISSING_MODULES, f"it has no {', '.join(missing)}"
    return None


def wanted_target(machine: Machine, wish: Wish) -> str:
    """The target triple that a wish comes down to."""
    if wish.target is not None:
        return wish.target
    return WASI_TARGET if wish.platform == "wasi" else machine.target


def _unfit(artifact: Artifact, machine: Machine) -> tuple[ResolveReason, str] | None:
    """Why this machine cannot run what is otherwise the right artifact; its target's name alone proves nothing."""
    requires = artifact.requires
    if requires.runtime == WASI:
        if machine.wasmtime is None:
            return ResolveReason.NO_ENGINE, "it needs wasmtime, which is not installed (pip install wasmtime)"
        return None
    if not artifact.target.startswith(f"{machine.arch}-"):
        return ResolveReason.WRONG_TARGET, f"it is for {artifact.target}, and this machine is {machine.arch}"
    if requires.isa not in machine.isa:
        return ResolveReason.WRONG_ISA, f"it needs {requires.isa}, this processor has {' '.join(machine.isa)}"
    if requires.glibc is not None:
        if machine.glibc is None:
            return ResolveReason.WRONG_LIBC, f"it needs glibc {requires.glibc}, and this system has none"
        if Version(machine.glibc) < Version(requires.glibc):
            return ResolveReason.WRONG_LIBC, f"it needs glibc {requires.glibc}, this system has {machine.glibc}"
    return None


def _specifier(text: str | None) -> SpecifierSet:
    if text is None:
        return SpecifierSet()
    try:
        return SpecifierSet(f"=={text}" if text[:1].isdigit() else text)
    except InvalidSpecifier as error:
        raise UsageError(
            ResolveReason.BAD_SPECIFIER,
            f"{text!r} is not a version specifier",
            hint="examples: 3.14.7, 3.14.*, '>=3.13,<3.15'",
        ) from error


def _matches(specifier: SpecifierSet, version: str) -> bool:
    try:
        return specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return not str(specifier)


def _rank(artifact: Artifact, machine: Machine) -> tuple[bool, Version, int, int, str]:
    try:
        known, version = True, Version(artifact.version)
    except InvalidVersion:
        known, version = False, Version("0")
    isa = artifact.requires.isa
    level = machine.isa.index(isa) if isa in machine.isa else -1
    return known, version, level, -len(artifact.options), artifact.file.sha256


def _nothing(
    judged: list[tuple[Artifact, tuple[ResolveReason, str] | None]], machine: Machine, wish: Wish
) -> ResolveError:
    wanted = f"{wish.tier or 'any'} tier, {wish.kind}, {wanted_target(machine, wish)}"
    if not judged:
        return ResolveError(
            ResolveReason.NOTHING_PUBLISHED,
            f"nothing is there to choose from ({wanted})",
            hint="install something: slimepython install --from FOLDER-OR-URL",
        )
    lacking = [(artifact, lack) for artifact, lack in judged if lack is not None]
    lacking.sort(key=lambda item: (-_ORDER[item[1][0]], item[0].label))
    lines = [f"  {artifact.label}: {text}" for artifact, (_, text) in lacking]
    return ResolveError(
        lacking[0][1][0],
        "\n".join([f"nothing fits ({wanted}); of what there is", *lines]),
        hint="ask for something else (--tier, --target, --version), or use another release (--from)",
    )
