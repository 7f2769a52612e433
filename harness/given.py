"""What a page on results is made of: a manifest, the results, a line on each; may import needs and results."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.envelope import Result
from harness.needs import interpreters, older
from harness.results import Document
from slimepython.release.model import Artifact, Manifest


@dataclass(frozen=True)
class Given:
    """The manifest that results should be of, and the results with the folder that each is in."""

    manifest: Manifest
    found: Mapping[str, tuple[Result, Path]]

    def figures(self, name: str) -> Document:
        """What a result says."""
        return self.found[name][0].figures

    def plot(self, name: str) -> Path:
        """The plot of a result."""
        return self.found[name][1] / f"{name}.svg"

    def caption(self, name: str) -> Iterator[str]:
        """Of what a result is, in a line, and why it is stale if it is."""
        envelope = self.found[name][0].envelope
        stale = older(name, envelope, self.manifest)
        yield f"`{name}`: {envelope.shown}." + (f" **Stale**: {'; '.join(stale)}." if stale else "")
        yield ""

    def interpreters(self) -> dict[tuple[str | None, str], Artifact]:
        """The interpreters of the manifest, by tier and target."""
        return {(item.tier, item.target): item for item in interpreters(self.manifest)}


def link(path: Path, folder: Path) -> str:
    """A path as a page in `folder` names it."""
    return Path(os.path.relpath(path, folder)).as_posix()


def grid(columns: Sequence[str], cells: Iterable[Sequence[object]]) -> Iterator[str]:
    """A table of Markdown."""
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in cells:
        yield f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |"
    yield ""
