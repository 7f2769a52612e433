"""What toolchains, their locks and targets may and may not say."""

from __future__ import annotations

import pytest

from pipeline.model.toolchain import Suite, Target, Toolchain, ToolchainLock
from tests.unit.miniproject import SHA, X86
from tests.unit.model.refused import load, refuse

TARGET = {"triple": X86, "alias": "x86_64", "runner": "native"}
TOOLCHAIN = {
    "name": "tools",
    "kind": "rootfs",
    "summary": "tools",
    "suite": "trixie",
    "architecture": "amd64",
    "packages": ["make"],
}
PACKAGE = {
    "name": "make",
    "version": "4.4",
    "architecture": "amd64",
    "path": "pool/m/make.deb",
    "size": 1,
    "sha256": SHA,
}
SUITE = {"codename": "trixie", "signed_by": ["archive"]}
LOCK = {"schema_version": 1, "name": "tools", "suite": "trixie", "timestamp": "20261101T000000Z", "packages": [PACKAGE]}


def test_the_samples_are_good() -> None:
    """Else the tests below would refuse for another reason."""
    load(Target, TARGET)
    load(Toolchain, TOOLCHAIN)
    load(ToolchainLock, LOCK)
    load(Suite, SUITE)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"kind": "image"}, "kind"),
        ({"packages": []}, "packages"),
        ({"summary": ""}, "summary"),
        ({"env": {"A-B": "x"}}, "env.A-B.[key]"),
        ({"links": {"/bin/cc": "clang"}}, "links./bin/cc.[key]"),
        ({"packges": []}, "packges"),
    ],
)
def test_22_toolchain(changes: dict[str, object], place: str) -> None:
    assert refuse(Toolchain, TOOLCHAIN | changes) == {place}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"schema_version": 2}, "schema_version"),
        ({"timestamp": "2026-11-01"}, "timestamp"),
        ({"timestamp": "20261301T000000Z"}, "timestamp"),
        ({"timestamp": "2026111T0000000Z"}, "timestamp"),
        ({"packages": [PACKAGE | {"path": "../make.deb"}]}, "packages.0.path"),
        ({"packages": [PACKAGE | {"sha256": "ab"}]}, "packages.0.sha256"),
        ({"packages": [PACKAGE | {"size": -1}]}, "packages.0.size"),
    ],
)
def test_22_lock(changes: dict[str, object], place: str) -> None:
    assert refuse(ToolchainLock, LOCK | changes) == {place}


@pytest.mark.parametrize(
    ("changes", "place"),
    [({"alias": X86}, ""), ({"runner": "wine"}, "runner"), ({"triple": "x86_64"}, "triple"), ({"size": 1}, "size")],
)
def test_22_target(changes: dict[str, object], place: str) -> None:
    assert refuse(Target, TARGET | changes) == {place}


def test_22_toolchain_links_and_files_stay_inside() -> None:
    changes = {"links": {"../etc/x": "y"}, "files": {"/etc/passwd": ""}}
    assert refuse(Toolchain, TOOLCHAIN | changes) == {"links.../etc/x.[key]", "files./etc/passwd.[key]"}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"codename": "Stable"}, "codename"),
        ({"signed_by": []}, "signed_by"),
        ({"signed_by": ["archive", "../key"]}, "signed_by.1"),
        ({"allow_expired": {"reason": "old"}}, "allow_expired.reason"),
        ({"allow_expired": {}}, "allow_expired.reason"),
        ({"without_valid_until": {"reason": "it is a release", "max_age_days": 0}}, "without_valid_until.max_age_days"),
    ],
)
def test_22_suite(changes: dict[str, object], place: str) -> None:
    assert refuse(Suite, SUITE | changes) == {place}
