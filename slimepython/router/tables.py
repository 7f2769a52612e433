"""Loads what two interpreters were seen to answer equally; imports errors only.

A table belongs to one pair of archives: it is refused unless both digests are those of the installed pair. It is
data made
by `python -m difftiers`; what it does not list has not been compared, and stays on Full.

The file is JSON with one module and one example a line: a script uses few of them, and only those are decoded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from slimepython.errors import ManifestError, Reason

SCHEMA: Final = 1
MAX_BYTES: Final = 16 * 1024**2
ANY: Final = "*"
READ: Final = -1
"""In place of a number of arguments: the attribute is only read."""
VALUE: Final = "="
"""Kind of a shape whose difference is more than the text of an exception."""


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


class Listed:
    """Constructs by name; their shapes are decoded when they are first asked for, since a script uses few."""

    def __init__(self, raw: Mapping[str, Any], letters: Mapping[str, str]) -> None:
        self._raw = raw
        self._letters = letters
        self._known: dict[str, Shapes] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._raw

    def get(self, name: str) -> Shapes | None:
        """The shapes of a construct (none: equal for all that it was tried with), or None if it is not listed."""
        shapes = self._known.get(name)
        if shapes is None:
            raw = self._raw.get(name)
            if raw is None:
                return None
            shapes = self._known[name] = tuple(self._shape(each) for each in raw)
        return shapes

    def kinds(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Each name, and in what it was seen to differ."""
        for name, raw in self._raw.items():
            yield name, frozenset(shape[0] for shape in raw)

    def names(self) -> frozenset[str]:
        """All names."""
        return frozenset(self._raw)

    def _shape(self, raw: list[Any]) -> Shape:
        kind, receiver, count, arguments = raw
        letters = self._letters
        return Shape(
            kind=kind,
            receiver=None if receiver == ANY else frozenset(letters[each] for each in receiver),
            count=None if count == ANY else count,
            arguments=tuple(frozenset(letters[each] for each in place) for place in arguments),
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

    def __init__(self, lines: Mapping[str, bytes], letters: Mapping[str, str], path: Path) -> None:
        self._lines = lines
        self._letters = letters
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
        line = self._lines.get(name)
        if line is None:
            return None
        try:
            raw = json.loads(line)
            if "names" not in raw:
                return None
            return ModuleTable(
                names=Listed(raw["names"], self._letters),
                members=Listed(raw["members"], self._letters),
                others=frozenset(raw["others"]),
                makes_floats=raw["float"],
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise _refusal(TableReason.MALFORMED, self._path, f"is broken at {name}") from error


class Examples:
    """What was seen to differ: construct → [what was run, what Full said, what Light said]; decoded one by one."""

    def __init__(self, lines: bytes) -> None:
        self._lines = lines

    @cached_property
    def _raw(self) -> Mapping[str, bytes]:
        return dict(_entry(line) for line in self._lines.split(b"\n") if line)

    def __contains__(self, name: object) -> bool:
        return name in self._raw

    def get(self, name: str) -> list[str] | None:
        """The example for a construct, or None."""
        line = self._raw.get(name)
        try:
            found: list[str] | None = None if line is None else json.loads(line)
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
    returns: Mapping[str, frozenset[str]]
    method_returns: Mapping[str, frozenset[str]]
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
        document, modules, examples = _parts(data)
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            raise _refusal(TableReason.UNKNOWN_SCHEMA, path, f"is not of schema {SCHEMA}")
        if (document["full"]["sha256"], document["light"]["sha256"]) != (full_sha256, light_sha256):
            raise _refusal(TableReason.OTHER_PAIR, path, "compares other interpreters than those installed")
        return _tables(document, modules, examples, path)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _refusal(TableReason.MALFORMED, path, f"is not a tier table ({type(error).__name__}: {error})") from error


def _refusal(reason: TableReason, path: Path, what: str) -> ManifestError:
    return ManifestError(
        reason, f"{path} {what}", hint="install the release again, or make tables anew: python -m difftiers"
    )


_MODULES: Final = b',\n"modules":{\n'
_EXAMPLES: Final = b'\n},\n"examples":{\n'
_END: Final = b"\n}}\n"


def dump(document: Mapping[str, Any]) -> bytes:
    """A table as it is kept: JSON, with one module and one example a line."""
    rest = {key: value for key, value in document.items() if key not in ("modules", "examples")}
    head = _compact(rest).removesuffix(b"}")
    modules, examples = (_lines(document[key]) for key in ("modules", "examples"))
    return b"".join((head, _MODULES, modules, _EXAMPLES, examples, _END))


def _lines(entries: Mapping[str, Any]) -> bytes:
    return b",\n".join(_compact({name: entries[name]})[1:-1] for name in sorted(entries))


def _compact(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _parts(data: bytes) -> tuple[Any, Mapping[str, bytes], bytes]:
    """What every script needs, decoded; each module and all examples, as they are."""
    head, cut, rest = data.partition(_MODULES)
    modules, also, examples = rest.partition(_EXAMPLES)
    if not (cut and also and examples.endswith(_END)):  # somebody has written the same document in another way
        document = json.loads(data)
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            return document, {}, b""
        return _parts(dump(document))
    lines = dict(_entry(line) for line in modules.split(b"\n") if line)
    return json.loads(head + b"}"), lines, examples.removesuffix(_END)


def _entry(line: bytes) -> tuple[str, bytes]:
    name, _, value = line.partition(b'":')
    return name[1:].decode(), value.rstrip(b",")


def _tables(document: dict[str, Any], modules: Mapping[str, bytes], examples: bytes, path: Path) -> Tables:
    letters = {letter: name for name, letter in document["types"].items()}
    listed = {
        field: Listed(document[field], letters)
        for field in ("builtins", "attributes", "operators", "formats", "percents")
    }
    sets = {field: frozenset(document[field]) for field in ("nodes", "dunders", "keywords", "facts")}
    return Tables(
        full_target=document["full"]["target"],
        light_target=document["light"]["target"],
        types=frozenset(document["types"]),
        returns={name: frozenset(kinds) for name, kinds in document["returns"].items()},
        method_returns={name: frozenset(kinds) for name, kinds in document["method_returns"].items()},
        unicode=tuple((low, high) for low, high in document["unicode"]),
        modules=Modules(modules, letters, path),
        known_modules=frozenset(modules),
        examples=Examples(examples),
        builtins=listed["builtins"],
        attributes=listed["attributes"],
        operators=listed["operators"],
        formats=listed["formats"],
        percents=listed["percents"],
        nodes=sets["nodes"],
        dunders=sets["dunders"],
        keywords=sets["keywords"],
        facts=sets["facts"],
    )
