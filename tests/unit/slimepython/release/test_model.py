"""slimepython.release.model: bad inputs 13 and 14, each refused with its reason; and what is right is read."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slimepython.errors import ManifestError
from slimepython.release.document import MAX_BYTES, ManifestReason
from slimepython.release.model import load_manifest
from tests.unit.slimepython import forge
from tests.unit.slimepython.places import Place

GOOD = json.dumps(forge.manifest(forge.artifact()))


def reason(document: str | bytes) -> str:
    """The reason for which a document is refused."""
    data = document if isinstance(document, bytes) else document.encode()
    with pytest.raises(ManifestError) as caught:
        load_manifest(data)
    assert caught.value.hint
    return caught.value.reason


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    """The good manifest with its first artifact changed."""
    document = json.loads(GOOD)
    change(document["artifacts"][0])
    return json.dumps(document)


def test_a_good_manifest_is_read() -> None:
    artifact = load_manifest(GOOD.encode()).artifacts[0]
    assert artifact.label.startswith("cpython-3.14.7-x86_64-unknown-linux-gnu-")
    assert artifact.capabilities == {"json", "os"}
    assert artifact.requires.glibc == "2.30"
    assert artifact.made.recipe.name == "cpython"
    assert artifact.evidence == {"elf": {}, "ran": {}}


def test_the_builders_own_golden_manifest_is_read() -> None:
    """The builder's writer and this reader know the same format."""
    path = Path(__file__).parents[3] / "unit" / "publish" / "manifest.golden.json"
    document = path.read_bytes()
    read = load_manifest(document)
    assert [artifact.name for artifact in read.artifacts] == [a["name"] for a in json.loads(document)["artifacts"]]


def test_optional_fields_may_be_left_out() -> None:
    def leave_out(artifact: dict[str, Any]) -> None:
        for name in ("options", "benchmarks", "sbom", "provenance"):
            del artifact[name]
        del artifact["requires"]["runtime"], artifact["made"]["locks"]

    assert load_manifest(changed(leave_out).encode()).artifacts[0].sbom is None


def test_tables() -> None:
    """A manifest without a list of them is a manifest."""
    document = json.loads(GOOD)
    assert load_manifest(GOOD.encode()).tables == ()
    listed = forge.table(forge.artifact(), forge.light()[1])[1]
    assert load_manifest(json.dumps({**document, "tables": [listed]}).encode()).tables[0].sha256 == listed["sha256"]
    for change, expected in (
        ({"size": MAX_BYTES + 1}, ManifestReason.BAD_SIZE),
        ({"path": "../x"}, ManifestReason.BAD_PATH),
        ({"path": forge.artifact()["file"]["path"].upper()}, ManifestReason.COLLIDING_PATH),
        ({"more": 1}, ManifestReason.UNKNOWN_FIELD),
    ):
        assert reason(json.dumps({**document, "tables": [{**listed, **change}]})) == expected


@pytest.mark.parametrize(
    "text", ['{"schema": "1.0", "schema": "1.0"}', GOOD.replace('"tier"', '"tier": "light", "tier"')]
)
def test_13_duplicate_keys(text: str) -> None:
    assert reason(text) == ManifestReason.DUPLICATE_KEY


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_13_not_finite(number: str) -> None:
    assert reason(GOOD.replace('"elf": {}', f'"elf": {number}')) == ManifestReason.NOT_FINITE


@pytest.mark.parametrize("size", [2**63, 2**53, -1, True, False, 1.0, "1", None, [], 10**400])
def test_13_size(size: object) -> None:
    assert reason(changed(lambda artifact: artifact["file"].update(size=size))) == ManifestReason.BAD_SIZE


def test_13_a_number_of_many_digits() -> None:
    assert reason(GOOD.replace('"elf": {}', f'"elf": {"9" * 5000}')) == ManifestReason.NOT_JSON


@pytest.mark.parametrize("schema", ["2.0", "1.1", "0.9", "1", "", 1, 1.0, ["1.0"], "1.0\n"])
def test_13_unknown_schema(schema: object) -> None:
    document = forge.manifest(forge.artifact(), schema=schema, later="whatever it is")
    assert reason(json.dumps(document)) == ManifestReason.UNKNOWN_SCHEMA


def test_13_no_schema() -> None:
    assert reason('{"artifacts": []}') == ManifestReason.MISSING_FIELD


@pytest.mark.parametrize("where", [[], ["file"], ["requires"], ["capabilities"], ["made"], ["made", "recipe"]])
def test_13_unknown_field(where: list[str]) -> None:
    def add(artifact: dict[str, Any]) -> None:
        for name in where:
            artifact = artifact[name]
        artifact["surprise"] = 1

    assert reason(changed(add)) == ManifestReason.UNKNOWN_FIELD


def test_13_unknown_field_at_the_top_with_a_suggestion() -> None:
    document = forge.manifest(forge.artifact(), artefacts=[])
    with pytest.raises(ManifestError) as caught:
        load_manifest(json.dumps(document).encode())
    assert caught.value.reason == ManifestReason.UNKNOWN_FIELD
    assert "'artifacts'" in caught.value.message


@pytest.mark.parametrize("digest", ["d" * 32, "D" * 64, "sha256:" + "d" * 64, "", "d" * 63, "d" * 64 + "\n", None, 5])
@pytest.mark.parametrize("where", ["file", "tree", "key"])
def test_13_bad_digest(digest: object, where: str) -> None:
    def change(artifact: dict[str, Any]) -> None:
        if where == "file":
            artifact["file"]["sha256"] = digest
        else:
            artifact[where] = digest

    assert reason(changed(change)) == ManifestReason.BAD_DIGEST


@pytest.mark.parametrize("name", ["sha256", "size", "path"])
def test_13_missing_digest(name: str) -> None:
    assert reason(changed(lambda artifact: artifact["file"].pop(name))) == ManifestReason.MISSING_FIELD


def test_13_md5_instead() -> None:
    def change(artifact: dict[str, Any]) -> None:
        artifact["file"]["md5"] = artifact["file"].pop("sha256")[:32]

    assert reason(changed(change)) == ManifestReason.MISSING_FIELD


@pytest.mark.parametrize(
    "path",
    ["../x", "a/../b", "/etc/passwd", "a//b", "a/", "", ".", "./a", "a/.b", "%2e%2e/x", "a%00b", "a\0b", "a\\b",
     "a\nb", "a b", "é", "e\u0301", "a:b", "C:/a", "http://x/y", "a?b", "a#b", "n" * 256, None, 5],
)  # fmt: skip
@pytest.mark.parametrize("field", ["file", "entry"])
def test_14_bad_path(path: object, field: str) -> None:
    def change(artifact: dict[str, Any]) -> None:
        if field == "file":
            artifact["file"]["path"] = path
        else:
            artifact["entry"] = path if path is not None else "/"

    assert reason(changed(change)) == ManifestReason.BAD_PATH


def test_14_colliding_paths() -> None:
    one, other = forge.artifact(), copy.deepcopy(forge.artifact(version="3.13.15"))
    other["file"] = {**one["file"], "path": one["file"]["path"].upper(), "sha256": "9" * 64}
    assert reason(json.dumps(forge.manifest(one, other))) == ManifestReason.COLLIDING_PATH


def test_one_file_may_be_named_twice() -> None:
    document = forge.manifest(forge.artifact(), forge.artifact(version="3.13.15"))
    assert len(load_manifest(json.dumps(document).encode()).artifacts) == 2


def test_out_of_order_or_twice() -> None:
    one, other = forge.artifact(), forge.artifact(version="3.13.15")
    for artifacts in ([one, other], [one, one]):
        document = {**forge.manifest(), "artifacts": artifacts}
        assert reason(json.dumps(document)) == ManifestReason.NOT_SORTED


@pytest.mark.parametrize("data", [b"", b"[", b"{", b"<html>", b"\xef\xbb\xbf{}", b"{} {}", b"{'a': 1}"])
def test_not_json(data: bytes) -> None:
    assert reason(data) == ManifestReason.NOT_JSON


@pytest.mark.parametrize("data", [b"\xff\xfe{}", b'{"a": "\xff"}'])
def test_not_text(data: bytes) -> None:
    assert reason(data) == ManifestReason.NOT_TEXT


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"a":' * 100_000])
def test_too_deep(data: bytes) -> None:
    assert reason(data) == ManifestReason.TOO_DEEP


def test_too_large() -> None:
    assert reason(b" " * (MAX_BYTES + 1)) == ManifestReason.TOO_LARGE


@pytest.mark.parametrize("text", ["null", "[]", "1", '"x"', "true"])
def test_not_an_object(text: str) -> None:
    assert reason(text) == ManifestReason.WRONG_TYPE


@pytest.mark.parametrize(
    ("field", "value"), [("tier", "fast"), ("kind", "program"), ("name", "a/b"), ("version", "../1"), ("target", "x")]
)
def test_bad_value(field: str, value: str) -> None:
    assert reason(changed(lambda artifact: artifact.update({field: value}))) == ManifestReason.BAD_VALUE


@pytest.mark.parametrize("evidence", [{}, {"elf": {}}, {"ran": {}}])
def test_no_evidence(evidence: dict[str, object]) -> None:
    assert reason(changed(lambda artifact: artifact.update(evidence=evidence))) == ManifestReason.NO_EVIDENCE


def test_13_nothing_is_installed_of_a_bad_manifest(place: Place) -> None:
    source = place.release((forge.archive(), forge.artifact()))
    (Path(source.name) / "manifest.json").write_text(GOOD.replace('"1.0"', '"2.0"'), "utf-8")
    assert place.refuse(source) == ManifestReason.UNKNOWN_SCHEMA


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_whatever_is_changed_is_read_or_refused(data: st.DataObject) -> None:
    """No other exception than ours, for any byte of the document changed."""
    position = data.draw(st.integers(0, len(GOOD) - 1))
    byte = data.draw(st.integers(0, 255))
    document = bytearray(GOOD.encode())
    document[position] = byte
    with suppress(ManifestError):
        load_manifest(bytes(document))
