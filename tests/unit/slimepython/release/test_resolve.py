"""slimepython.release.resolve and machine: bad input 12, and which of several is chosen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from slimepython.errors import ResolveError, UsageError
from slimepython.release.machine import Machine, cpu_flags, isa_levels, this_machine
from slimepython.release.model import Artifact, Manifest, load_manifest
from slimepython.release.resolve import ResolveReason, Wish, resolve
from tests.unit.slimepython import forge
from tests.unit.slimepython.places import FULL, Place, machine

WASM: dict[str, Any] = {
    "target": "wasm32-wasip1",
    "requires": {"glibc": None, "isa": "wasm32", "runtime": "wasi-preview1"},
    "evidence": {"wasm": {}, "ran": {}},
}


def offers(*changes: dict[str, Any]) -> Manifest:
    """A manifest with one artifact for each set of changes."""
    return load_manifest(json.dumps(forge.manifest(*(forge.artifact(**change) for change in changes))).encode())


def choose(wish: Wish, *changes: dict[str, Any], on: Machine | None = None) -> Artifact:
    return resolve([offers(*changes)], on or machine(), wish)


def reason(wish: Wish, *changes: dict[str, Any], on: Machine | None = None) -> str:
    with pytest.raises(ResolveError) as caught:
        choose(wish, *changes, on=on)
    assert caught.value.hint
    return caught.value.reason


def needs(**requires: object) -> dict[str, Any]:
    return {"requires": {"glibc": "2.30", "isa": "x86_64", "runtime": None, **requires}}


def test_12_wrong_target() -> None:
    other = {"target": "aarch64-unknown-linux-gnu"}
    assert reason(FULL, other) == ResolveReason.WRONG_TARGET
    asked = Wish(tier="full", target="aarch64-unknown-linux-gnu")
    assert reason(asked, other) == ResolveReason.WRONG_TARGET, "asking for it does not make this machine one"


def test_12_a_target_that_lies() -> None:
    """The name says x86_64, the requirement says aarch64: neither machine may run it."""
    assert reason(FULL, needs(isa="aarch64")) == ResolveReason.WRONG_ISA


def test_12_wrong_libc() -> None:
    assert reason(FULL, needs(glibc="2.38")) == ResolveReason.WRONG_LIBC
    assert reason(FULL, needs(glibc="2.100")) == ResolveReason.WRONG_LIBC, "versions are numbers, not texts"
    assert choose(FULL, needs(glibc="2.4")).requires.glibc == "2.4"


def test_12_no_glibc_at_all() -> None:
    musl = machine(glibc=None)
    assert reason(FULL, {}, on=musl) == ResolveReason.WRONG_TARGET
    asked = Wish(tier="full", target=forge.X86)
    assert reason(asked, {}, on=musl) == ResolveReason.WRONG_LIBC


def test_12_wrong_isa_level() -> None:
    assert reason(FULL, needs(isa="x86-64-v4")) == ResolveReason.WRONG_ISA


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"target": "aarch64-unknown-linux-gnu", **needs(isa="aarch64")}, ResolveReason.WRONG_TARGET),
        (needs(glibc="2.38"), ResolveReason.WRONG_LIBC),
        (needs(isa="x86-64-v4"), ResolveReason.WRONG_ISA),
    ],
)
def test_12_nothing_is_installed(place: Place, changes: dict[str, Any], expected: ResolveReason) -> None:
    """The archive's digest is right; it is not even fetched."""
    data = forge.archive()
    source = place.release((data, forge.artifact(data, **changes)))
    (Path(source.name) / forge.artifact(data)["file"]["path"]).unlink()
    assert place.refuse(source) == expected


def test_the_message_says_what_each_lacks() -> None:
    with pytest.raises(ResolveError) as caught:
        choose(FULL, needs(glibc="2.99"), {"target": "aarch64-unknown-linux-gnu"}, {"tier": "light", "name": "light"})
    lines = caught.value.message.splitlines()
    assert caught.value.reason == ResolveReason.WRONG_LIBC, "the one that came closest"
    assert len(lines) == 4
    assert "2.99" in lines[1]


def test_other_reasons() -> None:
    assert reason(FULL) == ResolveReason.NOTHING_PUBLISHED
    assert reason(FULL, {"kind": "libpython", "entry": None}) == ResolveReason.WRONG_KIND
    assert reason(FULL, {"tier": "light"}) == ResolveReason.WRONG_TIER
    assert reason(Wish(tier="full", version="3.13.*"), {}) == ResolveReason.WRONG_VERSION
    assert reason(Wish(modules=frozenset({"_zstd", "json"})), {}) == ResolveReason.MISSING_MODULES
    assert reason(Wish(platform="wasi"), WASM, on=machine(wasmtime=None)) == ResolveReason.NO_ENGINE
    other = {**WASM, "requires": {"isa": "wasm32", "runtime": "wasi-preview9"}}
    assert reason(Wish(platform="wasi"), other) in (ResolveReason.NO_ENGINE, ResolveReason.WRONG_TARGET)


def test_a_specifier_that_is_none() -> None:
    with pytest.raises(UsageError) as caught:
        choose(Wish(version="newest"), {})
    assert caught.value.reason == ResolveReason.BAD_SPECIFIER


def test_the_newest_version_is_chosen() -> None:
    versions = [{"version": version} for version in ("3.9.1", "3.14.7", "3.14.10", "3.13.15")]
    assert choose(FULL, *versions).version == "3.14.10"
    assert choose(Wish(version="3.13.*"), *versions).version == "3.13.15"
    assert choose(Wish(version="3.9.1"), *versions).version == "3.9.1"


def test_then_the_highest_level_then_the_fewest_options() -> None:
    level = {"options": {"isa": "v3"}, **needs(isa="x86-64-v3")}
    assert choose(FULL, {}, level).requires.isa == "x86-64-v3"
    assert choose(FULL, {}, level, on=machine(isa=("x86_64", "x86-64"))).requires.isa == "x86_64"
    assert choose(FULL, {}, {"options": {"libpython": "shared"}}).options == {}


def test_wasm() -> None:
    assert choose(Wish(tier="full", platform="wasi"), {}, WASM).target == "wasm32-wasip1"
    assert choose(Wish(tier="full", platform="wasi"), WASM, on=machine(arch="riscv64", isa=("riscv64",))).tier == "full"


def test_foreign_is_not_checked_against_this_machine() -> None:
    other = {"target": "aarch64-unknown-linux-gnu", **needs(isa="aarch64", glibc="9.9")}
    assert choose(Wish(target="aarch64-unknown-linux-gnu", foreign=True), {}, other).target.startswith("aarch64")


def test_levels() -> None:
    v2 = "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3"
    v3 = "avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"
    assert isa_levels("x86_64", v2.split()) == ("x86_64", "x86-64", "x86-64-v2")
    assert isa_levels("x86_64", f"{v2} {v3}".split())[-1] == "x86-64-v3"
    assert isa_levels("x86_64", v3.split()) == ("x86_64", "x86-64"), "a level needs those below it"
    assert isa_levels("aarch64", ["fp", "asimd"]) == ("aarch64",)


def test_flags() -> None:
    assert cpu_flags("model name\t: x\nflags\t\t: a b\n\nflags\t\t: a c\n") == {"a", "b"}
    assert cpu_flags("Features\t: fp asimd\n") == {"fp", "asimd"}
    assert cpu_flags("") == frozenset()


def test_this_machine() -> None:
    found = this_machine()
    assert found == this_machine()
    assert found.isa[0] == found.arch
    assert found.target.startswith(found.arch)
