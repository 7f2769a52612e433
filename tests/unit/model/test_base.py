"""The field types that all definitions share, and what every model refuses."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from pipeline.model.base import EnvName, Model, Name, RelativePath, Sha256, Size, Triple


class Sample(Model):
    number: int
    words: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Name, ["a", "zlib-1.2_x+y", "0", "a" * 64], ["", "A", "-a", ".a", "a/b", "a b", "a\n", "ä", "a" * 65]),
        (
            Triple,
            ["x86_64-unknown-linux-gnu", "wasm32-wasip1"],
            ["x86_64", "a-b-c-d-e", "A-b", "a--b", "a-b\n", "a-b/c"],
        ),
        (Sha256, ["0123456789abcdef" * 4], ["ab" * 31, "AB" * 32, "ab" * 33, "ab" * 32 + "\n", "g" * 64]),
        (
            RelativePath,
            [".", "a", "a/b", "a..b", "..a/b"],
            ["", "/a", "..", "../a", "a/../b", "a/..", "a\\b", "a\0", "a" * 513],
        ),
        (EnvName, ["A", "_a1"], ["", "1A", "A-B", "A=B", "A\n"]),
        (Size, [0, 2**53 - 1], [-1, 2**53, 1.5]),
    ],
    ids=["name", "triple", "sha256", "path", "variable", "size"],
)
def test_field_types(kind: Any, good: list[Any], bad: list[Any]) -> None:
    adapter = TypeAdapter(kind, config=None if kind is Size else Model.model_config)
    for value in good:
        assert adapter.validate_python(value) == value
    for value in bad:
        with pytest.raises(ValidationError):
            adapter.validate_python(value)


@pytest.mark.parametrize(
    "data",
    [{"number": "1"}, {"number": 1.0}, {"number": True}, {"number": 1, "numbr": 2}, {}, {"number": 1, "words": "a"}],
)
def test_nothing_is_converted_and_nothing_unknown_taken(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Sample.model_validate(data)


def test_models_are_frozen_and_can_be_keys() -> None:
    sample = Sample(number=1, words=("a",))
    with pytest.raises(ValidationError):
        sample.number = 2  # type: ignore[misc]
    assert {sample: 1}[Sample(number=1, words=("a",))] == 1
