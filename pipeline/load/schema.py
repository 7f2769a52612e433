"""JSON Schemas of the definitions, generated from the models; may import `pipeline.model`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from pipeline.model.manifest import Manifest
from pipeline.model.policy import Policy
from pipeline.model.recipe import Recipe
from pipeline.model.release import Release
from pipeline.model.toolchain import Suite, Target, Toolchain, ToolchainLock

SCHEMAS: Mapping[str, type[BaseModel]] = {
    "recipe": Recipe,
    "toolchain": Toolchain,
    "toolchain-lock": ToolchainLock,
    "suite": Suite,
    "target": Target,
    "policy": Policy,
    "release": Release,
    "manifest": Manifest,
}


def render(name: str) -> str:
    """The schema file `schemas/<name>.schema.json` as text, JSON Schema draft 2020-12."""
    schema = SCHEMAS[name].model_json_schema(mode="validation")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def path_of(root: Path, name: str) -> Path:
    """Where a schema is kept."""
    return root / "schemas" / f"{name}.schema.json"


def stale_schemas(root: Path) -> list[Path]:
    """The committed schemas that are not what the models say, and files in schemas/ that are no schema's."""
    wanted = {path_of(root, name): render(name) for name in SCHEMAS}
    found = {path: path.read_text("utf-8") for path in (root / "schemas").glob("*")}
    return sorted(path for path in wanted.keys() | found.keys() if wanted.get(path) != found.get(path))


def write_schemas(root: Path) -> list[Path]:
    """Make schemas/ what the models say; the paths that were changed."""
    stale = stale_schemas(root)
    wanted = {path_of(root, name): name for name in SCHEMAS}
    for path in stale:
        if path in wanted:
            path.parent.mkdir(exist_ok=True)
            path.write_text(render(wanted[path]), "utf-8")
        else:
            path.unlink()
    return stale
