"""Release files: only what a trusted key has signed, for the suite asked for, while it is valid."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pysequoia import SignatureMode, Tsk, sign

from pipeline.errors import LockError
from pipeline.lock.reasons import LockReason
from pipeline.lock.release import check_validity, read_release

TEXT = f"""Origin: Debian
Suite: stable
Codename: trixie
Date: Sat, 21 Nov 2026 09:15:44 UTC
Valid-Until: Sat, 28 Nov 2026 09:15:44 UTC
SHA256:
 {"a" * 64} 1234 main/binary-amd64/Packages.xz
 {"b" * 64} 99 ../../../etc/passwd
"""


@pytest.fixture(scope="module")
def key() -> Tsk:
    return Tsk.generate("Archive <archive@example.org>")


def signed(key: Tsk, text: str = TEXT) -> bytes:
    return sign(key.signer(), text.encode(), mode=SignatureMode.CLEAR)


def refused(body: bytes, key: Tsk, suite: str = "trixie") -> LockReason:
    with pytest.raises(LockError) as caught:
        read_release(body, [key.extract_certificate()], suite)
    assert isinstance(caught.value.reason, LockReason)
    return caught.value.reason


def test_a_signed_file_is_read(key: Tsk) -> None:
    release = read_release(signed(key), [key.extract_certificate()], "trixie")
    assert release.timestamp == "20261121T091544Z"
    assert release.listed("main/binary-amd64/Packages.xz").size == 1234
    assert release.signers == (key.extract_certificate().fingerprint,)
    assert list(release.files) == ["main/binary-amd64/Packages.xz"]


def test_a_suite_goes_by_its_codename_too(key: Tsk) -> None:
    assert read_release(signed(key), [key.extract_certificate()], "stable").codename == "trixie"


def test_an_unsigned_file_is_refused(key: Tsk) -> None:
    assert refused(TEXT.encode(), key) is LockReason.BAD_SIGNATURE


def test_a_changed_file_is_refused(key: Tsk) -> None:
    assert refused(signed(key).replace(b"a" * 64, b"c" * 64), key) is LockReason.BAD_SIGNATURE


def test_another_key_is_refused(key: Tsk) -> None:
    assert refused(signed(Tsk.generate("Other <other@example.org>")), key) is LockReason.BAD_SIGNATURE


def test_text_outside_the_signature_counts_for_nothing(key: Tsk) -> None:
    body = b"Suite: sid\n\n" + signed(key)
    with pytest.raises(LockError):
        read_release(body, [key.extract_certificate()], "sid")


def test_another_suite_is_refused(key: Tsk) -> None:
    assert refused(signed(key), key, "forky") is LockReason.WRONG_SUITE


@pytest.mark.parametrize("bad", [TEXT.replace("Date:", "Dat:"), TEXT.replace("a" * 64, "a" * 63)])
def test_a_signed_file_that_makes_no_sense_is_refused(key: Tsk, bad: str) -> None:
    assert refused(signed(key, bad), key) is LockReason.BAD_INDEX


def test_a_path_that_is_not_listed(key: Tsk) -> None:
    release = read_release(signed(key), [key.extract_certificate()], "trixie")
    with pytest.raises(LockError) as caught:
        release.listed("main/binary-arm64/Packages.xz")
    assert caught.value.reason is LockReason.NOT_IN_RELEASE


def test_validity_ends_unless_a_reason_allows_it(key: Tsk) -> None:
    release = read_release(signed(key), [key.extract_certificate()], "trixie")
    check_validity(release, datetime(2026, 11, 28, tzinfo=UTC), allowed_because=None)
    late = datetime(2026, 11, 29, tzinfo=UTC)
    check_validity(release, late, allowed_because="the suite is no longer updated")
    with pytest.raises(LockError) as caught:
        check_validity(release, late, allowed_because=None)
    assert caught.value.reason is LockReason.EXPIRED
