"""Loads what two interpreters were seen to answer equally; imports errors and router.lines.

A table belongs to one pair of archives: it is refused unless both digests are those of the installed pair. It is
data made
by `python -m difftiers`; what it does not list has not been compared, and stays on Full.

A script uses few of its attributes, modules and examples, and only those are decoded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from slimepython.errors import ManifestError, Reason
from slimepython.router.lines import split

SCHEMA: Final = 1
MAX_BYTES: Final = 16 * 1024**2
ANY: Final = "*"
READ: Final = -1
"""In place of a number of arguments: the attribute is only read."""
VALUE: Final = "="
"""Kind of a shape whose difference is more than the text of an exception."""


_BROKEN: Final = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading a table raises that is not one."""


class TableReason(Reason):
    """Why a table cannot be used."""

    UNREADABLE = "unreadable"
    MALFORMED = "malformed"
    UNKNOWN_SCHEMA = "unknown_schema"
    OTHER_PAIR = "other_pair"


@dataclass(frozen=True)
class Shape:
    """For which types of receiver and arguments a construct differs, and in what. None: whatever the type, or
    number."""

    kind: str
    receiver: frozenset[str] | None
    count: int | None
    arguments: tuple[frozenset[str], ...]


Shapes = tuple[Shape, ...]


class Types:
    """Sets of types by the letters that stand for them in a table; each is made once."""

    def __init__(self, letters: Mapping[str, str]) -> None:
        self._letters = letters
        self._known: dict[str, frozenset[str]] = {}

    def __getitem__(self, letters: str) -> frozenset[str]:
        found = self._known.get(letters)
        if found is None:
            found = self._known[letters] = frozenset(self._letters[each] for each in letters)
        return found


class Listed:
    """Constructs by name; their shapes are decoded when they are first asked for, since a script uses few.

    Asking raises `ManifestError` where the table is broken.
    """

    def __init__(self, raw: Mapping[str, Any], types: Types, path: Path) -> None:
        self._raw = raw
        self._types = types
        self._path = path
        self._known: dict[str, Shapes | None] = {}

    def __contains__(self, name: str) -> bool:
        try:
            return name in self._raw
        except _BROKEN as error:
            raise self._broken(name) from error

    def get(self, name: str) -> Shapes | None:
        """The shapes of a construct (none: equal for all that it was tried with), or None if it is not listed."""
        try:
            return self._known[name]
        except KeyError:
            found = self._known[name] = self._decoded(name)
            return found

    def kinds(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Each name, and in what it was seen to differ."""
        for name, raw in self._raw.items():
            yield name, frozenset(shape[0] for shape in raw)

    def names(self) -> frozenset[str]:
        """All names."""
        return frozenset(self._raw)

    def _decoded(self, name: str) -> Shapes | None:
        try:
            raw = self._raw.get(name)
            return None if raw is None else tuple(self._shape(each) for each in raw)
        except _BROKEN as error:
            raise self._broken(name) from error

    def _broken(self, name: str) -> ManifestError:
        return _refusal(TableReason.MALFORMED, self._path, f"is broken at {name}")

    def _shape(self, raw: list[Any]) -> Shape:
        kind, receiver, count, arguments = raw
        types = self._types
        return Shape(
            kind=kind,
            receiver=None if receiver == ANY else types[receiver],
            count=None if count == ANY else count,
            arguments=tuple(types[place] for place in arguments),
        )


@dataclass(frozen=True)
class ModuleTable:
    """One module: its listed names, the listed attributes of what it gives, and those it has besides."""

    names: Listed
    members: Listed
    others: frozenset[str]
    makes_floats: bool


class Modules:
    """Modules by name; one is decoded when it is first asked for."""

    def __init__(self, lines: Mapping[str, Any], types: Types, path: Path) -> None:
        self._lines = lines
        self._types = types
        self._path = path
        self._known: dict[str, ModuleTable | None] = {}

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __getitem__(self, name: str) -> ModuleTable:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def get(self, name: str) -> ModuleTable | None:
        """A module that was compared, or None. Raises `ManifestError` if the table is broken there."""
        if name not in self._known:
            self._known[name] = self._decoded(name)
        return self._known[name]

    def _decoded(self, name: str) -> ModuleTable | None:
        try:
            raw = self._lines.get(name)
            if raw is None or "names" not in raw:
                return None
            return ModuleTable(
                names=Listed(raw["names"], self._types, self._path),
                members=Listed(raw["members"], self._types, self._path),
                others=frozenset(raw["others"]),
                makes_floats=raw["float"],
            )
        except _BROKEN as error:
            raise _refusal(TableReason.MALFORMED, self._path, f"is broken at {name}") from error


class Examples:
    """What was seen to differ: construct → [what was run, what Full said, what Light said]."""

    def __init__(self, lines: Mapping[str, Any]) -> None:
        self._lines = lines

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def get(self, name: str) -> list[str] | None:
        """The example for a construct, or None."""
        try:
            found: list[str] | None = self._lines.get(name)
        except ValueError:
            return None
        return found


@dataclass(frozen=True)
class Tables:
    """Everything that is known about one pair. `unicode`: code points that any text function treats differently."""

    full_target: str
    light_target: str
    types: frozenset[str]
    builtins: Listed
    attributes: Listed
    operators: Listed
    formats: Listed
    percents: Listed
    nodes: frozenset[str]
    dunders: frozenset[str]
    keywords: frozenset[str]
    facts: frozenset[str]
    unicode: tuple[tuple[int, int], ...]
    modules: Modules
    known_modules: frozenset[str]
    examples: Examples


def load(path: Path, full_sha256: str, light_sha256: str) -> Tables:
    """The table of exactly this pair. Raises `ManifestError` (reason: a `TableReason`) for any other, or a broken
    one."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _refusal(TableReason.MALFORMED, path, f"is longer than {MAX_BYTES} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise _refusal(TableReason.UNREADABLE, path, f"cannot be read: {error.strerror}") from error
    try:
        document, long = split(data)
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            raise _refusal(TableReason.UNKNOWN_SCHEMA, path, f"is not of schema {SCHEMA}")
        if (document["full"]["sha256"], document["light"]["sha256"]) != (full_sha256, light_sha256):
            raise _refusal(TableReason.OTHER_PAIR, path, "compares other interpreters than those installed")
        return _tables(document, long, path)
    except _BROKEN as error:
        raise _refusal(TableReason.MALFORMED, path, f"is not a tier table ({type(error).__name__}: {error})") from error


def _refusal(reason: TableReason, path: Path, what: str) -> ManifestError:
    return ManifestError(
        reason, f"{path} {what}", hint="install the release again, or make tables anew: python -m difftiers"
    )


def _tables(document: dict[str, Any], long: Mapping[str, Mapping[str, Any]], path: Path) -> Tables:
    types = Types({letter: name for name, letter in document["types"].items()})
    return Tables(
        full_target=document["full"]["target"],
        light_target=document["light"]["target"],
        types=frozenset(document["types"]),
        unicode=tuple((low, high) for low, high in document["unicode"]),
        modules=Modules(long["modules"], types, path),
        known_modules=frozenset(document["named"]["modules"].split()),
        examples=Examples(long["examples"]),
        builtins=Listed(long["builtins"], types, path),
        attributes=Listed(long["attributes"], types, path),
        operators=Listed(long["operators"], types, path),
        formats=Listed(document["formats"], types, path),
        percents=Listed(document["percents"], types, path),
        nodes=frozenset(document["nodes"]),
        dunders=frozenset(document["dunders"]),
        keywords=frozenset(document["keywords"]),
        facts=frozenset(document["facts"]),
    )
