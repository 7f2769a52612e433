"""Whatever is written into a definition, loading ends with a project or with places of what is wrong."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.load.problems import BadDefinitions
from pipeline.load.project import load_project

ROOT = Path(__file__).parents[3]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))

ODD = ["", "*", "**", "**/*", "[", "[z-a]", "../..", "/etc/passwd", "x" * 300, "a/" * 200, "\ud800", "9" * 40, ">=3,<"]
TEXTS = st.sampled_from(ODD)
TOKENS = st.sampled_from([b"- ", b"\n", b"  ", b": ", b"[", b"&a ", b"*a", b"\t", b"'"])
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    for name in ("recipes", "policies", "toolchains"):
        shutil.copytree(ROOT / name, root / name, symlinks=True)
    shutil.copy(ROOT / "release.yaml", root)
    load_project(root)
    return root


def definitions(root: Path) -> list[Path]:
    return sorted([*root.glob("*/*.yaml"), *root.glob("*/*/*.yaml"), *root.glob("*/*.json"), root / "release.yaml"])


def places(value: Any, where: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*where, key)
            yield from places(inner, (*where, key))


def loads_or_is_refused(root: Path, path: Path, content: bytes) -> None:
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        with suppress(BadDefinitions):
            load_project(root)
    finally:
        path.write_bytes(before)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_value_in_any_place(project: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(definitions(project)))
    content = yaml.load(path.read_bytes(), yaml.CSafeLoader)
    where = data.draw(st.sampled_from(sorted(places(content), key=str)))
    inner = content
    for key in where[:-1]:
        inner = inner[key]
    match data.draw(st.sampled_from(["set", "remove", "rename", "repeat"])):
        case "remove":
            del inner[where[-1]]
        case "rename" if isinstance(inner, dict):
            inner[data.draw(st.one_of(st.text(max_size=8), TEXTS))] = inner.pop(where[-1])
        case "repeat" if isinstance(inner, list):
            inner.append(inner[int(where[-1])])
        case _:
            inner[where[-1]] = data.draw(VALUES)
    loads_or_is_refused(project, path, json.dumps(content).encode())  # JSON is YAML, and says all of this


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_bytes_in_any_place(project: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(definitions(project)))
    content = path.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(start + 40, len(content))))
    new = data.draw(st.one_of(st.binary(max_size=8), TOKENS))
    loads_or_is_refused(project, path, content[:start] + new + content[end:])
