"""Release files: only what is signed, of the suite asked for, unambiguous, and of a time that can be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.errors import LockError
from pipeline.lock.reasons import LockReason
from pipeline.lock.release import read_release
from pipeline.model.toolchain import AllowExpired, WithoutValidUntil
from tests.unit.lock.signing import LASTING, NOW, TEXT, WITHOUT_VALID_UNTIL, expected, generate, signed

KEY = generate()
DATE = datetime(2026, 11, 21, 9, 15, 44, tzinfo=UTC)
PACKAGES = f" {'a' * 64} 1234 main/binary-amd64/Packages.xz\n"


def refused(text: str = TEXT, **changes: Any) -> LockReason:
    with pytest.raises(LockError) as caught:
        read_release(signed(KEY, text), expected(KEY, **changes))
    assert isinstance(caught.value.reason, LockReason)
    return caught.value.reason


def test_a_signed_file_is_read() -> None:
    release = read_release(signed(KEY), expected(KEY))
    assert (release.codename, release.date, release.timestamp) == ("trixie", DATE, "20261121T091544Z")
    assert release.listed("main/binary-amd64/Packages.xz").size == 1234
    assert list(release.files) == ["main/binary-amd64/Packages.xz"]


def test_a_signature_is_asked_for() -> None:
    with pytest.raises(LockError) as caught:
        read_release(TEXT.encode(), expected(KEY))
    assert caught.value.reason is LockReason.BAD_SIGNATURE


@pytest.mark.parametrize("codename", ["forky", "trixie-updates", "stable"])
def test_another_suite_is_refused_whoever_has_signed_it(codename: str) -> None:
    assert refused(codename=codename) is LockReason.WRONG_SUITE


@pytest.mark.parametrize(
    "bad",
    [
        TEXT.replace("Date:", "Dat:"),
        TEXT.replace("21 Nov 2026", "the day before"),
        TEXT.replace("28 Nov 2026", "31 Feb 2026"),
        TEXT.replace("Valid-Until: Sat, 28 Nov 2026 09:15:44 UTC", "Valid-Until:"),
        TEXT.replace("Codename: trixie\n", ""),
        TEXT.replace("SHA256:", "SHA512:"),
        TEXT.replace("a" * 64, "a" * 63),
        TEXT.replace("1234", "many"),
        TEXT.replace("1234", "-1"),
        TEXT.replace("1234 ", ""),
        TEXT + "Codename: trixie\n",
        TEXT + "DATE: Sun, 22 Nov 2026 09:15:44 UTC\n",
        TEXT + PACKAGES,
        TEXT + PACKAGES.replace("a" * 64, "c" * 64),
        TEXT + "\nCodename: sid\n",
        "\n" + TEXT.replace("Suite", "\nSuite"),
        "Nothing at all\n",
        "",
    ],
)
def test_a_signed_file_that_makes_no_sense_is_refused(bad: str) -> None:
    assert refused(bad) is LockReason.BAD_INDEX


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(LockError) as caught:
        read_release(signed(KEY, TEXT.encode() + b"Label: \xff\n"), expected(KEY))
    assert caught.value.reason is LockReason.BAD_INDEX


def test_a_path_that_is_not_listed() -> None:
    release = read_release(signed(KEY), expected(KEY))
    with pytest.raises(LockError) as caught:
        release.listed("main/binary-arm64/Packages.xz")
    assert caught.value.reason is LockReason.NOT_IN_RELEASE


def test_validity_ends_unless_a_reason_allows_it() -> None:
    until = DATE + timedelta(days=7)
    read_release(signed(KEY), expected(KEY, now=until))
    late = until + timedelta(seconds=1)
    assert refused(now=late) is LockReason.EXPIRED
    assert refused(now=late, without_valid_until=LASTING) is LockReason.EXPIRED
    allowed = AllowExpired(reason="the suite is no longer updated")
    read_release(signed(KEY), expected(KEY, now=late, allow_expired=allowed))


def test_no_validity_needs_a_reason() -> None:
    assert refused(WITHOUT_VALID_UNTIL) is LockReason.NO_VALID_UNTIL
    allowed = AllowExpired(reason="the suite is no longer updated")
    assert refused(WITHOUT_VALID_UNTIL, allow_expired=allowed) is LockReason.NO_VALID_UNTIL
    assert (
        read_release(signed(KEY, WITHOUT_VALID_UNTIL), expected(KEY, without_valid_until=LASTING)).valid_until is None
    )


def test_without_validity_the_suite_says_how_old_it_may_be() -> None:
    end = DATE + timedelta(days=180)
    body = signed(KEY, WITHOUT_VALID_UNTIL)
    read_release(body, expected(KEY, now=end, without_valid_until=LASTING))
    late = end + timedelta(seconds=1)
    assert refused(WITHOUT_VALID_UNTIL, now=late, without_valid_until=LASTING) is LockReason.EXPIRED
    final = WithoutValidUntil(reason="it is never changed again")
    read_release(body, expected(KEY, now=late, without_valid_until=final))


def test_an_older_state_than_the_lock_is_refused() -> None:
    read_release(signed(KEY), expected(KEY, not_before=DATE))
    assert refused(not_before=DATE + timedelta(seconds=1)) is LockReason.OLDER_THAN_LOCK


def test_a_date_in_the_future_is_refused() -> None:
    read_release(signed(KEY), expected(KEY, now=DATE - timedelta(seconds=10)))
    assert refused(now=DATE - timedelta(seconds=11)) is LockReason.FROM_THE_FUTURE
    assert NOW > DATE
