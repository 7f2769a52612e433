"""What the working manifest promises about its archives holds."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from pipeline.model.manifest import Manifest
from pipeline.store.digest import sha256_file
from pipeline.store.store import Store
from tests.acceptance.programs import ARM, ARTIFACTS, INTERPRETERS, WASM, X86, Programs
from tests.integration.toolchains import ROOT


def test_the_file_follows_the_published_schema() -> None:
    schema = json.loads((ROOT / "schemas" / "manifest.schema.json").read_text("utf-8"))
    jsonschema.validate(json.loads((ARTIFACTS / "manifest.json").read_text("utf-8")), schema)


def test_every_interpreter_of_both_tiers_is_there(manifest: Manifest) -> None:
    there = {(item.name, item.target) for item in manifest.artifacts if item.kind == "interpreter"}
    assert there >= set(INTERPRETERS)
    assert {item.target for item in manifest.artifacts if item.kind == "libpython"} >= {X86, ARM}


def test_archives_are_what_the_manifest_says_and_unpack_to_their_tree(
    manifest: Manifest, programs: Programs, tmp_path: Path
) -> None:
    with Store(tmp_path / "store") as store:
        for artifact in manifest.artifacts:
            found = sha256_file(ARTIFACTS / artifact.file.path)
            assert (found.hash, found.size) == (artifact.file.sha256, artifact.file.size)
            assert store.put_tree(programs.unpacked(artifact)).hash == artifact.tree


def test_sizes_stay_within_what_was_promised(manifest: Manifest, programs: Programs) -> None:
    assert programs.artifact("cpython", X86).file.size <= 35_000_000
    assert programs.artifact("rustpython", WASM).file.size <= 15_000_000
