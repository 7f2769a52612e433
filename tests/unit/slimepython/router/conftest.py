"""The committed tables, by the targets they are about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slimepython.router.tables import Tables, load

TIERS = Path(__file__).parents[4] / "manifests/tiers"
NATIVE = "x86_64-unknown-linux-gnu"
WASM = "wasm32-wasip1"


def table_of(full: str, light: str) -> Tables:
    """The committed table of a pair of targets."""
    for path in sorted(TIERS.glob("*.json")):
        document = json.loads(path.read_bytes())
        if (document["full"]["target"], document["light"]["target"]) == (full, light):
            return load(path, document["full"]["sha256"], document["light"]["sha256"])
    raise AssertionError(f"there is no table for {full} and {light}: python -m difftiers")


@pytest.fixture(scope="session")
def wasm() -> Tables:
    """CPython and RustPython, both in wasm."""
    return table_of(WASM, WASM)


@pytest.fixture(scope="session")
def native() -> Tables:
    """CPython and RustPython, both on this machine."""
    return table_of(NATIVE, NATIVE)
