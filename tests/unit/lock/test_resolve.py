"""Dependency closure: alternatives, versions, virtual packages, architectures, what is avoided."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pipeline.errors import LockError
from pipeline.lock.index import Index
from pipeline.lock.reasons import LockReason
from pipeline.lock.resolve import resolve


def stanza(name: str, version: str = "1", *, architecture: str = "amd64", **fields: str) -> str:
    lines = [f"Package: {name}", f"Version: {version}", f"Architecture: {architecture}"]
    lines += [f"Filename: pool/{name}.deb", "Size: 1", f"SHA256: {'0' * 64}"]
    lines += [f"{key.replace('_', '-')}: {value}" for key, value in fields.items()]
    return "\n".join(lines)


def chosen(
    roots: list[str], *stanzas: str, arm64: tuple[str, ...] = (), avoid: Mapping[str, str] | None = None
) -> list[str]:
    indexes = {"amd64": Index("\n\n".join(stanzas))}
    if arm64:
        indexes["arm64"] = Index("\n\n".join(arm64))
    found = resolve(roots, indexes, native="amd64", avoid=avoid or {})
    return [f"{c.name}:{c.architecture}" if arm64 else c.name for c in found]


def reason(*args: str, **kwargs: Mapping[str, str]) -> LockReason:
    with pytest.raises(LockError) as caught:
        chosen(["a"], *args, **kwargs)  # type: ignore[arg-type]
    assert isinstance(caught.value.reason, LockReason)
    return caught.value.reason


def test_dependencies_and_pre_dependencies_are_followed() -> None:
    found = chosen(["a"], stanza("a", Depends="b"), stanza("b", Pre_Depends="c"), stanza("c"), stanza("d"))
    assert found == ["a", "b", "c"]


def test_a_cycle_ends() -> None:
    assert chosen(["a"], stanza("a", Depends="b"), stanza("b", Depends="a")) == ["a", "b"]


def test_the_first_alternative_there_is() -> None:
    assert chosen(["a"], stanza("a", Depends="x | c | b"), stanza("b"), stanza("c")) == ["a", "c"]


def test_an_alternative_that_is_chosen_already() -> None:
    found = chosen(["a", "c"], stanza("a", Depends="b | c"), stanza("b"), stanza("c"))
    assert found == ["a", "c"]


def test_a_version_that_does_not_do() -> None:
    stanzas = (stanza("a", Depends="b (>= 2:1.0~) | c"), stanza("b", "9"), stanza("c"))
    assert chosen(["a"], *stanzas) == ["a", "c"]


def test_the_newest_of_several() -> None:
    index = Index("\n\n".join([stanza("a", "1.9"), stanza("a", "1.10"), stanza("a", "1.10~rc1")]))
    found = index.find("a")
    assert found is not None
    assert found.version == "1.10"


def test_a_virtual_package() -> None:
    stanzas = (stanza("a", Depends="v"), stanza("z", Provides="v"), stanza("y", Provides="w, v (= 2)"))
    assert chosen(["a"], *stanzas) == ["a", "y"]


def test_an_unversioned_provides_meets_no_version() -> None:
    stanzas = (stanza("a", Depends="v (>= 1)"), stanza("b", Provides="v"), stanza("c", Provides="v (= 1)"))
    assert chosen(["a"], *stanzas) == ["a", "c"]


def test_a_chosen_provider_is_enough() -> None:
    stanzas = (stanza("a", Depends="v"), stanza("b", Provides="v"), stanza("z", Provides="v"))
    assert chosen(["z", "a"], *stanzas) == ["a", "z"]


def test_what_is_avoided_stays_out_and_so_do_its_alternatives() -> None:
    found = chosen(["a"], stanza("a", Depends="b | c"), stanza("b"), stanza("c"), avoid={"b": "why"})
    assert found == ["a"]


def test_a_foreign_package_brings_its_own_architecture() -> None:
    found = chosen(
        ["a:arm64"],
        stanza("b"),
        stanza("tool", Multi_Arch="foreign"),
        stanza("data", architecture="all"),
        arm64=(
            stanza("a", architecture="arm64", Depends="b, tool, data"),
            stanza("b", architecture="arm64"),
            stanza("tool", architecture="arm64", Multi_Arch="foreign"),
            stanza("data", architecture="all"),
        ),
    )
    assert found == ["a:arm64", "b:arm64", "data:all", "tool:amd64"]


def test_avoiding_one_architecture_only() -> None:
    found = chosen(
        ["a", "a:arm64"],
        stanza("a", Depends="b"),
        stanza("b"),
        arm64=(stanza("a", architecture="arm64", Depends="b"), stanza("b", architecture="arm64")),
        avoid={"b:arm64": "why"},
    )
    assert found == ["a:amd64", "a:arm64", "b:amd64"]


def test_an_unknown_root() -> None:
    assert reason(stanza("b")) is LockReason.UNKNOWN_PACKAGE


def test_a_dependency_that_cannot_be_met() -> None:
    assert reason(stanza("a", Depends="b (>> 1)"), stanza("b")) is LockReason.UNSATISFIED


def test_avoiding_what_nothing_asks_for() -> None:
    assert reason(stanza("a"), avoid={"b": "why"}) is LockReason.AVOID_UNUSED


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("SHA256:", "MD5sum:"),
        ("Size: 1", "Size: one"),
        ("Size: 1", "Size: -1"),
        ("Size: 1", "Size: \u00b2"),
        ("Version: 1", "Version: one two"),
        ("Version: 1", "Version: e:1"),
        ("Version: 1", "Version: " + "1" * 5000 + ":1"),
        ("Size: 1", "Size: 1\nDepends: b (=> 1)"),
        ("Size: 1", "Size: 1\nPre-Depends: b (>= e:1)"),
        ("Size: 1", "Size: 1\nProvides: b (= e:1)"),
    ],
)
def test_an_entry_that_cannot_be_used(right: str, wrong: str) -> None:
    assert reason(stanza("a").replace(right, wrong, 1), stanza("b")) is LockReason.BAD_INDEX
