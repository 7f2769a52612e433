"""pipeline.load.schema: the committed JSON Schemas are what the models say."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from pipeline.load.schema import SCHEMAS, path_of, render, stale_schemas, write_schemas

ROOT = Path(__file__).parents[3]
DEFINITIONS = [
    *((path, "recipe") for path in ROOT.glob("recipes/*/recipe.yaml")),
    *((path, "toolchain") for path in ROOT.glob("toolchains/*.yaml")),
    *((path, "toolchain-lock") for path in ROOT.glob("toolchains/*.lock.json")),
    *((path, "suite") for path in ROOT.glob("toolchains/suites/*.yaml")),
    *((path, "target") for path in ROOT.glob("toolchains/targets/*.yaml")),
    *((path, "policy") for path in ROOT.glob("policies/*.yaml")),
    *((path, "manifest") for path in ROOT.glob("manifests/*.json")),
    (ROOT / "release.yaml", "release"),
]


def test_the_committed_schemas_are_current() -> None:
    assert stale_schemas(ROOT) == [], "run: python -m pipeline schemas --write"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_each_is_a_json_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(render(name)))


def test_there_are_definitions_of_most_kinds() -> None:
    assert {kind for _, kind in DEFINITIONS} >= {"recipe", "toolchain", "toolchain-lock", "suite", "target", "release"}


@pytest.mark.parametrize(("path", "kind"), DEFINITIONS, ids=[str(path.relative_to(ROOT)) for path, _ in DEFINITIONS])
def test_the_projects_own_files_keep_to_them(path: Path, kind: str) -> None:
    """An editor that checks by the schema must not complain of what the loader takes."""
    data = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    jsonschema.Draft202012Validator(json.loads(render(kind))).validate(data)


def test_write_mends_and_says_what(tmp_path: Path) -> None:
    written = write_schemas(tmp_path)
    assert written == sorted(path_of(tmp_path, name) for name in SCHEMAS)
    assert write_schemas(tmp_path) == []
    recipe, extra = path_of(tmp_path, "recipe"), tmp_path / "schemas" / "old.schema.json"
    recipe.write_text("{}")
    extra.write_text("{}")
    assert stale_schemas(tmp_path) == sorted([recipe, extra])
    assert write_schemas(tmp_path) == sorted([recipe, extra])
    assert not extra.exists()
    assert stale_schemas(tmp_path) == []
