"""Tables are refused unless they are about this very pair."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slimepython.errors import ManifestError
from slimepython.router.tables import TableReason, load

from .conftest import TIERS


@pytest.fixture
def path() -> Path:
    return sorted(TIERS.glob("*.json"))[0]


def digests(path: Path) -> tuple[str, str]:
    document = json.loads(path.read_bytes())
    return document["full"]["sha256"], document["light"]["sha256"]


def refused(path: Path, full: str, light: str) -> TableReason:
    with pytest.raises(ManifestError) as caught:
        load(path, full, light)
    assert caught.value.hint
    reason = caught.value.reason
    assert isinstance(reason, TableReason)
    return reason


def test_loads(path: Path) -> None:
    full, light = digests(path)
    tables = load(path, full, light)
    assert "len" in tables.builtins
    assert "Name" in tables.nodes
    assert path.name == f"{full[:12]}-{light[:12]}.json"


def test_other_pair(path: Path) -> None:
    full, light = digests(path)
    assert refused(path, light, full) is TableReason.OTHER_PAIR
    assert refused(path, full, "0" * 64) is TableReason.OTHER_PAIR


def test_missing(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.json", "a", "b") is TableReason.UNREADABLE


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b'{"schema": 2}', b"[" * 100_000, b'{"schema": 1}'])
def test_broken(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "table.json"
    path.write_bytes(data)
    assert refused(path, "a", "b") in (TableReason.MALFORMED, TableReason.UNKNOWN_SCHEMA)


@pytest.mark.parametrize("field", ["builtins", "modules", "types", "nodes", "unicode", "full"])
def test_a_missing_field(path: Path, tmp_path: Path, field: str) -> None:
    full, light = digests(path)
    document = json.loads(path.read_bytes())
    del document[field]
    broken = tmp_path / "table.json"
    broken.write_text(json.dumps(document))
    assert refused(broken, full, light) is TableReason.MALFORMED
