"""Tables of what two tiers answer equally: fetched with the tiers, verified like them; imports release, errors.

`tiers/tables.json` records the sha256 of each by its name, as the manifest had it that the table was fetched by: the
tables of a release may be made anew without its interpreters.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from slimepython.install.durable import replace_durably
from slimepython.install.home import Home
from slimepython.install.verify import Change, Problem
from slimepython.release.model import Artifact, Manifest
from slimepython.release.source import Source

RECORD: Final = "tables.json"


def fetch_tables(home: Home, source: Source, manifest: Manifest, artifact: Artifact) -> None:
    """Have the tables of what this artifact and those of the other tier answer equally, where the manifest lists any.

    What is beside it without being listed is not taken: a script runs on Light for what stands in a table.
    Raises `FetchError`, `OSError`.
    """
    listed = {PurePosixPath(table.path).name: table for table in manifest.tables}
    found: dict[str, bytes] = {}
    for other in manifest.artifacts:
        if {artifact.tier, other.tier} != {"full", "light"} or other.kind != artifact.kind:
            continue
        full, light = (artifact, other) if artifact.tier == "full" else (other, artifact)
        name = f"{full.file.sha256[:12]}-{light.file.sha256[:12]}.json"
        if name in listed:
            table = io.BytesIO()
            source.fetch(listed[name], table)
            found[name] = table.getvalue()
    if not found:
        return
    home.tiers.mkdir(exist_ok=True)
    home.scratch.mkdir(exist_ok=True)
    recorded = {**(_recorded(home) or {}), **{name: listed[name].sha256 for name in found}}
    record = json.dumps(recorded, sort_keys=True, indent=1).encode()
    for name, data in ((RECORD, record), *found.items()):
        replace_durably(home.tiers / name, data, home.scratch)


def verify_tables(home: Home) -> tuple[Problem, ...]:
    """Each table that is not as it was fetched."""
    try:
        there = {path.name: path for path in home.tiers.iterdir() if path.name != RECORD}
    except FileNotFoundError:
        return ()
    recorded = _recorded(home)
    if recorded is None:
        return (Problem(str(home.tiers / RECORD), Change.CONTENT),)
    found = [Problem(str(home.tiers / name), Change.MISSING) for name in recorded.keys() - there.keys()]
    for name, path in there.items():
        if name not in recorded:
            found.append(Problem(str(path), Change.EXTRA))
            continue
        try:
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            found.append(Problem(str(path), Change.UNREADABLE))
        else:
            found += [Problem(str(path), Change.CONTENT)] if sha256 != recorded[name] else []
    return tuple(sorted(found))


def _recorded(home: Home) -> Mapping[str, str] | None:
    """None: there is no record that could be read."""
    try:
        found = json.loads((home.tiers / RECORD).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
