"""`python -m harness results`: of what each result is, whether it is stale, and what it should reach; may import rich.

Shows the release's own results, or those that were measured here, beside the manifest that they should be of.
"""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape

from benchmarks.figures import reaches
from harness import results
from harness.needs import NEEDS, older
from slimepython.release.model import Manifest


def main(folder: Path, manifest: Manifest) -> int:
    """Show them. Raises `ResultError`."""
    screen = results.console()
    for name, needs in NEEDS.items():
        result = results.read(name, folder)
        if result is None:
            screen.print(f"[bold]{name}[/]: not there ({needs.command})")
            continue
        stale = older(name, result.envelope, manifest)
        screen.print(f"[bold]{name}[/]: {escape(result.envelope.shown)}")
        screen.print(f"  [bold red]stale[/]: {escape('; '.join(stale))}" if stale else "  of this release")
        for reach in reaches(result.figures):
            screen.print(f"  {escape(reach.shown)}{' (stale)' if stale else ''}")
    return 0
