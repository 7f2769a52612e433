"""A table's lines: what is read back is what was written, whatever the names are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from slimepython.errors import ManifestError
from slimepython.router.lines import LONG, dump, split
from slimepython.router.tables import TableReason, load

from .conftest import TIERS

ODD = ['a "quoted" one', "back\\slash", "two words", "ünïcode", "a", "ab", 'ends with ":', "new\nline"]


def document() -> dict[str, Any]:
    found: dict[str, Any] = {"schema": 1, **{field: {"one": [1], "two": [2, {"x": ",\n"}]} for field in LONG}}
    return {**found, "examples": {name: [name, number] for number, name in enumerate(ODD)}}


def test_what_is_read_is_what_was_written() -> None:
    head, long = split(dump(document()))
    assert head["schema"] == 1
    for field in LONG:
        expected = document()[field]
        assert set(long[field]) == set(expected)
        assert len(long[field]) == len(expected)
        assert {name: long[field][name] for name in expected} == expected
        assert long[field].get("none") is None
        assert "none" not in long[field]
        with pytest.raises(KeyError):
            long[field]["none"]


def test_it_is_json_as_well_and_may_be_written_in_another_way() -> None:
    kept = json.loads(dump(document()))
    assert {field: kept[field] for field in LONG} == {field: document()[field] for field in LONG}
    for text in (json.dumps(document()), json.dumps(kept, indent=1)):
        _, long = split(text.encode())
        assert dict(long["examples"]) == document()["examples"]
        assert dict(long["modules"]) == document()["modules"]


@pytest.mark.parametrize("field", LONG)
def test_nothing_in_a_long_mapping_is_nothing(field: str) -> None:
    _, long = split(dump({**document(), field: {}}))
    assert dict(long[field]) == {}


@pytest.mark.parametrize(
    ("line", "put"),
    [(b'"append":[', b'"append":[{'), (b'"append":[', b'"append":7,"x":['), (b'"abs":[', b'"abs":[[1,2]],["abs",[')],
)
def test_a_broken_line_is_told(tmp_path: Path, line: bytes, put: bytes) -> None:
    (whole, *_) = sorted(TIERS.glob("*.json"))
    named = json.loads(whole.read_bytes())
    broken = tmp_path / "table.json"
    data = whole.read_bytes()
    assert line in data
    broken.write_bytes(data.replace(line, put))
    tables = load(broken, named["full"]["sha256"], named["light"]["sha256"])
    with pytest.raises(ManifestError) as caught:
        [(tables.attributes.get(name), tables.builtins.get(name)) for name in ("append", "abs")]
    assert caught.value.reason is TableReason.MALFORMED
