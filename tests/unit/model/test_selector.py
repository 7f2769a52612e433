"""The parts of a selector, as they are written."""

from __future__ import annotations

import pytest

from pipeline.model.selector import Selector, parse_selector


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("cpython", ("cpython", None, None)),
        ("cpython==3.14.7", ("cpython", "3.14.7", None)),
        ("cpython@wasm", ("cpython", None, "wasm")),
        ("cpython==3.14.7@x86_64-unknown-linux-gnu", ("cpython", "3.14.7", "x86_64-unknown-linux-gnu")),
        ("lib-a.b+c_d", ("lib-a.b+c_d", None, None)),
        ("a==1==2", ("a", "1==2", None)),
    ],
)
def test_what_is_one(text: str, parts: tuple[str, str | None, str | None]) -> None:
    assert parse_selector(text) == Selector(*parts)


@pytest.mark.parametrize("text", ["", "@wasm", "==1", "a==", "a@", "a==@wasm", "A", "a b", "a=1", "a\n", "a/b", "ä"])
def test_what_is_none(text: str) -> None:
    assert parse_selector(text) is None
