"""What a proven artifact's record becomes in the manifest."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.errors import PublishError
from pipeline.model.manifest import Artifact, FileReference
from pipeline.publish.manifest import ManifestReason
from pipeline.publish.record import ArtifactRecord, entry_of
from tests.unit.publish.samples import ELF_FACTS, WASM, WASM_FACTS, X86, digest, record

FILE = FileReference(path="sha256/a.tar.zst", size=7, sha256=digest("archive"))


def entry(**changes: Any) -> Artifact:
    return entry_of(record(**changes), FILE)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({}, f"cpython-3.14.7-{X86}.tar.zst"),
        ({"lto": "full", "isa": "x86-64-v3"}, f"cpython-3.14.7-{X86}+isa.x86-64-v3+lto.full.tar.zst"),
    ],
)
def test_the_archives_name_has_its_options_in_order(options: dict[str, str], name: str) -> None:
    made: ArtifactRecord = record(options=options)
    assert made.file_name == name


def test_how_it_was_made_is_said_whole() -> None:
    made = entry().made
    assert (made.recipe.name, made.recipe.sha256) == ("cpython", digest("recipe"))
    assert (made.engine, made.probe_key) == ("bubblewrap", digest("probe"))
    assert [(item.name, item.sha256) for item in made.sources] == [("Python-3.14.7.tar.xz", digest("source"))]
    assert [(item.name, item.sha256) for item in made.locks] == [("toolchains/llvm-22.lock.json", digest("lock"))]
    assert [(item.action, item.key) for item in made.dependencies] == [(f"build/zlib-1.3.2@{X86}", digest("zlib"))]


@pytest.mark.parametrize(
    ("elf", "glibc"),
    [
        ({"glibc": {"max": "2.30"}}, "2.30"),
        ({"glibc": {"max": None}}, None),
        ({"glibc": None}, None),
        ({}, None),
    ],
)
def test_the_glibc_that_it_needs_is_the_one_that_was_found(elf: dict[str, Any], glibc: str | None) -> None:
    assert entry(facts={**ELF_FACTS, "elf": elf}).requires.glibc == glibc


@pytest.mark.parametrize(("options", "isa"), [({}, "x86_64"), ({"isa": "x86-64-v3"}, "x86-64-v3")])
def test_the_instructions_that_it_needs_are_the_targets_or_the_options(options: dict[str, str], isa: str) -> None:
    assert entry(options=options).requires.isa == isa


@pytest.mark.parametrize(
    ("target", "facts", "runtime"),
    [
        (X86, ELF_FACTS, None),
        (WASM, WASM_FACTS, "wasi-preview1"),
        (WASM, {**WASM_FACTS, "wasm": {"imports": []}}, "wasi-preview1"),
        (WASM, {**WASM_FACTS, "wasm": {"imports": ["wasi_snapshot_preview1.fd_write", "env.f"]}}, "javascript"),
    ],
)
def test_what_runs_it(target: str, facts: dict[str, Any], runtime: str | None) -> None:
    assert entry(target=target, facts=facts).requires.runtime == runtime


@pytest.mark.parametrize(
    ("ran", "modules"),
    [
        ({"modules": {"importable": ["zlib", "json"]}}, ("json", "zlib")),
        ({}, ()),
        ({"modules": {"importable": [1]}}, ()),
    ],
)
def test_its_modules_are_those_that_were_imported(ran: dict[str, Any], modules: tuple[str, ...]) -> None:
    assert entry(facts={**ELF_FACTS, "ran": ran}).capabilities.modules == modules


@pytest.mark.parametrize("facts", [{}, {"ran": {}}, {"elf": {}}])
def test_what_was_not_proven_is_not_described(facts: dict[str, Any]) -> None:
    with pytest.raises(PublishError) as caught:
        entry(facts=facts)
    assert caught.value.reason is ManifestReason.BAD_VALUE
    assert f"cpython 3.14.7 for {X86}" in caught.value.message
    assert f"pipeline probe cpython@{X86}" in caught.value.hint
