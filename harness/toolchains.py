"""Root file systems out of the pipeline's locks, for what runs in none of its builds; may import the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.corpus import ROOT


class NoToolchainError(LookupError):
    """A toolchain cannot be had here. The message says why, and what to type next if anything helps."""


def trees(names: Sequence[str]) -> dict[str, Path]:
    """The (read-only) root file systems of toolchains, unpacked into the pipeline's store at most once.

    Raises `NoToolchainError`, and `KeyboardInterrupt` after the store was left in order.
    """
    try:
        from pipeline.cli.app import session
        from pipeline.cli.settings import Settings
        from pipeline.errors import SlimeError
        from pipeline.plan.graph import plan_toolchains
    except ImportError as error:
        raise NoToolchainError(f"{error} (run it as a nox session, or install requirements/harness.txt)") from error
    try:
        with session(Settings(root=ROOT)) as app:
            report = app.run(plan_toolchains(app.project, names))
            if report.interrupted:
                raise KeyboardInterrupt
            if report.failures:
                raise NoToolchainError("; ".join(f"{item.action}: {item.error}" for item in report.failures))
            return {name: app.store.checkout(report.results[f"rootfs/{name}"].outputs["out"]) for name in names}
    except SlimeError as error:
        raise NoToolchainError(f"{error.message}\n  next: {error.hint}" if error.hint else error.message) from error
