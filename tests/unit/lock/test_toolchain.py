"""Locking a toolchain against a signed mirror on the loopback interface, from its yaml to its lock file."""

from __future__ import annotations

import hashlib
import lzma
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pysequoia import SignatureMode, Tsk, sign

from pipeline.errors import FetchError, LockError
from pipeline.fetch.pins import FetchReason
from pipeline.lock.reasons import LockReason
from pipeline.lock.toolchain import Surroundings, lock_text, lock_toolchain
from pipeline.model.toolchain import AllowExpired, Toolchain, ToolchainLock
from tests.unit import debs
from tests.unit.fetch.conftest import Place, place

__all__ = ["place"]

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Mirror:
    """A suite `trixie` with the packages `tool` (needs `lib`) and `lib`; `publish` puts it on the server."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.key = Tsk.generate("Archive <archive@example.org>")
        self.control: dict[str, Mapping[str, bytes]] = {"tool": {}, "lib": {}}
        self.until = "Sat, 28 Nov 2026 09:15:44 UTC"

    def publish(self) -> None:
        stanzas = []
        for name, control in self.control.items():
            body = debs.deb([debs.file(f"./usr/{name}", name.encode())], control)
            self.place.serve(f"/debian/pool/{name}_1.deb", body)
            stanzas.append(
                f"Package: {name}\nVersion: 1\nArchitecture: amd64\nFilename: pool/{name}_1.deb\n"
                f"Size: {len(body)}\nSHA256: {hashlib.sha256(body).hexdigest()}\n"
                + ("Depends: lib (>= 1)\n" if name == "tool" else "")
            )
        index = lzma.compress("\n".join(stanzas).encode())
        digest = hashlib.sha256(index).hexdigest()
        release = (
            f"Suite: stable\nCodename: trixie\nDate: Sat, 21 Nov 2026 09:15:44 UTC\nValid-Until: {self.until}\n"
            f"SHA256:\n {digest} {len(index)} main/binary-amd64/Packages.xz\n"
        )
        signed = sign(self.key.signer(), release.encode(), mode=SignatureMode.CLEAR)
        self.place.serve("/debian/dists/trixie/InRelease", signed)
        self.place.serve("/debian/dists/trixie/main/binary-amd64/Packages.xz", index)

    def around(self, downloads: Path) -> Surroundings:
        mirrors = (self.place.base + "/absent", self.place.base + "/debian")
        return Surroundings(mirrors, (self.key.extract_certificate(),), downloads, NOW)


@pytest.fixture
def mirror(place: Place) -> Mirror:
    return Mirror(place)


TOOLCHAIN = Toolchain(
    name="tools", kind="rootfs", summary="two", suite="trixie", architecture="amd64", packages=("tool",)
)


def refusal(mirror: Mirror, downloads: Path, toolchain: Toolchain = TOOLCHAIN) -> LockError:
    mirror.publish()
    with pytest.raises(LockError) as caught:
        lock_toolchain(toolchain, mirror.around(downloads))
    return caught.value


def test_a_lock_is_written_and_read_again(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish()
    lock = lock_toolchain(TOOLCHAIN, mirror.around(tmp_path))
    assert [(p.name, p.path) for p in lock.packages] == [("lib", "pool/lib_1.deb"), ("tool", "pool/tool_1.deb")]
    assert lock.timestamp == "20261121T091544Z"
    text = lock_text(lock)
    assert ToolchainLock.model_validate_json(text) == lock
    assert "http" not in text
    assert "127.0.0.1" not in text


def test_locking_twice_gives_the_same_text(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish()
    texts = {lock_text(lock_toolchain(TOOLCHAIN, mirror.around(tmp_path / n))) for n in ("one", "two")}
    assert len(texts) == 1


def test_an_index_that_differs_from_the_release_file(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish()
    mirror.place.serve("/debian/dists/trixie/main/binary-amd64/Packages.xz", lzma.compress(b"other"))
    with pytest.raises(FetchError):
        lock_toolchain(TOOLCHAIN, mirror.around(tmp_path))


def test_23_a_package_that_differs_from_the_index(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish()
    good = debs.deb([debs.file("./usr/lib", b"lib")])
    mirror.place.serve("/debian/pool/lib_1.deb", good[:-1] + b"X")
    with pytest.raises(FetchError) as caught:
        lock_toolchain(TOOLCHAIN, mirror.around(tmp_path))
    assert caught.value.reason is FetchReason.DIGEST_MISMATCH
    assert "tools: lib 1 (amd64)" in caught.value.message
    assert caught.value.hint == "nox -s lock -- tools"


def test_an_untrusted_key(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish()
    stranger = Tsk.generate("Stranger <s@example.org>").extract_certificate()
    with pytest.raises(LockError) as caught:
        lock_toolchain(TOOLCHAIN, replace(mirror.around(tmp_path), trusted=(stranger,)))
    assert caught.value.reason is LockReason.BAD_SIGNATURE


def test_no_mirror_answers(mirror: Mirror, tmp_path: Path) -> None:
    with pytest.raises(LockError) as caught:
        lock_toolchain(TOOLCHAIN, mirror.around(tmp_path))
    assert caught.value.reason is LockReason.NO_INDEX
    assert f"{mirror.place.base}/absent" in caught.value.message


def test_an_expired_index_needs_a_reason(mirror: Mirror, tmp_path: Path) -> None:
    mirror.until = "Sun, 22 Nov 2026 00:00:00 UTC"
    assert refusal(mirror, tmp_path).reason is LockReason.EXPIRED
    allowed = TOOLCHAIN.model_copy(update={"allow_expired": AllowExpired(reason="no longer updated")})
    assert lock_toolchain(allowed, mirror.around(tmp_path)).timestamp == "20261121T091544Z"


def test_a_maintainer_script_that_nothing_covers_fails_by_name(mirror: Mirror, tmp_path: Path) -> None:
    mirror.control["lib"] = {"postinst": b"#!/bin/sh\nset -e\nmake-certificates --all\n"}
    error = refusal(mirror, tmp_path)
    assert error.reason is LockReason.MAINTAINER_SCRIPT
    assert "lib:" in error.message
    assert "postinst: make-certificates --all" in error.message
    assert "toolchains/tools.yaml" in error.hint
    assert "tool:" not in error.message


def test_a_reason_covers_it(mirror: Mirror, tmp_path: Path) -> None:
    mirror.control["lib"] = {"postinst": b"#!/bin/sh\nset -e\nmake-certificates --all\n"}
    mirror.publish()
    excused = TOOLCHAIN.model_copy(update={"maintainer_scripts": {"lib": "no certificate is read"}})
    assert len(lock_toolchain(excused, mirror.around(tmp_path)).packages) == 2


def test_a_reason_that_covers_nothing(mirror: Mirror, tmp_path: Path) -> None:
    excused = TOOLCHAIN.model_copy(update={"maintainer_scripts": {"lib": "none needed"}})
    assert refusal(mirror, tmp_path, excused).reason is LockReason.REASON_UNUSED


def test_without_a_mirror_the_snapshot_service_is_asked(tmp_path: Path) -> None:
    (only,) = Surroundings.of_today((), (), tmp_path).mirrors
    assert only.startswith("https://snapshot.debian.org/archive/debian/2")
    assert Surroundings.of_today(("http://one.example/debian",), (), tmp_path).mirrors == ("http://one.example/debian",)
