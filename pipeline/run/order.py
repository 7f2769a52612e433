"""What a run starts first, and what it holds back; pure.

The first goal of a release has the machine to itself, so that something whole is delivered early. Then come the
others' libraries, which end soon: the more goals can begin, the more there is to run beside a long link. They may
begin before that where the first goal leaves a slot unused for a while (a configure script is one process). Then the
goals, most wanted first.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.plan.action import Kind
from pipeline.plan.graph import Graph

UNUSED_SECONDS = 2.0
"""How long a slot must have been free before the first goal is taken not to need it: a make between two of its jobs
frees it for moments only."""

# Short work in the builder itself, which may begin while the first goal still has the machine.
_PREPARATION = frozenset({Kind.ROOTFS, Kind.SOURCE, Kind.FILES, Kind.CRATES})


class Order:
    """The order of one graph's actions."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._place = {name: index for index, name in enumerate(graph.actions)}
        builds = [action for action in graph.actions.values() if action.kind is Kind.BUILD]
        self._built_from = {need for action in builds for need in action.needs()}

    def rank(self, name: str) -> tuple[int, int]:
        """What is ready and has the lowest is started first."""
        wave = self._graph.waves.get(name, 0)
        if wave > 0:
            wave = 1 if name in self._built_from else 1 + wave
        return wave, self._place[name]

    def may_start(self, name: str, running: Iterable[str], *, unused: bool) -> bool:
        """Whether the action need not wait for the first goal; `unused`: that leaves a slot free."""
        return not self.waits(name, running) or (unused and name in self._built_from)

    def waits(self, name: str, running: Iterable[str]) -> bool:
        """Whether the action comes after the first goal, which is still being worked on."""
        if self._graph.waves.get(name, 0) == 0 or self._graph.actions[name].kind in _PREPARATION:
            return False
        return any(self._graph.waves.get(other, 0) == 0 for other in running)


class Unused:
    """Tells a slot that nobody needs from one that is between two jobs."""

    def __init__(self) -> None:
        self._since: float | None = None

    def note(self, *, free: bool, now: float) -> bool:
        """Whether, each time this was called in the last `UNUSED_SECONDS`, some slot was free."""
        if not free:
            self._since = None
        elif self._since is None:
            self._since = now
        return self._since is not None and now - self._since >= UNUSED_SECONDS

    def used(self) -> None:
        """Start anew: it was given away."""
        self._since = None
