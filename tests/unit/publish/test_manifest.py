"""pipeline.publish.manifest: golden file both ways, and bad inputs 13 and 14, each with its reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rfc8785

from pipeline.errors import PublishError
from pipeline.load.schema import render
from pipeline.model.manifest import FileReference, Manifest
from pipeline.publish.manifest import (
    MAX_BYTES,
    Compared,
    ManifestReason,
    Status,
    compare,
    dump,
    empty,
    merge,
    read,
)
from pipeline.publish.record import ArtifactRecord, entry_of
from tests.unit.publish.samples import RELEASE, WASM, X86, as_json, digest, record

GOLDEN = Path(__file__).parent / "manifest.golden.json"


def reference(item: ArtifactRecord, content: str = "archive") -> FileReference:
    return FileReference(path=f"sha256/{digest(content)}/{item.file_name}", size=7, sha256=digest(content))


def manifest(*records: ArtifactRecord) -> Manifest:
    made = empty(RELEASE)
    for item in records:
        made = merge(made, entry_of(item, reference(item)))
    return made


GOOD = dump(manifest(record(), record(target=WASM)))


def table(content: str = "table", name: str = "0-1.json") -> FileReference:
    return FileReference(path=f"sha256/{digest(content)}/{name}", size=5, sha256=digest(content))


def refuse(data: bytes) -> PublishError:
    with pytest.raises(PublishError) as caught:
        read(data)
    assert caught.value.hint
    return caught.value


def spoiled(change: Callable[[Any], object]) -> bytes:
    """The good manifest with one thing changed, in canonical form."""
    data = as_json(GOOD)
    change(data)
    return rfc8785.dumps(data)


def test_golden_file() -> None:
    """The released format: changing it means another schema version."""
    assert GOLDEN.read_bytes() == GOOD


def test_golden_file_reads_back() -> None:
    assert read(GOLDEN.read_bytes()) == manifest(record(), record(target=WASM))


def test_the_outer_shape_is_the_agreed_one() -> None:
    data = as_json(GOOD)
    assert data.keys() == {"schema", "release", "created", "artifacts"}
    assert data["schema"] == "1.0"
    agreed = "name version tier kind target options file tree key requires capabilities evidence benchmarks"
    for artifact in data["artifacts"]:
        assert {*agreed.split(), "sbom", "provenance"} <= artifact.keys()
        assert artifact["file"].keys() == {"path", "size", "sha256"}
        assert artifact["requires"].keys() == {"glibc", "isa", "runtime"}
        assert artifact["capabilities"].keys() == {"modules"}
        assert artifact["evidence"].keys() & {"elf", "wasm"}


def test_facts_become_requirements_and_capabilities() -> None:
    wasm, native = manifest(record(), record(target=WASM)).artifacts
    assert (native.requires.glibc, native.requires.isa, native.requires.runtime) == ("2.30", "x86_64", None)
    assert (wasm.requires.glibc, wasm.requires.isa, wasm.requires.runtime) == (None, "wasm32", "wasi-preview1")
    assert native.capabilities.modules == ("json", "zlib")


def test_a_module_that_imports_what_wasi_has_not_needs_javascript() -> None:
    facts = {"wasm": {"imports": ["slimepython.write", "wasi_snapshot_preview1.fd_write"]}, "ran": {}}
    (artifact,) = manifest(record(target="wasm32-unknown-unknown", facts=facts)).artifacts
    assert artifact.requires.runtime == "javascript"


def test_the_published_schema_accepts_it() -> None:
    schema = json.loads(render("manifest"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(as_json(GOOD))


def test_merge_replaces_what_has_the_same_name_version_target_and_options() -> None:
    one = manifest(record(), record(target=WASM), record(options={"pic": "no"}))
    two = merge(one, entry_of(record(tree=digest("new")), reference(record(), "new")))
    assert [artifact.id for artifact in two.artifacts] == [artifact.id for artifact in one.artifacts]
    assert [artifact.tree == digest("new") for artifact in two.artifacts] == [False, True, False]


def test_the_order_of_publishing_does_not_matter() -> None:
    assert manifest(record(), record(target=WASM)) == manifest(record(target=WASM), record())


def test_compare() -> None:
    ours = manifest(record(), record(target=WASM), record("rustpython", key=digest("new")), record("fresh"))
    theirs = manifest(record(), record("rustpython"), record("gone"))
    theirs = merge(theirs, entry_of(record(target=WASM, tree=digest("2")), reference(record(target=WASM), "2")))
    found = {key[:3]: value for key, value in compare(ours, theirs).items()}
    assert found == {
        ("cpython", "3.14.7", X86): Compared(Status.EQUAL),
        ("cpython", "3.14.7", WASM): Compared(Status.DIFFERENT, ("archive", "tree")),
        ("rustpython", "3.14.7", X86): Compared(Status.EQUAL, ("key",)),
        ("fresh", "3.14.7", X86): Compared(Status.NEW),
        ("gone", "3.14.7", X86): Compared(Status.MISSING),
    }
    assert found["cpython", "3.14.7", WASM].shown == "different (archive, tree)"
    assert found["rustpython", "3.14.7", X86].shown == "equal"


def test_the_same_archive_of_another_tree_is_different() -> None:
    """A digest of which one of the two must be wrong is no proof that they are equal."""
    (found,) = compare(manifest(record()), manifest(record(tree=digest("2")))).values()
    assert found == Compared(Status.DIFFERENT, ("tree",))


def test_compare_with_nothing() -> None:
    assert [item.status for item in compare(manifest(record()), None).values()] == [Status.NEW]


def test_13_duplicate_keys() -> None:
    data = GOOD.replace(b'"schema":"1.0"', b'"schema":"1.0","schema":"1.0"')
    assert refuse(data).reason is ManifestReason.DUPLICATE_KEY
    data = GOOD.replace(b'"size":7', b'"size":7,"size":8', 1)
    assert refuse(data).reason is ManifestReason.DUPLICATE_KEY


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity"])
def test_13_nan(number: bytes) -> None:
    assert refuse(GOOD.replace(b'"size":7', b'"size":' + number)).reason is ManifestReason.NOT_FINITE


def test_13_a_number_too_large_for_a_double() -> None:
    data = GOOD.replace(b'"benchmarks":{}', b'"benchmarks":{"n":1e999}')
    assert refuse(data).reason is ManifestReason.NOT_CANONICAL


@pytest.mark.parametrize("size", [2**63, 2**53, -1, "7", 7.5, True, None])
def test_13_size(size: object) -> None:
    """Written by hand, since canonical JSON itself refuses the largest."""
    data = GOOD.replace(b'"size":7', b'"size":' + json.dumps(size).encode())
    assert refuse(data).reason is ManifestReason.BAD_SIZE


@pytest.mark.parametrize("schema", ["2.0", "1.1", "0.9", "1", "", "1.0 ", 1.0, None])
def test_13_unknown_schema(schema: object) -> None:
    error = refuse(spoiled(lambda data: data.update(schema=schema)))
    assert error.reason is ManifestReason.UNKNOWN_SCHEMA


def test_13_no_schema() -> None:
    assert refuse(spoiled(lambda data: data.pop("schema"))).reason is ManifestReason.UNKNOWN_SCHEMA
    assert refuse(b"[]").reason is ManifestReason.UNKNOWN_SCHEMA


@pytest.mark.parametrize(
    "place",
    [
        lambda data: data,
        lambda data: data["artifacts"][0],
        lambda data: data["artifacts"][0]["file"],
        lambda data: data["artifacts"][0]["requires"],
        lambda data: data["artifacts"][0]["made"],
    ],
)
def test_13_unknown_field(place: Callable[[Any], Any]) -> None:
    error = refuse(spoiled(lambda data: place(data).update(surprise=1)))
    assert error.reason is ManifestReason.UNKNOWN_FIELD
    assert "surprise" in error.message


@pytest.mark.parametrize("field", ["release", "created", "artifacts"])
def test_13_missing_field(field: str) -> None:
    error = refuse(spoiled(lambda data: data.pop(field)))
    assert error.reason is ManifestReason.MISSING_FIELD
    assert field in error.message


@pytest.mark.parametrize("where", ["tree", "key"])
@pytest.mark.parametrize("value", [None, "", "d41d8cd98f00b204e9800998ecf8427e", "sha256:" + "a" * 64, "A" * 64])
def test_13_bad_digest(where: str, value: object) -> None:
    error = refuse(spoiled(lambda data: data["artifacts"][0].update({where: value})))
    assert error.reason is ManifestReason.BAD_DIGEST
    assert f"artifacts.0.{where}" in error.message


def test_13_digest_with_a_newline() -> None:
    error = refuse(spoiled(lambda data: data["artifacts"][0].update(tree="a" * 64 + "\n")))
    assert error.reason is ManifestReason.BAD_DIGEST


def test_13_missing_digest() -> None:
    error = refuse(spoiled(lambda data: data["artifacts"][0]["file"].pop("sha256")))
    assert error.reason is ManifestReason.BAD_DIGEST


def test_13_md5_instead() -> None:
    def change(data: Any) -> None:
        file = data["artifacts"][0]["file"]
        file["md5"] = file.pop("sha256")[:32]

    error = refuse(spoiled(change))
    assert error.reason is ManifestReason.UNKNOWN_FIELD
    assert "[bad-digest]" in error.message


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "a/../x",
        "/etc/passwd",
        "//host/x",
        "%2e%2e/x",
        "a%2fb",
        "a\0b",
        "a\\b",
        "C:\\x",
        "a//b",
        "./a",
        "a/.",
        "a/",
        "",
        "a/.hidden",
        "é",
        "e\u0301",
        "a\nb",
        "a\n",
        "file:///etc/passwd",
        "http://example.org/x",
        "a" * 256,
    ],
)
def test_14_path(path: str) -> None:
    error = refuse(spoiled(lambda data: data["artifacts"][0]["file"].update(path=path)))
    assert error.reason is ManifestReason.BAD_PATH


def test_14_colliding_case() -> None:
    def change(data: Any) -> None:
        first, second = data["artifacts"]
        second["file"]["path"] = first["file"]["path"].upper()

    assert refuse(spoiled(change)).reason is ManifestReason.BAD_VALUE


def test_14_two_files_at_one_path() -> None:
    def change(data: Any) -> None:
        first, second = data["artifacts"]
        second["file"].update(path=first["file"]["path"], size=8)

    assert refuse(spoiled(change)).reason is ManifestReason.BAD_VALUE


def test_artifacts_out_of_order_or_twice() -> None:
    assert refuse(spoiled(lambda data: data["artifacts"].reverse())).reason is ManifestReason.BAD_VALUE
    twice = spoiled(lambda data: data["artifacts"].append(data["artifacts"][1]))
    assert refuse(twice).reason is ManifestReason.BAD_VALUE


def test_an_interpreter_that_was_not_run() -> None:
    error = refuse(spoiled(lambda data: data["artifacts"][0]["evidence"].pop("ran")))
    assert error.reason is ManifestReason.BAD_VALUE


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"<html>", b"[" * 100_000, b"1" * 5000, b'{"a":"\xed\xa0\x80"}'])
def test_not_json(data: bytes) -> None:
    assert refuse(data).reason is ManifestReason.NOT_JSON


def test_too_large() -> None:
    assert refuse(b" " * (MAX_BYTES + 1)).reason is ManifestReason.TOO_LARGE


def test_another_spelling() -> None:
    for data in (json.dumps(as_json(GOOD)).encode(), GOOD + b"\n", b" " + GOOD):
        assert refuse(data).reason is ManifestReason.NOT_CANONICAL


def test_all_problems_are_told() -> None:
    def change(data: Any) -> None:
        data["artifacts"][0]["file"].update(path="../x", size=-1)

    error = refuse(spoiled(change))
    assert {"[bad-path]", "[bad-size]"} <= set(error.message.split())


def test_tables_are_listed_where_there_are_any() -> None:
    made = manifest(record())
    assert b"tables" not in dump(made)
    listed = made.model_copy(update={"tables": (table(),)})
    assert read(dump(listed)) == listed
    jsonschema.validate(as_json(dump(listed)), json.loads(render("manifest")))
    twice = made.model_copy(update={"tables": (table(), table().model_copy(update={"size": 6}))})
    assert refuse(dump(twice)).reason is ManifestReason.BAD_VALUE
    assert refuse(rfc8785.dumps({**as_json(GOOD), "tables": []})).reason is ManifestReason.NOT_CANONICAL
