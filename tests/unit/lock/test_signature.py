"""Clear-signed files: exactly the expected keys, over the whole of one text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pysequoia import Cert, Tsk, sign

from pipeline.errors import LockError
from pipeline.lock.reasons import LockReason
from pipeline.lock.signature import signed_text, signing_keys
from tests.unit.lock.signing import BLOCK, TEXT, generate, signed, together

ONE, TWO, STRANGER = generate("One"), generate("Two"), generate("Stranger")
GOOD = signed(ONE)


def refused(body: bytes, *keys: Tsk) -> LockReason:
    with pytest.raises(LockError) as caught:
        signed_text(body, [key.extract_certificate() for key in keys or (ONE,)])
    assert isinstance(caught.value.reason, LockReason)
    assert "\n" not in caught.value.message
    return caught.value.reason


def test_what_all_have_signed_is_taken() -> None:
    certificates = [ONE.extract_certificate(), TWO.extract_certificate()]
    assert signed_text(GOOD, certificates[:1]).decode() == TEXT
    assert signed_text(together(GOOD, signed(TWO)), certificates).decode() == TEXT


def test_all_have_to_sign() -> None:
    assert refused(GOOD, ONE, TWO) is LockReason.WRONG_SIGNERS


def test_another_key_is_refused_alone_and_beside_the_right_one() -> None:
    assert refused(signed(STRANGER), ONE) is LockReason.BAD_SIGNATURE
    assert refused(together(GOOD, signed(STRANGER)), ONE) is LockReason.WRONG_SIGNERS


def test_who_else_has_signed_and_who_has_not_is_said() -> None:
    with pytest.raises(LockError) as caught:
        signed_text(together(GOOD, signed(STRANGER)), [key.extract_certificate() for key in (ONE, TWO)])
    assert f"none by {TWO.extract_certificate().fingerprint};" in caught.value.message
    assert caught.value.message.endswith(", or bad: that of " + caught.value.message[-40:])
    assert "1 of 2 signatures" in caught.value.message


@pytest.mark.parametrize("maker", [ONE, TWO], ids=["the same key", "another key"])
def test_one_bad_signature_of_two_is_refused(maker: Tsk) -> None:
    bad = signed(maker, TEXT + "More: of it\n")
    assert refused(together(GOOD, bad), *{id(key): key for key in (ONE, maker)}.values()) is LockReason.WRONG_SIGNERS


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n",
        b"<!DOCTYPE html><title>Sign in</title>",
        bytes(range(256)) * 99,
        TEXT.encode(),
        sign(ONE.signer(), TEXT.encode()),
        GOOD.replace(b"trixie", b"forky"),
        GOOD.partition(BLOCK)[0],
        GOOD[: len(GOOD) // 2],
        GOOD[:-60],
        GOOD.replace(BLOCK + b"\n", BLOCK + b"\nComment\n\n????"),
        BLOCK + GOOD.partition(BLOCK)[2],
        b"Codename: sid\n" + GOOD,
        b"\n" + GOOD,
        GOOD + b"Codename: sid\n",
        GOOD + GOOD,
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.partition(BLOCK)[0] + BLOCK + b"\n\n=aaaa\n-----END PGP SIGNATURE-----\n",
    ],
    ids=str,
)
def test_what_is_not_one_clear_signed_text_is_refused(body: bytes) -> None:
    assert refused(body) is LockReason.BAD_SIGNATURE


@pytest.mark.parametrize("size", range(0, len(GOOD) - 1, 97))
def test_a_file_that_breaks_off_anywhere_is_refused(size: int) -> None:
    assert refused(GOOD[:size]) is LockReason.BAD_SIGNATURE


def unusable(folder: Path, name: str = "key", now: datetime | None = None) -> str:
    with pytest.raises(LockError) as caught:
        signing_keys(folder, [name], now or datetime.now(UTC))
    assert caught.value.reason is LockReason.UNUSABLE_KEY
    return caught.value.message


def keep(folder: Path, body: bytes) -> None:
    (folder / "key.asc").write_bytes(body)


def test_the_named_keys_alone_are_read(tmp_path: Path) -> None:
    keep(tmp_path, str(ONE.extract_certificate()).encode())
    (tmp_path / "other.asc").write_text("nonsense")
    (only,) = signing_keys(tmp_path, ["key"], datetime.now(UTC))
    assert only.fingerprint == ONE.extract_certificate().fingerprint


def test_a_key_that_has_expired_by_now_is_refused(tmp_path: Path) -> None:
    certificate = Tsk.generate("Short <s@example.org>", validity_seconds=3600).extract_certificate()
    keep(tmp_path, bytes(certificate))
    end = certificate.expiration
    assert end is not None
    assert signing_keys(tmp_path, ["key"], end - timedelta(minutes=1))
    assert "expired" in unusable(tmp_path, now=end)


def test_a_revoked_key_is_refused(tmp_path: Path) -> None:
    key = generate()
    certificate = key.extract_certificate()
    revoked = Cert.from_bytes(bytes(certificate) + bytes(certificate.revoke(certifier=key.certifier())))
    keep(tmp_path, bytes(revoked))
    assert "revoked" in unusable(tmp_path)


@pytest.mark.parametrize("body", [b"", b"nonsense", GOOD])
def test_a_file_that_is_no_key(tmp_path: Path, body: bytes) -> None:
    keep(tmp_path, body)
    unusable(tmp_path)


def test_a_key_that_is_not_there(tmp_path: Path) -> None:
    assert "absent.asc" in unusable(tmp_path, "absent")
