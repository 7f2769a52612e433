"""Collects signals while rules look at a script, and judges constructs by their shapes; imports the router's data
only."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final

from slimepython.router.guards import Guards
from slimepython.router.kinds import Kinds
from slimepython.router.script import Script
from slimepython.router.signals import SPEED, Kind, Signal
from slimepython.router.tables import READ, VALUE, ModuleTable, Shape, Shapes, Tables

WASM: Final = "wasm32"
EVERYTHING: Final = "*"


class EnoughError(Exception):
    """One signal was found that keeps the script on Full, and nobody asked for more."""


class Findings:
    """One script under judgement. `shown`: exceptions whose texts it may print, `caught`: those that it
    may go on after (EVERYTHING: any)."""

    def __init__(
        self,
        script: Script,
        kinds: Kinds,
        tables: Tables,
        path: str,
        guards: Guards | None,
        *,
        trial: bool,
        brief: bool,
    ) -> None:
        self.script = script
        self.kinds = kinds
        self.tables = tables
        self.path = path
        self.shown: set[str] = set()
        self.caught: set[str] = set()
        self.thrown_away = trial or tables.light_target.startswith(WASM)
        """Whether a run that fails on Light has had no effect: then an error that goes out uncaught does not matter."""
        self.guards = guards
        """Where a trial may look for itself; None: nowhere."""
        self.brief = brief
        """Whether nobody asks for more than what decides: the first signal that does ends the examination."""
        self._found: dict[Signal, None] = {}
        self._guarded: dict[Signal, None] = {}

    @cached_property
    def imported(self) -> tuple[tuple[str, ModuleTable], ...]:
        """The modules that the script imports and that were compared."""
        targets = {target.partition(":")[0] for found in self.script.imports.values() for target in found}
        known = ((target, self.tables.modules.get(target)) for target in sorted(targets))
        return tuple((target, table) for target, table in known if table is not None)

    def add(self, node: Any, kind: Kind, subject: str, why: str) -> None:
        """Note a signal at a node. Raises `EnoughError` if that is enough."""
        self._found[self._signal(node, kind, subject, why)] = None
        if self.brief and kind not in SPEED:
            raise EnoughError

    def guarded(self, node: Any, kind: Kind, subject: str, why: str) -> None:
        """Note what a trial finds out by itself."""
        if not self.brief:
            self._guarded[self._signal(node, kind, subject, why)] = None

    def _signal(self, node: Any, kind: Kind, subject: str, why: str) -> Signal:
        line = getattr(node, "lineno", None)
        at = node
        while line is None and getattr(at, "up", None) is not None:
            at = at.up
            line = getattr(at, "lineno", None)
        column = getattr(at, "col_offset", -1) + 1
        return Signal(line or 0, column, kind, subject, why)

    def checked(self) -> tuple[Signal, ...]:
        """What a trial finds out by itself, in the script's order."""
        return tuple(sorted(self._guarded))

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
        guard: Callable[[Sequence[Shape]], bool] | None = None,
    ) -> None:
        """Signal every difference that this use may run into.

        `receiver`: an expression, or None when there is none. `arguments`: expressions, or None when it is not
        known with
        which it will be called. `more`: how many keyword arguments there are besides. `guard`: has a trial find out
        which of some shapes come true, and says whether it can.
        """
        if shapes is None:
            self.unlisted(node, subject)
            return
        found = [shape for shape in shapes if self._matches(shape, receiver, arguments, more)]
        if not found:
            return
        if guard is None or self.guards is None:
            for shape in found:
                self.differs(node, shape.kind, subject)
            return
        matter = {shape: kind for shape in found if (kind := self.kind_of(shape.kind)) is not None}
        guarded = bool(matter) and guard(list(matter))
        if guarded and self.brief:
            return
        note = self.guarded if guarded else self.add
        for shape, kind in matter.items():
            note(node, kind, subject, self._why(shape.kind, subject, kind))

    def differs(self, node: Any, difference: str, subject: str) -> None:
        """A difference of one kind: VALUE, or the text of an exception."""
        kind = self.kind_of(difference)
        if kind is not None:
            self.add(node, kind, subject, self._why(difference, subject, kind))

    def kind_of(self, difference: str) -> Kind | None:
        """What a difference is to this script; None: nothing that it could show."""
        if difference == VALUE:
            return Kind.UNSUPPORTED
        if "/" in difference:
            if any(self.is_caught(each) for each in difference.split("/")):
                return Kind.UNSUPPORTED
        elif self.is_shown(difference):
            return Kind.EXC_TEXT_DEP
        return None if self.thrown_away else Kind.UNCAUGHT

    def _why(self, difference: str, subject: str, kind: Kind) -> str:
        if kind is Kind.EXC_TEXT_DEP:
            return f"the text of its {difference} differs, and the script may show it"
        if kind is Kind.UNSUPPORTED:
            return self._example(subject)
        if "/" in difference:
            return f"it fails with {difference.replace('/', ' on Full and ')} on Light"
        return f"the text of its {difference} differs, and nothing may catch it"

    def is_shown(self, kind: str) -> bool:
        """Whether the script may show the text of this exception."""
        return self._covers(self.shown, kind)

    def is_caught(self, kind: str) -> bool:
        """Whether the script may go on after this exception."""
        return self._covers(self.caught, kind)

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
