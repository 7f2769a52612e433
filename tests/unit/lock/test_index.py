"""A Packages index: which of its packages are found, and what they say (Debian Policy, chapters 5 and 7)."""

from __future__ import annotations

import pytest

from pipeline.errors import LockError
from pipeline.lock.index import Candidate, Index, Relation
from pipeline.lock.reasons import LockReason


def stanza(name: str, version: str = "1", **fields: str) -> str:
    given = {
        "Package": name,
        "Version": version,
        "Architecture": "amd64",
        "Filename": f"pool/{name}_{version}.deb",
        "Size": "7",
        "SHA256": "ab" * 32,
        **{key.replace("_", "-"): value for key, value in fields.items()},
    }
    return "".join(f"{key}: {value}\n" for key, value in given.items() if value)


def index(*stanzas: str) -> Index:
    return Index("\n".join(stanzas))


def test_a_package_is_all_that_is_said_of_it() -> None:
    found = index(stanza("make", Depends="libc6 (>= 2.34), a | b:any", Pre_Depends="dpkg", Provides="gmake (= 4), mk"))
    libc, dpkg = Relation("libc6", None, ">=", "2.34"), Relation("dpkg")
    assert found.find("make") == Candidate(
        "make",
        "1",
        "amd64",
        False,
        "pool/make_1.deb",
        7,
        "ab" * 32,
        ((dpkg,), (libc,), (Relation("a"), Relation("b", "any"))),
        {"gmake": "4", "mk": None},
    )
    assert found.find("gmake") is None
    assert [str(relation) for relation in (libc, dpkg, Relation("b", "any"))] == ["libc6 (>= 2.34)", "dpkg", "b:any"]


@pytest.mark.parametrize("value", ["foreign", "same", ""])
def test_only_foreign_packages_serve_another_architecture(value: str) -> None:
    found = index(stanza("make", Multi_Arch=value)).find("make")
    assert found is not None
    assert found.foreign == (value == "foreign")


@pytest.mark.parametrize("versions", [("1.9", "1.10"), ("1.10", "1.9"), ("1.10~rc1", "1.10", "1:0~")])
def test_the_newest_is_found_as_debian_counts(versions: tuple[str, ...]) -> None:
    found = index(*(stanza("make", version) for version in versions)).find("make")
    assert found is not None
    assert found.version == ("1:0~" if "1:0~" in versions else "1.10")


def test_providers_come_in_order_and_only_as_their_newest_version_says() -> None:
    found = index(
        stanza("mawk", Provides="awk"),
        stanza("gawk", Provides="awk (= 5), other"),
        stanza("old", "1", Provides="awk"),
        stanza("old", "2"),
        stanza("awkward", Provides="awkish"),
    )
    assert [candidate.name for candidate in found.providers("awk")] == ["gawk", "mawk"]
    assert found.providers("nothing") == ()


@pytest.mark.parametrize(
    ("operator", "admitted"),
    [("<<", ["0.9"]), ("<=", ["0.9", "1.0"]), ("=", ["1.0"]), (">=", ["1.0", "1.0-1"]), (">>", ["1.0-1"])],
)
def test_which_versions_will_do(operator: str, admitted: list[str]) -> None:
    relation = Relation("a", None, operator, "1.0")
    assert [version for version in ("0.9", "1.0", "1.0-1") if relation.admits(version)] == admitted
    assert not relation.admits(None), "an unversioned Provides is of no version"


def test_a_relation_without_a_version_admits_any() -> None:
    assert Relation("a").admits("1")
    assert Relation("a").admits(None)


@pytest.mark.parametrize("field", ["Version", "Architecture", "Filename", "Size", "SHA256"])
def test_an_entry_that_lacks_a_field_is_named(field: str) -> None:
    with pytest.raises(LockError) as caught:
        index(stanza("make", **{field: ""})).find("make")
    assert caught.value.reason is LockReason.BAD_INDEX
    assert f"make lacks {field}" in caught.value.message


@pytest.mark.parametrize("size", ["-1", "1.5", "0x1", "9" * 16, "many"])
def test_a_size_that_is_none_is_refused(size: str) -> None:
    with pytest.raises(LockError) as caught:
        index(stanza("make", Size=size)).find("make")
    assert caught.value.reason is LockReason.BAD_INDEX


def test_what_nobody_asks_for_is_not_read() -> None:
    broken = "Package: broken\nVersion: 1\n"
    found = index(stanza("make"), broken).find("make")
    assert found is not None
