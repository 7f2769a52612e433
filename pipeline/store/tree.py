"""Directory trees as values: entries, a canonical form, a digest; may import the store's digest, errors.

The canonical form is JSON after RFC 8785 (JSON Canonicalization Scheme): same tree, same bytes, everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeVar

from pipeline.errors import StoreError
from pipeline.store.digest import Digest, sha256_bytes
from pipeline.store.errors import StoreReason

Kind = Literal["file", "dir", "link"]
_KEYS: Mapping[str, frozenset[str]] = {
    "dir": frozenset({"path", "type"}),
    "link": frozenset({"path", "type", "target"}),
    "file": frozenset({"path", "type", "digest", "size", "exec"}),
}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Entry:
    """One member of a tree.

    `path` is relative, POSIX, without `.` or `..`. A file has a `digest` and may be `executable` (mode 0755,
    else 0644); a link has its text in `target`; directories are 0755. Owners and times are no part of it.
    """

    path: str
    type: Kind
    digest: Digest | None = None
    executable: bool = False
    target: str | None = None

    def to_json(self) -> dict[str, str | int | bool]:
        """The entry's canonical object."""
        if self.digest is not None:
            return {
                "path": self.path,
                "type": "file",
                "digest": self.digest.hash,
                "size": self.digest.size,
                "exec": self.executable,
            }
        if self.target is not None:
            return {"path": self.path, "type": "link", "target": self.target}
        return {"path": self.path, "type": "dir"}

    @classmethod
    def from_json(cls, data: object) -> Entry:
        """Read one canonical object; raises ValueError if it is not one."""
        if not isinstance(data, dict) or data.keys() != _KEYS.get(str(data.get("type")), frozenset()):
            raise ValueError(f"not a tree entry: {data!r}")
        kind, path = data["type"], _typed(data["path"], str)
        if not is_inside(path):
            raise ValueError(f"not a path inside a tree: {path!r}")
        if kind == "dir":
            return cls(path, "dir")
        if kind == "link":
            return cls(path, "link", target=_typed(data["target"], str))
        digest = Digest.parse(f"{_typed(data['digest'], str)}/{_typed(data['size'], int)}")
        return cls(path, "file", digest=digest, executable=_typed(data["exec"], bool))

    def describe(self) -> str:
        """What this entry is, for a message."""
        if self.type == "file":
            return f"{'an executable' if self.executable else 'a'} file with digest {self.digest}"
        return f"a link to {self.target!r}" if self.type == "link" else "a directory"


@dataclass(frozen=True)
class Tree:
    """A directory's content. `entries` are sorted by their path's UTF-8 bytes and name every directory.

    The root itself has no entry. Build one with `Tree.of`, which sorts and checks.
    """

    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Tree:
        """Sort and check entries; adds the directories that paths imply.

        Raises StoreError: CONFLICT when one path has two meanings, BAD_NAME for a path that leaves the tree.
        """
        found: dict[str, Entry] = {}
        for entry in entries:
            if not is_inside(entry.path):
                raise StoreError(
                    StoreReason.BAD_NAME,
                    f"not a path inside a tree: {entry.path!r}",
                    hint="paths in a tree are relative, without '.', '..' or empty parts",
                )
            _add(found, entry)
        for path in list(found):
            while "/" in path:
                path = path.rpartition("/")[0]
                _add(found, Entry(path, "dir"))
        return cls(tuple(found[path] for path in sorted(found, key=_by_bytes)))

    def to_bytes(self) -> bytes:
        """The canonical form."""
        # For strings, integers and booleans `json` writes what RFC 8785 asks for, at five times the speed
        # of the library of that name; a test compares them.
        # One by one: a toolchain has tens of thousands of entries.
        encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
        return f"[{','.join(encode(entry.to_json()) for entry in self.entries)}]".encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Tree:
        """Read the canonical form and nothing else; raises StoreError (DAMAGED)."""
        try:
            objects = json.loads(data)
            if not isinstance(objects, list):
                raise ValueError("not a list")
            tree = cls(tuple(Entry.from_json(item) for item in objects))
            if Tree.of(tree.entries) != tree or tree.to_bytes() != data:
                raise ValueError("not in canonical form")
        except (ValueError, KeyError, TypeError, RecursionError, StoreError) as error:
            raise StoreError(
                StoreReason.DAMAGED,
                f"a tree object of {len(data)} bytes cannot be read: {error}",
                hint="run the same command again: a damaged tree counts as not built",
            ) from error
        return tree

    @cached_property
    def digest(self) -> Digest:
        """The digest of the canonical form: the tree's identity."""
        return sha256_bytes(self.to_bytes())

    @cached_property
    def by_path(self) -> Mapping[str, Entry]:
        """Entries by path."""
        return {entry.path: entry for entry in self.entries}

    @property
    def files(self) -> tuple[Entry, ...]:
        """The entries that are files."""
        return tuple(entry for entry in self.entries if entry.type == "file")

    @property
    def size(self) -> int:
        """The sum of the files' sizes in bytes."""
        return sum(entry.digest.size for entry in self.entries if entry.digest is not None)

    @staticmethod
    def merge(*trees: Tree) -> Tree:
        """All trees laid over one another; equal entries are fine.

        Raises StoreError (CONFLICT), naming both contents, when a path differs between them.
        """
        return Tree.of(entry for tree in trees for entry in tree.entries)

    def subtree(self, prefix: str) -> Tree:
        """What is under the directory `prefix`, with paths relative to it; raises StoreError (MISSING)."""
        if prefix in ("", "."):
            return self
        found = self.by_path.get(prefix)
        if found is None or found.type != "dir":
            what = "nothing" if found is None else found.describe()
            raise StoreError(
                StoreReason.MISSING,
                f"no directory {prefix!r} in tree {self.digest.hash[:12]}: there is {what}",
                hint=f"its top level has: {', '.join(e.path for e in self.entries if '/' not in e.path)}",
            )
        start = prefix + "/"
        return Tree(tuple(replace(e, path=e.path[len(start) :]) for e in self.entries if e.path.startswith(start)))

    def under(self, prefix: str) -> Tree:
        """This tree moved into the directory `prefix`."""
        if prefix in ("", "."):
            return self
        moved = (replace(entry, path=f"{prefix}/{entry.path}") for entry in self.entries)
        return Tree.of([Entry(prefix, "dir"), *moved])


def is_inside(path: str) -> bool:
    """Whether a path is relative, normal and stays inside its tree."""
    return "\0" not in path and all(part not in ("", ".", "..") for part in path.split("/"))


def _add(found: dict[str, Entry], entry: Entry) -> None:
    known = found.setdefault(entry.path, entry)
    if known != entry:
        raise StoreError(
            StoreReason.CONFLICT,
            f"{entry.path!r} would have two contents: {known.describe()}, and {entry.describe()}",
            hint="two of the merged trees install the same path: rename or leave out one of them",
        )


def _by_bytes(path: str) -> bytes:
    return path.encode()


def _typed(value: object, kind: type[_T]) -> _T:
    if type(value) is not kind:
        raise ValueError(f"{value!r} is not of type {kind.__name__}")
    return value
