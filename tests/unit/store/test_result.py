"""Results as records."""

from __future__ import annotations

import pytest

from pipeline.errors import StoreError
from pipeline.store import ActionResult, StoreReason, sha256_bytes

RESULT = ActionResult(
    {"out": sha256_bytes(b"a"), "log": sha256_bytes(b"b")}, sha256_bytes(b"log"), 1.5, {"engine": "docker", "n": [1]}
)


def test_a_record_reads_back() -> None:
    assert ActionResult.from_bytes(RESULT.to_bytes("boot")) == (RESULT, "boot")
    bare = ActionResult({})
    assert ActionResult.from_bytes(bare.to_bytes()) == (bare, "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"outputs": {', '"outputs": ['),
        ('"seconds": 1.5', '"seconds": true'),
        ('"seconds": 1.5', '"seconds": 1.5, "more": 1'),
        ('"meta"', '"mete"'),
        ('"log": "', '"log": "x'),
        ('"out": "', '"out": 1, "b": "'),
        ('"boot"', '"boat"'),
        ("{", ""),
        ("", "\0"),
    ],
)
def test_anything_else_counts_as_damage(old: str, new: str) -> None:
    text = RESULT.to_bytes().decode().replace(old, new, 1)
    with pytest.raises(StoreError) as caught:
        ActionResult.from_bytes(text.encode())
    assert caught.value.reason is StoreReason.DAMAGED
