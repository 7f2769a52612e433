"""Keys and clear-signed files for the tests of locking."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pysequoia import ArmorKind, SignatureMode, Tsk, armor, sign
from pysequoia.packet import PacketPile, Tag

from pipeline.lock.release import Expected
from pipeline.model.toolchain import Suite, WithoutValidUntil

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TEXT = f"""Origin: Debian
Suite: stable
Codename: trixie
Date: Sat, 21 Nov 2026 09:15:44 UTC
Valid-Until: Sat, 28 Nov 2026 09:15:44 UTC
SHA256:
 {"a" * 64} 1234 main/binary-amd64/Packages.xz
 {"b" * 64} 99 ../../../etc/passwd
"""
WITHOUT_VALID_UNTIL = TEXT.replace("Valid-Until: Sat, 28 Nov 2026 09:15:44 UTC\n", "")
LASTING = WithoutValidUntil(reason="it lasts for years", max_age_days=180)
BLOCK = b"-----BEGIN PGP SIGNATURE-----"


def generate(name: str = "Archive") -> Tsk:
    """A new key. (The tests' machines may well have no OpenPGP program.)"""
    return Tsk.generate(f"{name} <archive@example.org>")


def signed(key: Tsk, text: str | bytes = TEXT) -> bytes:
    """The text, clear-signed as InRelease files are."""
    body = text.encode() if isinstance(text, str) else text
    return sign(key.signer(), body, mode=SignatureMode.CLEAR)


def together(*bodies: bytes) -> bytes:
    """The first clear-signed file with the signatures of all: what a file looks like that several have signed."""
    text = bodies[0].partition(BLOCK)[0]
    blocks = [BLOCK + body.partition(BLOCK)[2] for body in bodies]
    packets = [bytes(p) for block in blocks for p in PacketPile.from_bytes(block) if p.tag == Tag.Signature]
    return text + armor(b"".join(packets), ArmorKind.Signature).encode()


def suite(**changes: Any) -> Suite:
    """The suite `trixie`, signed by the key file `archive`."""
    return Suite.model_validate({"codename": "trixie", "signed_by": ("archive",), **changes})


def expected(*keys: Tsk, now: datetime = NOW, not_before: datetime | None = None, **changes: Any) -> Expected:
    """What a file has to be that `keys` have signed."""
    return Expected(suite(**changes), tuple(key.extract_certificate() for key in keys), now, not_before)
