"""A suite's signed Release file: who signed it, until when it holds, what it lists; no I/O.

Format: https://wiki.debian.org/DebianRepository/Format, "Release files".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath

import pysequoia
from debian.deb822 import Release

from pipeline.errors import LockError
from pipeline.lock.reasons import LockReason

_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Listed:
    """An index file that a Release file lists: digest, and size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class SignedRelease:
    """What a verified InRelease file says; times in UTC."""

    suite: str
    codename: str
    date: datetime
    valid_until: datetime | None
    signers: tuple[str, ...]
    files: Mapping[str, Listed]

    @property
    def timestamp(self) -> str:
        """The date as snapshots and lock files spell it."""
        return self.date.strftime("%Y%m%dT%H%M%SZ")

    def listed(self, path: str) -> Listed:
        """The entry of `path`, relative to the suite's folder. Raises LockError (`NOT_IN_RELEASE`)."""
        try:
            return self.files[path]
        except KeyError:
            raise LockError(
                LockReason.NOT_IN_RELEASE,
                f"the Release file of {self.codename} does not list {path}",
                hint="check `suite` and `architecture` in the toolchain's yaml",
            ) from None


def read_release(inrelease: bytes, certificates: Sequence[pysequoia.Cert], suite: str) -> SignedRelease:
    """Verifies an InRelease file against the certificates; nothing unverified is looked at.

    Raises LockError: `BAD_SIGNATURE`, `WRONG_SUITE`, `BAD_INDEX`.
    """
    try:
        verified = pysequoia.verify(bytes=inrelease, store=lambda _: list(certificates))
    except Exception as error:
        first = str(error).partition("\n")[0]
        raise LockError(
            LockReason.BAD_SIGNATURE,
            f"the InRelease file of {suite} carries no good signature of a key in toolchains/keys: {first}",
            hint="see toolchains/keys/README.md for how keys are added; never lock against an unsigned index",
        ) from error
    if not verified.valid_sigs or verified.bytes is None:
        raise LockError(LockReason.BAD_SIGNATURE, f"the InRelease file of {suite} is not signed")
    release = _parse(verified.bytes, suite, tuple(s.certificate for s in verified.valid_sigs))
    if suite not in (release.suite, release.codename):
        raise LockError(
            LockReason.WRONG_SUITE,
            f"asked for {suite}, got the Release file of {release.codename} ({release.suite})",
            hint="the mirror answers with another suite's file: set SLIMEPYTHON_DEBIAN_MIRROR to a good one",
        )
    return release


def check_validity(release: SignedRelease, now: datetime, *, allowed_because: str | None) -> None:
    """Raises LockError (`EXPIRED`) when the file is past its Valid-Until and no reason allows it."""
    if release.valid_until is None or now <= release.valid_until or allowed_because:
        return
    raise LockError(
        LockReason.EXPIRED,
        f"the Release file of {release.codename} was valid until {release.valid_until:%Y-%m-%d %H:%M} UTC",
        hint="use a fresher mirror, or put `allow_expired: {reason: …}` in the toolchain's yaml",
    )


def _parse(text: bytes, suite: str, signers: tuple[str, ...]) -> SignedRelease:
    try:
        fields = Release(text)
        until = fields.get("Valid-Until")
        return SignedRelease(
            suite=fields["Suite"],
            codename=fields["Codename"],
            date=_time(fields["Date"]),
            valid_until=_time(until) if until else None,
            signers=signers,
            files={e["name"]: _listed(e) for e in fields["SHA256"] if _plain(e["name"])},
        )
    except (KeyError, ValueError) as error:
        raise LockError(LockReason.BAD_INDEX, f"the Release file of {suite} cannot be read: {error!r}") from error


def _time(text: str) -> datetime:
    # "UTC" is what Debian writes; RFC 2822 knows it as an unknown zone, hence naive.
    return parsedate_to_datetime(text).replace(tzinfo=UTC)


def _listed(entry: Mapping[str, str]) -> Listed:
    if not _HEX.fullmatch(entry["sha256"]):
        raise ValueError(f"not a sha256: {entry['sha256']!r}")
    return Listed(entry["sha256"], int(entry["size"]))


def _plain(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts
