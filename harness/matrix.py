"""`python -m harness matrix`: writes docs/tiers.md from the released manifest and the release's own results.

With `--measured` the same page is written of what was measured here. May import results, needs and the page.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from harness import results
from harness.corpus import ROOT
from harness.given import Given
from harness.needs import released
from harness.page import NEEDED, page
from slimepython.release.model import Manifest

OUT: Final = ROOT / "docs" / "tiers.md"


def main(say: Callable[[str], None]) -> int:
    """Write the page of the release. The exit status is 2 if it lacks a result."""
    return _write(OUT, given(released(), results.KEPT), say)


def measured(manifest: Manifest, say: Callable[[str], None]) -> int:
    """Write the page of what was measured here, and of the release's own results where nothing was."""
    return _write(results.MEASURED / "tiers.md", given(manifest, results.MEASURED, results.KEPT), say)


def given(manifest: Manifest, *folders: Path) -> Given:
    """What a page is made of: each result from the first folder that has it. Raises `ResultError`."""
    found = {}
    for name in NEEDED:
        for folder in folders:
            if name not in found and (result := results.read(name, folder)) is not None:
                found[name] = (result, folder)
    return Given(manifest, found)


def _write(out: Path, from_: Given, say: Callable[[str], None]) -> int:
    if missing := [name for name in NEEDED if name not in from_.found]:
        say(f"not measured yet: {', '.join(f'nox -s {name}' for name in missing)}")
        return 2
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page(from_, out.parent), "utf-8")
    say(f"wrote {out.relative_to(ROOT) if out.is_relative_to(ROOT) else out}")
    return 0
