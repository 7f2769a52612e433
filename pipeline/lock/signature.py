"""Clear-signed files: the signed text, if exactly the expected keys have signed it; may import pysequoia.

Formats: RFC 9580, sections 7 (cleartext signatures) and 5.2 (signature packets).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pysequoia
from pysequoia.packet import PacketPile, Tag

from pipeline.errors import LockError
from pipeline.lock.reasons import LockReason

_FRAME = [
    b"-----BEGIN PGP SIGNED MESSAGE-----",
    b"-----BEGIN PGP SIGNATURE-----",
    b"-----END PGP SIGNATURE-----",
]


def signing_keys(folder: Path, names: Sequence[str], now: datetime) -> tuple[pysequoia.Cert, ...]:
    """The OpenPGP certificates `<name>.asc` of a folder. Raises LockError (`UNUSABLE_KEY`).

    Like apt, it refuses a key that has expired by now even for what was signed before: whoever holds an old key can
    date a signature as he likes.
    """
    return tuple(_signing_key(folder / f"{name}.asc", now) for name in names)


def signed_text(body: bytes, signers: Sequence[pysequoia.Cert]) -> bytes:
    """The text of a clear-signed file that all `signers` have signed and nobody else; nothing stands around it.

    Raises LockError: `BAD_SIGNATURE`, or `WRONG_SIGNERS` when other keys than these have signed.
    """
    block = _signature_block(body)
    expected = {signer.fingerprint for signer in signers}
    try:
        issuers = [_issuer(packet) for packet in PacketPile.from_bytes(block) if packet.tag == Tag.Signature]
        verified = pysequoia.verify(bytes=body, store=lambda _: list(signers))
    except Exception as error:  # the library has no class of its own: these are RuntimeErrors with a backtrace
        raise _bad(str(error).partition("\n")[0]) from error
    signed = {signature.certificate for signature in verified.valid_sigs}
    own = {signature.signing_key for signature in verified.valid_sigs}
    if expected - signed or len(verified.valid_sigs) != len(issuers) or verified.bytes is None:
        strange = sorted(issuer for issuer in issuers if not any(key.endswith(issuer) for key in own))
        absent = sorted(expected - signed)
        raise LockError(
            LockReason.WRONG_SIGNERS,
            f"{len(verified.valid_sigs)} of {len(issuers)} signatures are good ones of the keys that are to sign it"
            + (f"; none by {', '.join(absent)}" if absent else "")
            + (f"; not by such a key, or bad: that of {', '.join(strange)}" if strange else ""),
            hint="if Debian signs with other keys now, see toolchains/keys/README.md",
        )
    return verified.bytes


def _signing_key(path: Path, now: datetime) -> pysequoia.Cert:
    try:
        certificate = pysequoia.Cert.from_bytes(path.read_bytes())
    except OSError as error:
        raise _unusable(f"{path} cannot be read: {error.strerror}") from error
    except Exception as error:  # as above
        first = str(error).partition("\n")[0]
        raise _unusable(f"{path} is no OpenPGP certificate: {first}") from error
    if certificate.is_revoked:
        raise _unusable(f"the key in {path} is revoked")
    if certificate.expiration is not None and certificate.expiration <= now:
        raise _unusable(f"the key in {path} expired on {certificate.expiration:%Y-%m-%d}")
    return certificate


def _signature_block(body: bytes) -> bytes:
    """The armored signatures. In a signed text no line starts with five dashes: one would be written `- -----`."""
    lines = body.split(b"\n")
    frame = [line for line in lines if line.startswith(b"-----")]
    if frame != _FRAME or lines[0] != _FRAME[0] or b"".join(lines[lines.index(_FRAME[2]) + 1 :]):
        what = (
            "it is not clear-signed" if _FRAME[0] not in lines else "it is not one clear-signed text and nothing else"
        )
        raise _bad(what)
    return b"\n".join(lines[lines.index(_FRAME[1]) :])


def _issuer(packet: pysequoia.packet.Packet) -> str:
    return packet.issuer_fingerprint or packet.issuer_key_id or "unknown"


def _bad(what: str) -> LockError:
    return LockError(
        LockReason.BAD_SIGNATURE,
        f"no good signature: {what}",
        hint="set SLIMEPYTHON_DEBIAN_MIRROR to a good mirror; never lock against an unsigned index",
    )


def _unusable(what: str) -> LockError:
    return LockError(
        LockReason.UNUSABLE_KEY, what, hint="see toolchains/keys/README.md for where a newer one comes from"
    )
