"""The inside of packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import FetchError, LockError
from pipeline.fetch.pins import FetchReason
from pipeline.lock.deb import control_files, open_data
from pipeline.lock.reasons import LockReason
from pipeline.store.digest import sha256_file
from tests.unit import debs


def read_all(path: Path) -> dict[str, bytes]:
    with open_data(path, sha256_file(path).hash) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]


@pytest.mark.parametrize("suffix", debs.PACK)
def test_all_compressions(tmp_path: Path, suffix: str) -> None:
    content = b"hello" * 100_000
    package = debs.deb([debs.file("./usr/a", content)], {"postinst": b"exit 0\n"}, suffix=suffix)
    _, path = debs.write(tmp_path, package)
    assert control_files(path, sha256_file(path).hash) == {"postinst": b"exit 0\n"}
    assert read_all(path) == {"./usr/a": content}


@pytest.mark.parametrize("cut", [0, 30, 200, -200])
def test_what_is_no_package(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "broken.deb"
    path.write_bytes(debs.deb([debs.file("./a", bytes(range(256)) * 64)])[:cut])
    with pytest.raises(LockError) as caught:
        read_all(path)
    assert caught.value.reason is LockReason.BAD_PACKAGE
    assert "broken.deb" in caught.value.message


@pytest.mark.parametrize("suffix", debs.PACK)
def test_one_wrong_byte_anywhere(tmp_path: Path, suffix: str) -> None:
    """It is noticed as what it is, or it is in a place that nothing reads; no other error comes out."""
    package = debs.deb([debs.file("./a", bytes(range(256)) * 9)], {"postinst": b"exit 0\n" * 9}, suffix=suffix)
    path, noticed = tmp_path / "broken.deb", 0
    for at in range(0, len(package), 3):
        path.write_bytes(package[:at] + bytes([package[at] ^ 0x55]) + package[at + 1 :])
        try:
            control_files(path, sha256_file(path).hash), read_all(path)
        except LockError as error:
            noticed += error.reason is LockReason.BAD_PACKAGE
    assert noticed > len(package) / 9


def test_a_compression_that_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "odd.deb"
    path.write_bytes(debs.deb([]).replace(b"data.tar.xz ", b"data.tar.zzz"))
    with pytest.raises(LockError) as caught, open_data(path, sha256_file(path).hash):
        pass
    assert caught.value.reason is LockReason.BAD_PACKAGE


def test_a_package_that_was_changed_after_it_was_fetched(tmp_path: Path) -> None:
    """Also where only what is not read was changed."""
    digest, path = debs.write(tmp_path, debs.deb([debs.file("./a", b"content")], {"postinst": b"exit 0\n"}))
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(FetchError) as caught:
        control_files(path, digest)
    assert caught.value.reason is FetchReason.DIGEST_MISMATCH
    with pytest.raises(FetchError) as caught, open_data(path, digest) as archive:
        archive.getnames()
    assert caught.value.reason is FetchReason.DIGEST_MISMATCH
