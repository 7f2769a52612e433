"""Debian's suites as `lock` may trust them: toolchains/suites/*.yaml; may import `pipeline.model`.

A build does not read them: what it trusts is in the locks.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.load.definitions import Gathering
from pipeline.load.problems import BadDefinitions, LoadReason
from pipeline.model.toolchain import Suite


def load_suites(root: Path) -> Mapping[str, Suite]:
    """The suites by codename. Raises `DefinitionError` with all that is wrong."""
    gathering = Gathering(root)
    suites = gathering.named("suite", root / "toolchains" / "suites", Suite)
    problems = gathering.problems
    for name, suite in suites.sound.items():
        document = gathering.documents[suites.files[name]]
        if suite.codename != name:
            message = f"says {suite.codename!r} but the file is {name!r}"
            problems.append(document.problem(("codename",), LoadReason.NAME_MISMATCH, message))
        for index, key in enumerate(suite.signed_by):
            if not (root / "toolchains" / "keys" / f"{key}.asc").is_file():
                message = f"there is no toolchains/keys/{key}.asc"
                problems.append(document.problem(("signed_by", index), LoadReason.MISSING_FILE, message))
    if problems:
        raise BadDefinitions(problems)
    return suites.sound
