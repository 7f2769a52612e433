"""What a definition by itself may and may not say."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from pipeline.model.recipe import Filtered, Recipe, Source
from tests.unit.miniproject import SHA, WASM, X86, recipe
from tests.unit.model.refused import load, refuse

SOURCE = {"urls": ["https://example.org/a.tar"], "sha256": SHA, "size": 1}


def test_the_samples_are_good() -> None:
    """Else the tests below would refuse for another reason."""
    load(Source, SOURCE)
    load(Recipe, recipe("zlib"))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"urls": ["http://example.org/a.tar"]}, "urls"),
        ({"urls": ["ftp://example.org/a.tar"]}, "urls"),
        ({"urls": ["file:///etc/passwd"]}, "urls"),
        ({"urls": []}, ""),
        ({"sha256": "ab"}, "sha256"),
        ({"sha256": SHA + "\n"}, "sha256"),
        ({"size": -1}, "size"),
        ({"size": 2**53}, "size"),
        ({"into": "../x"}, "into"),
        ({"debian": "/pool/x"}, "debian"),
        ({"strip": 4}, "strip"),
    ],
)
def test_22_source(changes: dict[str, object], place: str) -> None:
    assert refuse(Source, SOURCE | changes) == {place}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name": "Zlib"}, "name"),
        ({"name": "zlib\n"}, "name"),
        ({"name": "../zlib"}, "name"),
        ({"targets": []}, "targets"),
        ({"targets": [X86, X86]}, ""),
        ({"versions": []}, "versions"),
        ({"versions": [{"version": "latest"}]}, "versions.0.version"),
        ({"versions": [{"version": "1.0"}, {"version": "1.0"}]}, ""),
        ({"steps": []}, "steps"),
        ({"steps": [{"name": "a", "run": ""}]}, "steps.0.run"),
        ({"steps": [{"name": "a", "run": "x"}, {"name": "a", "run": "y"}]}, ""),
        ({"steps": [{"name": "a", "run": "x", "versions": "new"}]}, "steps.0.versions"),
        ({"limits": {"minutes": 0}}, "limits.minutes"),
        ({"versions": [{"version": "1.0", "env": {"1A": "x"}}]}, "versions.0.env.1A.[key]"),
    ],
)
def test_22_recipe(changes: dict[str, object], place: str) -> None:
    found = refuse(Recipe, {**recipe("zlib"), **changes})
    assert place in found
    # Pydantic adds that a list is too short when its only item is wrong; the loader leaves that out.
    assert found <= {place, place.partition(".")[0]}


def test_a_bare_name_is_a_dependency_without_filter() -> None:
    found = Recipe.model_validate_json(json.dumps(recipe("a", dependencies=["zlib", {"name": "xz", "targets": [X86]}])))
    assert [(item.name, item.targets) for item in found.dependencies] == [("zlib", None), ("xz", (X86,))]


def test_models_are_frozen() -> None:
    source = Source.model_validate_json(json.dumps(SOURCE))
    with pytest.raises(ValidationError):
        source.size = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("targets", "versions", "target", "version", "holds"),
    [
        (None, None, X86, "3.14.7", True),
        ((X86,), None, X86, "3.14.7", True),
        ((X86,), None, WASM, "3.14.7", False),
        (None, ">=3.14", X86, "3.14.7", True),
        (None, ">=3.14", X86, "3.13.15", False),
        (None, ">=3.15.0a1", X86, "3.15.0b1", True),
        (None, "<3.15", X86, "3.14.0rc1", True),
    ],
)
def test_filters(
    targets: tuple[str, ...] | None, versions: str | None, target: str, version: str, *, holds: bool
) -> None:
    assert Filtered(targets=targets, versions=versions).holds(target, version) is holds
