"""What a run will come to need, told before it begins; may import `pipeline.plan` and the store."""

from __future__ import annotations

from pipeline.plan.action import Kind, key_of, material
from pipeline.plan.graph import Graph
from pipeline.run.history import History
from pipeline.run.inputs import input_digest
from pipeline.store.result import ActionResult
from pipeline.store.store import Store

_IN_SANDBOXES = frozenset({Kind.CRATES, Kind.BUILD, Kind.TRAIN, Kind.PROBE})


def needs_engine(store: Store, graph: Graph) -> bool:
    """Whether an action that runs in a sandbox is missing from the store, as far as that can be known.

    The key of what depends on something missing is not known yet. It is taken to be the one that it last had here: a
    root file system that was collected is made again with the same digest, and nothing else runs.
    """
    history = History(store.root)
    results: dict[str, ActionResult] = {}
    for name, action in graph.actions.items():
        if all(need in results for need in action.needs()):
            key = key_of(material(action, {item: input_digest(store, item, results) for item in action.inputs}))
            result = store.result(key)
            if result is not None:
                results[name] = result
        else:
            last = history.entries(name)
            result = store.result(last[0].key) if last else None
        if result is None and action.kind in _IN_SANDBOXES:
            return True
    return False
