"""A Packages index: candidates, what they depend on and provide; no I/O, imports python-debian.

Format: Debian Policy, chapters 5 (control files) and 7 (relationships).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from debian.deb822 import Deb822, PkgRelation
from debian.debian_support import Version, version_compare

from pipeline.errors import LockError
from pipeline.lock.reasons import LockReason

_NAME = re.compile(r"^Package: (\S+)$", re.MULTILINE)
_PROVIDES = re.compile(r"^Provides: (.*)$", re.MULTILINE)
_SIZE = re.compile(r"[0-9]{1,15}")
_LONGEST_VERSION = 256
"""Longer than any there is; comparing takes them apart into numbers."""
_FIELDS = ("Version", "Architecture", "Filename", "Size", "SHA256")


_OPERATORS: Mapping[str, Callable[[int, int], bool]] = {
    "<<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">>": operator.gt,
}


@dataclass(frozen=True)
class Relation:
    """One alternative of a dependency: `name[:qualifier] [(operator version)]`."""

    name: str
    qualifier: str | None = None
    operator: str | None = None
    version: str | None = None

    def admits(self, version: str | None) -> bool:
        """Whether `version` will do; None (an unversioned Provides) does if the relation is unversioned."""
        if self.operator is None or self.version is None:
            return True
        if version is None:
            return False
        return _OPERATORS[self.operator](version_compare(version, self.version), 0)

    def __str__(self) -> str:
        qualifier = f":{self.qualifier}" if self.qualifier else ""
        return f"{self.name}{qualifier}" + (f" ({self.operator} {self.version})" if self.operator else "")


@dataclass(frozen=True)
class Candidate:
    """One binary package of an index; `provides` maps a name to its version, or to None."""

    name: str
    version: str
    architecture: str
    foreign: bool
    path: str
    size: int
    sha256: str
    depends: tuple[tuple[Relation, ...], ...]
    provides: Mapping[str, str | None]


class Index:
    """All packages of one suite and architecture. Stanzas are parsed when asked for: few of 70 000 are."""

    def __init__(self, text: str) -> None:
        self._stanzas: dict[str, list[str]] = {}
        for stanza in text.split("\n\n"):
            name = _NAME.search(stanza)
            if name:
                self._stanzas.setdefault(name[1], []).append(stanza)

    def find(self, name: str) -> Candidate | None:
        """The newest package called `name`."""
        parsed = [_candidate(stanza) for stanza in self._stanzas.get(name, ())]
        newest = None
        for candidate in parsed:
            if newest is None or version_compare(candidate.version, newest.version) > 0:
                newest = candidate
        return newest

    def providers(self, name: str) -> tuple[Candidate, ...]:
        """The packages that provide `name`, in order of their own names."""
        found = (self.find(provider) for provider in sorted(self._providers.get(name, ())))
        return tuple(c for c in found if c is not None and name in c.provides)

    @cached_property
    def _providers(self) -> dict[str, set[str]]:
        providers: dict[str, set[str]] = {}
        for name, stanzas in self._stanzas.items():
            for stanza in stanzas:
                provides = _PROVIDES.search(stanza)
                for entry in provides[1].split(",") if provides else ():
                    providers.setdefault(entry.split("(")[0].strip(), set()).add(name)
        return providers


def _candidate(stanza: str) -> Candidate:
    fields = Deb822(stanza)
    wrong = next(_wrong(fields), None)
    if wrong is not None:
        raise LockError(
            LockReason.BAD_INDEX,
            f"the index entry of {fields.get('Package')} {wrong}",
            hint="set SLIMEPYTHON_DEBIAN_MIRROR to another mirror",
        )
    groups = [*_relations(fields.get("Pre-Depends")), *_relations(fields.get("Depends"))]
    return Candidate(
        name=fields["Package"],
        version=fields["Version"],
        architecture=fields["Architecture"],
        foreign=fields.get("Multi-Arch") == "foreign",
        path=fields["Filename"],
        size=int(fields["Size"]),
        sha256=fields["SHA256"],
        depends=tuple(groups),
        provides={r.name: r.version for group in _relations(fields.get("Provides")) for r in group},
    )


def _wrong(fields: Deb822) -> Iterator[str]:
    """What of an entry cannot be used."""
    absent = [key for key in _FIELDS if key not in fields]
    if absent:
        yield f"lacks {', '.join(absent)}"
        return
    if not _SIZE.fullmatch(fields["Size"]):
        yield f"has the size {fields['Size']!r}"
    related = [
        relation
        for key in ("Pre-Depends", "Depends", "Provides")
        for group in _relations(fields.get(key))
        for relation in group
    ]
    yield from (f"has the relation {relation}" for relation in related if relation.operator not in (None, *_OPERATORS))
    for version in (fields["Version"], *(relation.version for relation in related if relation.version is not None)):
        if not _is_version(version):
            yield f"has the version {version[:80]!r}"


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except ValueError:
        return False
    return len(text) <= _LONGEST_VERSION


def _relations(text: str | None) -> tuple[tuple[Relation, ...], ...]:
    if not text or not text.strip():
        return ()
    return tuple(
        tuple(
            Relation(
                alternative["name"],
                alternative.get("archqual"),
                *(alternative.get("version") or (None, None)),
            )
            for alternative in group
        )
        for group in PkgRelation.parse_relations(text)
    )
