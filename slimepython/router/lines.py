"""How a table is kept: JSON whose long mappings have an entry a line, so that a few can be read without the rest;
imports nothing of the package."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

LONG: Final = ("attributes", "builtins", "operators", "modules", "examples")
"""The mappings that are written line by line, in this order, after everything else."""
NAMED: Final = LONG[:-1]
"""Those of them whose names are written beside everything else as well, in one text: a script asks for many."""
_read: Final = json.JSONDecoder().raw_decode
_END: Final = b"\n}}\n"


class Lines(Mapping[str, Any]):
    """A mapping that is read from its lines, each when it is asked for: who asks remembers what it makes of them.

    `names`: those of all lines, in their order, if they are known. Raises `ValueError` for a broken line.
    """

    def __init__(self, data: bytes, begin: int, end: int, names: Sequence[str] | None) -> None:
        self._data = data
        self._place = slice(begin, end)
        self._names = names

    @cached_property
    def _lines(self) -> dict[str, bytes]:
        text = self._data[self._place]
        lines = text.split(b",\n") if text else []
        return dict(zip(map(_name, lines) if self._names is None else self._names, lines, strict=True))

    def __getitem__(self, name: str) -> Any:
        return _value(self._lines[name])

    def __contains__(self, name: object) -> bool:
        return name in self._lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def _name(line: bytes) -> str:
    before = line.partition(b'":')[0] + b'"'
    # Most names are written as they are, and asking for them all is what takes time.
    name: str = _read(line.decode())[0] if b"\\" in before else before[1:-1].decode()
    return name


def _value(line: bytes) -> Any:
    text = line.decode()
    _, end = _read(text)
    return _read(text, end + 1)[0]


def dump(document: Mapping[str, Any]) -> bytes:
    """A table as it is kept. Raises `KeyError` if it lacks a long mapping."""
    rest = {key: value for key, value in document.items() if key not in LONG}
    rest["named"] = {field: " ".join(sorted(document[field])) for field in NAMED}
    parts = [_compact(rest).removesuffix(b"}")]
    for field in LONG:
        entries = document[field]
        parts.append(_opening(field) + b",\n".join(_compact({name: entries[name]})[1:-1] for name in sorted(entries)))
    return b"".join((*parts, _END))


def split(data: bytes) -> tuple[Any, dict[str, Lines]]:
    """What every script needs, decoded, and the long mappings. Raises `ValueError` or `KeyError` for a broken table.

    Of a document that somebody has written in another way, which is what a table of an earlier release is, all is read.
    """
    places = []
    at = 0
    for field in LONG:
        before = at = data.find(_opening(field), at)
        places.append((before, before + len(_opening(field))))
    if any(before < 0 for before, _ in places) or not data.endswith(_END):
        document = json.loads(data)
        is_table = isinstance(document, dict) and document.keys() >= set(LONG)
        return split(dump(document)) if is_table else (document, {})
    document = json.loads(data[: places[0][0]] + b"}")
    names = {field: document["named"][field].split() for field in NAMED}
    ends = [*(before for before, _ in places[1:]), len(data) - len(_END)]
    return document, {
        field: Lines(data, begin, end, names.get(field))
        for field, (_, begin), end in zip(LONG, places, ends, strict=True)
    }


def _opening(field: str) -> bytes:
    """What stands between a long mapping and what is before it."""
    return (b",\n" if field == LONG[0] else b"\n},\n") + b'"%s":{\n' % field.encode()


def _compact(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
