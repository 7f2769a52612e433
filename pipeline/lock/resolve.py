"""Which packages a toolchain needs: the closure of its roots' dependencies; no I/O, may import lock.index.

Not a solver: a suite is consistent in itself, so the first alternative that the suite can satisfy is taken,
and nothing is ever taken back. What is chosen depends on the yaml and the indexes alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from pipeline.errors import LockError
from pipeline.lock.index import Candidate, Index, Relation
from pipeline.lock.reasons import LockReason


def resolve(
    roots: Sequence[str],
    indexes: Mapping[str, Index],
    *,
    native: str,
    avoid: Mapping[str, str],
) -> tuple[Candidate, ...]:
    """The roots (`name` or `name:architecture`) and what they depend on, sorted by name and architecture.

    `indexes` maps an architecture to its index. A dependency that has an avoided package among its
    alternatives is left unmet. Raises LockError: `UNKNOWN_PACKAGE`, `UNSATISFIED`, `AVOID_UNUSED`.
    """
    closure = _Closure(indexes, native, avoid)
    for root in roots:
        name, _, architecture = root.partition(":")
        closure.add_root(name, architecture or native)
    closure.follow()
    unused = sorted(set(avoid) - closure.avoided)
    if unused:
        raise LockError(
            LockReason.AVOID_UNUSED,
            f"`avoid` lists what nothing depends on: {', '.join(unused)}",
            hint="remove these entries from `avoid` in the toolchain's yaml",
        )
    return tuple(sorted(closure.chosen.values(), key=lambda c: (c.name, c.architecture)))


class _Closure:
    def __init__(self, indexes: Mapping[str, Index], native: str, avoid: Mapping[str, str]) -> None:
        self._indexes = indexes
        self._native = native
        self._avoid = avoid
        self._todo: deque[tuple[Candidate, str]] = deque()
        self._provided: dict[tuple[str, str], list[str | None]] = {}
        self.chosen: dict[tuple[str, str], Candidate] = {}
        self.avoided: set[str] = set()

    def add_root(self, name: str, architecture: str) -> None:
        index = self._indexes.get(architecture)
        candidate = index.find(name) if index else None
        if candidate is None:
            raise LockError(
                LockReason.UNKNOWN_PACKAGE,
                f"there is no package {name} for {architecture} in the suite",
                hint="check its name under `packages` and `foreign_architectures` in the toolchain's yaml",
            )
        self._choose(candidate, architecture)

    def follow(self) -> None:
        while self._todo:
            candidate, architecture = self._todo.popleft()
            for group in candidate.depends:
                self._satisfy(candidate, group, architecture)

    def _choose(self, candidate: Candidate, architecture: str) -> None:
        # An `all` package is the same file for every architecture.
        key = (candidate.name, "all" if candidate.architecture == "all" else architecture)
        if key in self.chosen:
            return
        self.chosen[key] = candidate
        home = self._native if candidate.architecture == "all" or candidate.foreign else architecture
        offered = {candidate.name: candidate.version, **candidate.provides}
        for name, version in offered.items():
            self._provided.setdefault((name, home), []).append(version)
        self._todo.append((candidate, home))

    def _satisfy(self, asker: Candidate, group: Sequence[Relation], architecture: str) -> None:
        if any(self._has(relation, architecture) for relation in group):
            return
        avoided = {n for r in group for n in (r.name, f"{r.name}:{architecture}") if n in self._avoid}
        if avoided:
            self.avoided |= avoided
            return
        for relation in group:
            found = self._find(relation, architecture)
            if found is not None:
                self._choose(*found)
                return
        wanted = " | ".join(str(relation) for relation in group)
        raise LockError(
            LockReason.UNSATISFIED,
            f"{asker.name} depends on {wanted}, which the suite does not have for {architecture}",
            hint="name what to leave out under `avoid` in the toolchain's yaml, with the reason",
        )

    def _has(self, relation: Relation, architecture: str) -> bool:
        homes = {architecture, self._native} if relation.qualifier == "any" else {architecture}
        # A native package that is Multi-Arch: foreign serves every architecture; _choose filed it as native.
        versions = [v for home in homes for v in self._provided.get((relation.name, home), ())]
        native = self.chosen.get((relation.name, self._native)) or self.chosen.get((relation.name, "all"))
        if native is not None and (native.foreign or native.architecture == "all"):
            versions.append(native.version)
        return any(relation.admits(version) for version in versions)

    def _find(self, relation: Relation, architecture: str) -> tuple[Candidate, str] | None:
        qualifier = relation.qualifier
        home = qualifier if qualifier in self._indexes and qualifier is not None else architecture
        candidate = self._indexes[home].find(relation.name)
        if candidate is not None and relation.admits(candidate.version):
            return self._at_home(candidate, home)
        for provider in self._indexes[home].providers(relation.name):
            if relation.admits(provider.provides[relation.name]):
                return self._at_home(provider, home)
        return None

    def _at_home(self, candidate: Candidate, architecture: str) -> tuple[Candidate, str]:
        if candidate.foreign and architecture != self._native:
            native = self._indexes[self._native].find(candidate.name)
            if native is not None:
                return native, self._native
        return candidate, architecture
