"""Collects signals while rules look at a script, and judges constructs by their shapes; imports the router's data
only."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any, Final

from slimepython.router.kinds import Kinds
from slimepython.router.script import Script
from slimepython.router.signals import Kind, Signal
from slimepython.router.tables import READ, VALUE, Shape, Shapes, Tables

WASM: Final = "wasm32"
EVERYTHING: Final = "*"


class Findings:
    """One script under judgement. `shown`: exceptions whose texts it may print, `caught`: those that it
    may go on after (EVERYTHING: any)."""

    def __init__(self, script: Script, kinds: Kinds, tables: Tables, path: str) -> None:
        self.script = script
        self.kinds = kinds
        self.tables = tables
        self.path = path
        self.shown: set[str] = set()
        self.caught: set[str] = set()
        self.thrown_away = tables.light_target.startswith(WASM)
        """Whether a run that fails on Light has had no effect: then an error that goes out uncaught does not matter."""
        self._found: dict[Signal, None] = {}

    def add(self, node: Any, kind: Kind, subject: str, why: str) -> None:
        """Note a signal at a node."""
        line = getattr(node, "lineno", None)
        at = node
        while line is None and getattr(at, "up", None) is not None:
            at = at.up
            line = getattr(at, "lineno", None)
        column = getattr(at, "col_offset", -1) + 1
        self._found[Signal(line or 0, column, kind, subject, why)] = None

    def signals(self) -> tuple[Signal, ...]:
        """What was found, in the script's order."""
        return tuple(sorted(self._found))

    def unlisted(self, node: Any, subject: str, why: str = "it was not compared") -> None:
        """Note something that is on no list."""
        self.add(node, Kind.UNLISTED, subject, why)

    def judge(
        self,
        node: Any,
        subject: str,
        shapes: Shapes | None,
        *,
        receiver: Any = None,
        arguments: Sequence[Any] | None = None,
        more: int = 0,
    ) -> None:
        """Signal every difference that this use may run into.

        `receiver`: an expression, or None when there is none. `arguments`: expressions, or None when it is not
        known with
        which it will be called. `more`: how many keyword arguments there are besides.
        """
        if shapes is None:
            self.unlisted(node, subject)
            return
        for shape in shapes:
            if self._matches(shape, receiver, arguments, more):
                self.differs(node, shape.kind, subject)

    def differs(self, node: Any, kind: str, subject: str) -> None:
        """A difference of one kind: VALUE, or the text of an exception."""
        if kind == VALUE:
            self.add(node, Kind.UNSUPPORTED, subject, self._example(subject))
        elif "/" in kind:
            if any(self._covers(self.caught, each) for each in kind.split("/")):
                self.add(node, Kind.UNSUPPORTED, subject, self._example(subject))
            elif not self.thrown_away:
                self.add(node, Kind.UNCAUGHT, subject, f"it fails with {kind.replace('/', ' on Full and ')} on Light")
        elif self.is_shown(kind):
            self.add(node, Kind.EXC_TEXT_DEP, subject, f"the text of its {kind} differs, and the script may show it")
        elif not self.thrown_away:
            self.add(node, Kind.UNCAUGHT, subject, f"the text of its {kind} differs, and nothing may catch it")

    def is_shown(self, kind: str) -> bool:
        """Whether the script may show the text of this exception."""
        return self._covers(self.shown, kind)

    def _covers(self, types: set[str], kind: str) -> bool:
        if not types:
            return False
        if EVERYTHING in types or kind in types:
            return True
        raised = getattr(builtins, kind, None)
        if not isinstance(raised, type):
            # One of a module's own: shown by whoever shows one of its possible builtin bases.
            return True
        caught = [getattr(builtins, name, None) for name in types]
        return any(isinstance(each, type) and issubclass(raised, each) for each in caught)

    def _matches(self, shape: Shape, receiver: Any, arguments: Sequence[Any] | None, more: int) -> bool:
        if arguments is not None and shape.count is not None:
            if shape.count == READ:
                return False
            if not len(arguments) <= shape.count <= len(arguments) + more:
                return False
            if any(not self.kinds.may_be(each, place) for each, place in zip(arguments, shape.arguments, strict=False)):
                return False
        elif arguments is None and any(self.kinds.reachable.isdisjoint(place) for place in shape.arguments):
            return False
        if shape.receiver is None or receiver is None:
            return True
        return self.kinds.may_be(receiver, shape.receiver)

    def _example(self, subject: str) -> str:
        for prefix in ("attribute ", "builtin ", "operator ", "format ", "percent ", "", "name ", "node "):
            found = self.tables.examples.get(prefix + subject)
            if found is not None:
                return f"{found[0]}: Full {found[1].lstrip('=!')}, Light {found[2].lstrip('=!')}"
        return "it was seen to differ"
