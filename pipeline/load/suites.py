"""Debian's suites as `lock` may trust them: toolchains/suites/*.yaml; may import `pipeline.model`.

A build does not read them: what it trusts is in the locks.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.load.document import read, validate
from pipeline.load.problems import LoadReason, refuse
from pipeline.model.toolchain import Suite


def load_suites(root: Path) -> Mapping[str, Suite]:
    """The suites by codename. Raises `DefinitionError` with all that is wrong."""
    suites: dict[str, Suite] = {}
    problems = []
    for path in sorted((root / "toolchains" / "suites").glob("*.yaml")):
        document = read(path, path.relative_to(root))
        suite = validate(document, Suite)
        if suite.codename != path.stem:
            message = f"says {suite.codename!r} but the file is {path.stem!r}"
            problems.append(document.problem(("codename",), LoadReason.NAME_MISMATCH, message))
        for index, key in enumerate(suite.signed_by):
            if not (root / "toolchains" / "keys" / f"{key}.asc").is_file():
                message = f"there is no toolchains/keys/{key}.asc"
                problems.append(document.problem(("signed_by", index), LoadReason.MISSING_FILE, message))
        suites[path.stem] = suite
    if problems:
        raise refuse(problems)
    return suites
