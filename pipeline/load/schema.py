"""JSON Schemas of the definitions, generated from the models; may import `pipeline.model`."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from pipeline.load.project import canonical_json
from pipeline.model.policy import Policy
from pipeline.model.recipe import Recipe
from pipeline.model.release import Release
from pipeline.model.toolchain import Target, Toolchain, ToolchainLock

SCHEMAS: Mapping[str, type[BaseModel]] = {
    "recipe": Recipe,
    "toolchain": Toolchain,
    "toolchain-lock": ToolchainLock,
    "target": Target,
    "policy": Policy,
    "release": Release,
}


def render(name: str) -> str:
    """The schema file `schemas/<name>.schema.json` as text, JSON Schema draft 2020-12."""
    schema = SCHEMAS[name].model_json_schema(mode="validation")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return canonical_json(schema)
