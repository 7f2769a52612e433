"""Locking a toolchain against a signed mirror on the loopback interface, from its yaml to its lock file."""

from __future__ import annotations

import hashlib
import lzma
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.errors import FetchError, LockError
from pipeline.fetch.pins import FetchReason
from pipeline.lock.reasons import LockReason
from pipeline.lock.toolchain import Archive, lock_text, lock_toolchain, newest_locks
from pipeline.model.toolchain import AllowExpired, Toolchain, ToolchainLock
from tests.unit import debs
from tests.unit.fetch.conftest import Place, place
from tests.unit.lock.signing import NOW, generate, signed, suite

__all__ = ["place"]

DATE = datetime(2026, 11, 21, 9, 15, 44, tzinfo=UTC)


class Mirror:
    """A suite `trixie` with the packages `tool` (needs `lib`) and `lib`; `publish` puts it on the server."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.key = generate()
        self.control: dict[str, Mapping[str, bytes]] = {"tool": {}, "lib": {}}
        self.stanza: dict[str, tuple[str, str]] = {}
        self.until = "Sat, 28 Nov 2026 09:15:44 UTC"

    def publish(self) -> None:
        stanzas = []
        for name, control in self.control.items():
            body = debs.deb([debs.file(f"./usr/{name}", name.encode())], control)
            self.place.serve(f"/debian/pool/{name}_1.deb", body)
            stanza = (
                f"Package: {name}\nVersion: 1\nArchitecture: amd64\nFilename: pool/{name}_1.deb\n"
                f"Size: {len(body)}\nSHA256: {hashlib.sha256(body).hexdigest()}\n"
                + ("Depends: lib (>= 1)\n" if name == "tool" else "")
            )
            stanzas.append(stanza.replace(*self.stanza.get(name, ("", ""))))
        index = lzma.compress("\n".join(stanzas).encode())
        digest = hashlib.sha256(index).hexdigest()
        release = (
            f"Suite: stable\nCodename: trixie\nDate: Sat, 21 Nov 2026 09:15:44 UTC\nValid-Until: {self.until}\n"
            f"SHA256:\n {digest} {len(index)} main/binary-amd64/Packages.xz\n"
        )
        self.place.serve("/debian/dists/trixie/InRelease", signed(self.key, release))
        self.place.serve("/debian/dists/trixie/main/binary-amd64/Packages.xz", index)

    def archive(self, folder: Path) -> Archive:
        """With its key in `folder`."""
        folder.mkdir(exist_ok=True)
        (folder / "archive.asc").write_bytes(bytes(self.key.extract_certificate()))
        mirrors = (self.place.base + "/absent", self.place.base + "/debian")
        return Archive(mirrors, {"trixie": suite()}, folder, NOW, {"trixie": DATE})


@pytest.fixture
def mirror(place: Place) -> Mirror:
    return Mirror(place)


TOOLCHAIN = Toolchain(
    name="tools", kind="rootfs", summary="two", suite="trixie", architecture="amd64", packages=("tool",)
)


def refusal(mirror: Mirror, folder: Path, toolchain: Toolchain = TOOLCHAIN) -> LockError:
    mirror.publish()
    with pytest.raises(LockError) as caught:
        lock_toolchain(toolchain, mirror.archive(folder), folder)
    return caught.value


def test_a_lock_is_written_and_read_again(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish()
    lock = lock_toolchain(TOOLCHAIN, mirror.archive(tmp_path), tmp_path)
    assert [(p.name, p.path) for p in lock.packages] == [("lib", "pool/lib_1.deb"), ("tool", "pool/tool_1.deb")]
    assert lock.timestamp == "20261121T091544Z"
    text = lock_text(lock)
    assert ToolchainLock.model_validate_json(text) == lock
    assert "http" not in text
    assert "127.0.0.1" not in text


def test_locking_twice_gives_the_same_text(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish()
    texts = {lock_text(lock_toolchain(TOOLCHAIN, mirror.archive(tmp_path / n), tmp_path / n)) for n in ("one", "two")}
    assert len(texts) == 1


def test_an_index_that_differs_from_the_release_file(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish()
    mirror.place.serve("/debian/dists/trixie/main/binary-amd64/Packages.xz", lzma.compress(b"other"))
    with pytest.raises(FetchError):
        lock_toolchain(TOOLCHAIN, mirror.archive(tmp_path), tmp_path)


def test_23_a_package_that_differs_from_the_index(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish()
    good = debs.deb([debs.file("./usr/lib", b"lib")])
    mirror.place.serve("/debian/pool/lib_1.deb", good[:-1] + b"X")
    with pytest.raises(FetchError) as caught:
        lock_toolchain(TOOLCHAIN, mirror.archive(tmp_path), tmp_path)
    assert caught.value.reason is FetchReason.DIGEST_MISMATCH
    assert "tools: lib 1 (amd64)" in caught.value.message
    assert caught.value.hint == "nox -s lock -- tools"


def test_an_untrusted_key(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish()
    archive = mirror.archive(tmp_path)
    (tmp_path / "archive.asc").write_bytes(bytes(generate("Stranger").extract_certificate()))
    with pytest.raises(LockError) as caught:
        lock_toolchain(TOOLCHAIN, archive, tmp_path)
    assert caught.value.reason is LockReason.BAD_SIGNATURE


def test_a_key_that_is_there_but_not_for_this_suite(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish()
    archive = replace(mirror.archive(tmp_path), suites={"trixie": suite(signed_by=("other",))})
    (tmp_path / "other.asc").write_bytes(bytes(generate("Other").extract_certificate()))
    with pytest.raises(LockError) as caught:
        lock_toolchain(TOOLCHAIN, archive, tmp_path)
    assert caught.value.reason is LockReason.BAD_SIGNATURE


def test_a_suite_that_nothing_is_known_of(mirror: Mirror, tmp_path: Path) -> None:
    error = refusal(mirror, tmp_path, TOOLCHAIN.model_copy(update={"suite": "stable"}))
    assert error.reason is LockReason.UNKNOWN_SUITE
    assert "toolchains/suites/stable.yaml" in error.hint
    assert mirror.place.asked == []


def test_a_state_before_the_newest_lock_is_refused(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish()
    archive = mirror.archive(tmp_path)
    lock = lock_toolchain(TOOLCHAIN, archive, tmp_path)
    later = lock.model_copy(update={"name": "other", "timestamp": "20261121T091545Z"})
    elsewhere = lock.model_copy(update={"suite": "forky", "timestamp": "20261122T000000Z"})
    locked = newest_locks([lock, later, elsewhere, lock])
    assert locked == {"trixie": DATE + timedelta(seconds=1), "forky": datetime(2026, 11, 22, tzinfo=UTC)}
    with pytest.raises(LockError) as caught:
        lock_toolchain(TOOLCHAIN, replace(archive, locked=locked), tmp_path)
    assert caught.value.reason is LockReason.OLDER_THAN_LOCK
    assert "--allow-older" in caught.value.hint
    assert lock_toolchain(TOOLCHAIN, replace(archive, locked={}), tmp_path) == lock


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Filename: pool/lib_1.deb", "Filename: /etc/passwd"),
        ("Filename: pool/lib_1.deb", "Filename: pool/../../x.deb"),
        ("SHA256: ", "SHA256: ../../"),
        ("Size: ", "Size: -"),
        ("Size: ", "Size: about "),
        ("Size: ", "Size: \u0662"),
        ("Architecture: amd64", "Architecture: ../amd64"),
    ],
)
def test_an_entry_that_would_lead_out_of_its_folder(mirror: Mirror, tmp_path: Path, right: str, wrong: str) -> None:
    mirror.stanza = {"lib": (right, wrong)}
    assert refusal(mirror, tmp_path).reason is LockReason.BAD_INDEX


def test_no_mirror_answers(mirror: Mirror, tmp_path: Path) -> None:
    with pytest.raises(LockError) as caught:
        lock_toolchain(TOOLCHAIN, mirror.archive(tmp_path), tmp_path)
    assert caught.value.reason is LockReason.NO_INDEX
    assert f"{mirror.place.base}/absent" in caught.value.message


def test_an_expired_index_needs_a_reason(mirror: Mirror, tmp_path: Path) -> None:
    mirror.until = "Sun, 22 Nov 2026 00:00:00 UTC"
    assert refusal(mirror, tmp_path).reason is LockReason.EXPIRED
    allowed = {"trixie": suite(allow_expired=AllowExpired(reason="no longer updated"))}
    archive = replace(mirror.archive(tmp_path), suites=allowed)
    assert lock_toolchain(TOOLCHAIN, archive, tmp_path).timestamp == "20261121T091544Z"


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
    assert len(lock_toolchain(excused, mirror.archive(tmp_path), tmp_path).packages) == 2


def test_a_reason_that_covers_nothing(mirror: Mirror, tmp_path: Path) -> None:
    excused = TOOLCHAIN.model_copy(update={"maintainer_scripts": {"lib": "none needed"}})
    assert refusal(mirror, tmp_path, excused).reason is LockReason.REASON_UNUSED
