"""Reads JSON that nobody vouches for, strictly; imports the package's errors only.

JSON leaves to its readers what a key given twice means, how large a number is, how deep a list goes. Two readers
that differ there can be shown two documents in one, so all of that is refused here (RFC 8259, section 4 and 6;
RFC 7493, I-JSON).
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NoReturn, TypeVar

from slimepython.errors import ManifestError, Reason

MAX_BYTES: Final = 16 * 1024**2
"""Length of the longest document that is looked at."""
MAX_INTEGER: Final = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly."""

T = TypeVar("T")


class ManifestReason(Reason):
    """Why a manifest is refused."""

    TOO_LARGE = "too-large"
    NOT_TEXT = "not-text"
    NOT_JSON = "not-json"
    TOO_DEEP = "too-deep"
    DUPLICATE_KEY = "duplicate-key"
    NOT_FINITE = "not-finite"
    UNKNOWN_SCHEMA = "unknown-schema"
    UNKNOWN_FIELD = "unknown-field"
    MISSING_FIELD = "missing-field"
    WRONG_TYPE = "wrong-type"
    BAD_VALUE = "bad-value"
    BAD_SIZE = "bad-size"
    BAD_DIGEST = "bad-digest"
    BAD_PATH = "bad-path"
    COLLIDING_PATH = "colliding-path"
    NOT_SORTED = "not-sorted"
    NO_EVIDENCE = "no-evidence"


def refuse(reason: ManifestReason, where: str, problem: str) -> NoReturn:
    """Raise the error for a document that is not what it should be; `where` is like `artifacts[3].file.size`."""
    raise ManifestError(
        reason,
        f"{where}: {problem}",
        hint="it is not used; have it fetched again, or ask whoever published it for a sound one",
    )


def parse(data: bytes, where: str) -> object:
    """The JSON value in `data`: UTF-8 without a mark, no key twice, no NaN or infinity. Raises `ManifestError`."""
    if len(data) > MAX_BYTES:
        refuse(ManifestReason.TOO_LARGE, where, f"{len(data)} bytes are more than {MAX_BYTES}")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        refuse(ManifestReason.NOT_TEXT, where, f"byte {error.start} is not UTF-8")

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(items)
        if len(found) != len(items):
            names = [name for name, _ in items]
            twice = next(name for name in names if names.count(name) > 1)
            refuse(ManifestReason.DUPLICATE_KEY, where, f"key {twice!r} is given twice")
        return found

    def constant(name: str) -> NoReturn:
        refuse(ManifestReason.NOT_FINITE, where, f"{name} is not a number of JSON")

    def number(digits: str) -> float:
        value = float(digits)
        if not math.isfinite(value):
            refuse(ManifestReason.NOT_FINITE, where, f"{digits[:40]} is too large")
        return value

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_constant=constant, parse_float=number)
    except RecursionError:
        refuse(ManifestReason.TOO_DEEP, where, "lists or objects are nested too deep")
    except ValueError as error:  # also raised for an integer of thousands of digits
        refuse(ManifestReason.NOT_JSON, where, str(error))


class Fields:
    """An object whose fields are taken one by one; what nobody took is unknown.

    A context manager: the check for unknown fields comes at its end.
    """

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            refuse(ManifestReason.WRONG_TYPE, where, "an object is expected")
        self.where = where
        self._left: dict[str, Any] = dict(value)
        self._known: list[str] = []

    def __enter__(self) -> Fields:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._left:
            name = min(self._left)
            close = difflib.get_close_matches(name, self._known, 1)
            refuse(
                ManifestReason.UNKNOWN_FIELD,
                f"{self.where}.{name}",
                "no such field is known" + (f"; is it {close[0]!r}?" if close else ""),
            )

    def take(self, name: str, read: Callable[[object, str], T]) -> T:
        """A field that must be there."""
        self._known.append(name)
        if name not in self._left:
            refuse(ManifestReason.MISSING_FIELD, f"{self.where}.{name}", "the field is missing")
        return read(self._left.pop(name), f"{self.where}.{name}")

    def optional(self, name: str, read: Callable[[object, str], T], default: T) -> T:
        """A field that may be left out."""
        return self.take(name, read) if name in self._left else self._absent(name, default)

    def _absent(self, name: str, default: T) -> T:
        self._known.append(name)
        return default


def matching(
    pattern: str, what: str, reason: ManifestReason = ManifestReason.BAD_VALUE
) -> Callable[[object, str], str]:
    """A reader of strings that `pattern` matches from end to end; `what` is named in the message."""
    compiled = re.compile(pattern)

    def read(value: object, where: str) -> str:
        if not isinstance(value, str):
            refuse(reason if reason is not ManifestReason.BAD_VALUE else ManifestReason.WRONG_TYPE, where, what)
        if compiled.fullmatch(value) is None:
            refuse(reason, where, f"{value[:80]!r} is not {what}")
        return value

    return read


def one_of(values: Iterable[str]) -> Callable[[object, str], str]:
    """A reader of one of a few words."""
    known = frozenset(values)

    def read(value: object, where: str) -> str:
        if not isinstance(value, str) or value not in known:
            refuse(ManifestReason.BAD_VALUE, where, f"{str(value)[:80]!r} is none of {', '.join(sorted(known))}")
        return value

    return read


def nullable(read: Callable[[object, str], T]) -> Callable[[object, str], T | None]:
    """A reader that also takes null."""
    return lambda value, where: None if value is None else read(value, where)


def list_of(read: Callable[[object, str], T]) -> Callable[[object, str], tuple[T, ...]]:
    """A reader of lists."""

    def read_list(value: object, where: str) -> tuple[T, ...]:
        if not isinstance(value, list):
            refuse(ManifestReason.WRONG_TYPE, where, "a list is expected")
        return tuple(read(item, f"{where}[{index}]") for index, item in enumerate(value))

    return read_list


def map_of(
    key: Callable[[object, str], str], read: Callable[[object, str], T]
) -> Callable[[object, str], Mapping[str, T]]:
    """A reader of objects with free keys."""

    def read_map(value: object, where: str) -> Mapping[str, T]:
        if not isinstance(value, dict):
            refuse(ManifestReason.WRONG_TYPE, where, "an object is expected")
        return {key(name, where): read(item, f"{where}.{name}") for name, item in value.items()}

    return read_map


def size(value: object, where: str) -> int:
    """A length in bytes: an integer from 0 to 2**53 - 1; `true` is none."""
    if type(value) is not int or not 0 <= value <= MAX_INTEGER:
        refuse(ManifestReason.BAD_SIZE, where, f"{str(value)[:40]} is not a length in bytes")
    return value


def anything(value: object, where: str) -> object:
    """A reader of what is kept as it is."""
    del where
    return value
