"""What the pipeline makes and does not publish: root file systems and builds to compare with; may import it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from harness.corpus import ROOT

if TYPE_CHECKING:
    from pipeline.cli.app import App
    from pipeline.plan.graph import Graph


class NoToolchainError(LookupError):
    """A toolchain or a build cannot be had here. The message says why, and what to type next if anything helps."""


def trees(names: Sequence[str]) -> dict[str, Path]:
    """The (read-only) root file systems of toolchains, unpacked into the pipeline's store at most once.

    Raises `NoToolchainError`, and `KeyboardInterrupt` after the store was left in order.
    """
    with _pipeline() as app:
        from pipeline.plan.graph import plan_toolchains

        found = _outputs(app, plan_toolchains(app.project, names))
        return {name: found[f"rootfs/{name}"] for name in names}


def built(selector: str) -> Path:
    """The (read-only) output of one build, made in a sandbox at most once. Raises as `trees` does."""
    with _pipeline() as app:
        from pipeline.plan.graph import plan
        from pipeline.plan.select import select

        graph = plan(app.project, select(app.project, [selector]), probe_version="")
        (wanted,) = graph.wanted
        return _outputs(app, graph)[wanted]


def _outputs(app: App, graph: Graph) -> dict[str, Path]:
    """Run a graph; the folders of what it wants."""
    report = app.run(graph)
    if report.interrupted:
        raise KeyboardInterrupt
    if report.failures:
        raise NoToolchainError("; ".join(f"{item.action}: {item.error}" for item in report.failures))
    return {name: app.store.checkout(report.results[name].outputs["out"]) for name in graph.wanted}


@contextmanager
def _pipeline() -> Iterator[App]:
    """The pipeline at work on this project."""
    try:
        from pipeline.cli.app import session
        from pipeline.cli.settings import Settings
        from pipeline.errors import SlimeError
    except ImportError as error:
        raise NoToolchainError(f"{error} (run it as a nox session, or install requirements/harness.txt)") from error
    try:
        with session(Settings(root=ROOT)) as app:
            yield app
    except SlimeError as error:
        raise NoToolchainError(f"{error.message}\n  next: {error.hint}" if error.hint else error.message) from error
