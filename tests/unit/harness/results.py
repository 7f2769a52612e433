"""Results as if they had just been measured of the release, for tests."""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath
from typing import Any

from harness import envelope, results
from harness.envelope import Envelope, Result, Revision
from harness.needs import NEEDS, interpreters, label, released

CLEAN = Revision(commit="0" * 40, dirty=False)


def of_release(name: str, **different: Any) -> Envelope:
    """The envelope of a result of the committed release and of today's sources, but for fields that are given."""
    return _of_release(name).model_copy(update={"revision": CLEAN, **different})


@cache
def _of_release(name: str) -> Envelope:
    manifest, needs = released(), NEEDS[name]
    tables = {PurePosixPath(table.path).name: table.sha256 for table in manifest.tables}
    return envelope.end(
        envelope.begin(needs.sources),
        {label(item): item.file.sha256 for item in interpreters(manifest)} if needs.covers else {},
        tables if needs.tables else {},
    )


def kept(name: str) -> Result:
    """A result of the release."""
    found = results.read(name)
    assert found is not None
    return found
