"""`explain`: what a build would run now, and why; may import everything."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.cli.app import App
from pipeline.cli.output import Output
from pipeline.plan.action import Difference, Json, key_of, material
from pipeline.plan.graph import Graph, plan
from pipeline.plan.select import Build
from pipeline.probe.version import probe_version
from pipeline.run.history import History, why
from pipeline.run.inputs import input_digest
from pipeline.store.result import ActionResult
from pipeline.ui.screen import duration

_SHORT = 60


@dataclass(frozen=True)
class Stale:
    """An action that a build would run, or that `waits` for such; `changes` is None if it was never finished here.

    `seconds` is what it took when it last ran, if that is known.
    """

    action: str
    seconds: float | None
    waits: tuple[str, ...] = ()
    changes: list[Difference] | None = None

    def lines(self) -> Iterator[str]:
        """For people."""
        if self.waits:
            yield f"{self.action}: waits for {', '.join(self.waits)}; runs again if their output differs"
        elif self.changes is None:
            yield f"{self.action}: would run: it was never finished here"
        elif not self.changes:
            yield f"{self.action}: would run: nothing changed, but its result is not in the store any more"
        else:
            yield f"{self.action}: would run, because these changed:"
            for change in self.changes:
                yield f"    {change.path}: {_short(change.before)} → {_short(change.after)}"

    @property
    def event(self) -> str:
        """Its name in the JSON stream."""
        return "waits" if self.waits else "would-run"

    def to_json(self) -> dict[str, Json]:
        """For programs."""
        changes = self.changes or []
        return {
            "action": self.action,
            "for": list(self.waits),
            "known": self.changes is not None,
            "seconds": self.seconds,
            "changes": [{"path": c.path, "before": c.before, "after": c.after} for c in changes],
        }


def explain(app: App, builds: Sequence[Build]) -> int:
    """Say, for every action of the plan, whether the store has it and, if not, what is new in its key; then how much
    there is to do, by what it took the last time."""
    output = Output(app.settings.json, people=sys.stdout)
    graph = plan(app.project, builds, probe_version=probe_version())
    stale = []
    for found in _stale(app, graph):
        stale.append(found)
        output.say("\n".join(found.lines()), found.event, **found.to_json())
    total = len(graph.actions)
    stored = total - len(stale)
    times = [found.seconds for found in stale if found.seconds is not None]
    untimed = len(stale) - len(times)
    text = f"{stored} of {total} actions are in the store{_work(times, untimed)}"
    return output.end(0, text, actions=total, stored=stored, seconds=sum(times), untimed=untimed)


def _work(times: Sequence[float], untimed: int) -> str:
    """How much there is to do, by what it took the last time."""
    if not times:
        return "; what the others take is not known: none was finished here before" if untimed else ""
    unknown = f" (of {untimed} it is not known)" if untimed else ""
    return f"; the others took {duration(sum(times))} of action time when they last ran{unknown}"


def _stale(app: App, graph: Graph) -> Iterator[Stale]:
    results: dict[str, ActionResult] = {}
    history = History(app.store.root)
    stale: set[str] = set()
    for name, action in graph.actions.items():
        behind = tuple(need for need in action.needs() if need in stale)
        if behind:
            stale.add(name)
            yield Stale(name, history.seconds(name), behind)
            continue
        content = material(action, {item: input_digest(app.store, item, results) for item in action.inputs})
        result = app.store.result(key_of(content))
        if result is not None:
            results[name] = result
            continue
        stale.add(name)
        yield Stale(name, history.seconds(name), changes=why(history, name, content))


def _short(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
