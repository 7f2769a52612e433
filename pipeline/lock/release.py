"""A suite's signed Release file: who signed it, when it holds, what it lists; no I/O.

Format: https://wiki.debian.org/DebianRepository/Format, "Release files".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath

import pysequoia
from debian.deb822 import Release

from pipeline.errors import LockError
from pipeline.lock.reasons import LockReason
from pipeline.lock.signature import signed_text
from pipeline.model.toolchain import TIMESTAMP, Suite

_HEX = re.compile(r"[0-9a-f]{64}")
_FIELD = re.compile(r"^([^\s:]+):", re.MULTILINE)
_FUTURE = timedelta(seconds=10)
"""How far two good clocks may be apart; apt allows the same (`Acquire::Max-FutureTime`)."""


@dataclass(frozen=True)
class Expected:
    """What a Release file has to be: of this suite, signed by these keys, no newer than `now`, no older than a lock.

    Without `not_before` any age will do that the suite's own limits allow.
    """

    suite: Suite
    signers: Sequence[pysequoia.Cert]
    now: datetime
    not_before: datetime | None


@dataclass(frozen=True)
class Listed:
    """An index file that a Release file lists: digest, and size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class SignedRelease:
    """What a verified InRelease file says; times in UTC."""

    codename: str
    date: datetime
    valid_until: datetime | None
    files: Mapping[str, Listed]

    @property
    def timestamp(self) -> str:
        """The date as a lock file has it."""
        return f"{self.date:{TIMESTAMP}}"

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


def read_release(inrelease: bytes, expected: Expected) -> SignedRelease:
    """What an InRelease file says if it is what is expected; nothing unverified is looked at.

    Raises LockError: `BAD_SIGNATURE`, `WRONG_SIGNERS`, `BAD_INDEX`, `WRONG_SUITE`, `FROM_THE_FUTURE`,
    `OLDER_THAN_LOCK`, `NO_VALID_UNTIL`, `EXPIRED`.
    """
    release = _parse(signed_text(inrelease, expected.signers))
    # The codename alone: `stable` is another distribution after the next release.
    if release.codename != expected.suite.codename:
        raise LockError(
            LockReason.WRONG_SUITE,
            f"asked for {expected.suite.codename}, got the Release file of {release.codename}",
            hint="the mirror answers with another suite's file: set SLIMEPYTHON_DEBIAN_MIRROR to a good one",
        )
    _check_date(release, expected)
    _check_validity(release, expected)
    return release


def _check_date(release: SignedRelease, expected: Expected) -> None:
    if release.date > expected.now + _FUTURE:
        raise LockError(
            LockReason.FROM_THE_FUTURE,
            f"the Release file is of {_shown(release.date)}, but it is {_shown(expected.now)} here",
            hint="set this machine's clock",
        )
    if expected.not_before is not None and release.date < expected.not_before:
        raise LockError(
            LockReason.OLDER_THAN_LOCK,
            f"the Release file is of {_shown(release.date)}, but a lock of {release.codename} is of "
            f"{_shown(expected.not_before)} already",
            hint="use a fresher mirror; to go back on purpose, run it again with --allow-older",
        )


def _check_validity(release: SignedRelease, expected: Expected) -> None:
    """Whether what the mirror has may still be the newest: a mirror that stands still hides later repairs."""
    codename, file = release.codename, f"toolchains/suites/{release.codename}.yaml"
    if release.valid_until is not None:
        if expected.now > release.valid_until and expected.suite.allow_expired is None:
            raise LockError(
                LockReason.EXPIRED,
                f"the Release file of {codename} was valid until {_shown(release.valid_until)}",
                hint=f"use a fresher mirror, or put `allow_expired: {{reason: …}}` in {file}",
            )
        return
    allowed = expected.suite.without_valid_until
    if allowed is None:
        raise LockError(
            LockReason.NO_VALID_UNTIL,
            f"the Release file of {codename} does not say until when it is valid",
            hint=f"use another mirror, or put `without_valid_until: {{reason: …}}` in {file}",
        )
    if allowed.max_age_days is not None and expected.now - release.date > timedelta(days=allowed.max_age_days):
        raise LockError(
            LockReason.EXPIRED,
            f"the Release file of {codename} is of {_shown(release.date)}, more than {allowed.max_age_days} days old",
            hint=f"use a fresher mirror, or change `without_valid_until` in {file} and say why",
        )


def _parse(text: bytes) -> SignedRelease:
    try:
        _refuse_ambiguity(text.decode("utf-8"))
        fields = Release(text)
        until = fields.get("Valid-Until")
        entries = fields["SHA256"]
        twice = [name for name, count in Counter(entry["name"] for entry in entries).items() if count > 1]
        if twice:
            raise ValueError(f"{twice[0]} is listed twice")
        return SignedRelease(
            codename=fields["Codename"],
            date=_time(fields["Date"]),
            valid_until=_time(until) if until is not None else None,
            files={e["name"]: _listed(e) for e in entries if _plain(e["name"])},
        )
    except KeyError as error:
        raise _unreadable(f"it has no {error.args[0]}") from error
    except (ValueError, TypeError) as error:
        raise _unreadable(str(error)) from error


def _unreadable(what: str) -> LockError:
    return LockError(
        LockReason.BAD_INDEX,
        f"the Release file cannot be read: {what}",
        hint="set SLIMEPYTHON_DEBIAN_MIRROR to another mirror",
    )


def _refuse_ambiguity(text: str) -> None:
    """Readers differ in which of two equal fields they take, and whether they go on after an empty line."""
    if "\n\n" in text.strip("\n"):
        raise ValueError("it has more than one paragraph")
    twice = [name for name, count in Counter(name.lower() for name in _FIELD.findall(text)).items() if count > 1]
    if twice:
        raise ValueError(f"the field {twice[0]} is given twice")


def _time(text: str) -> datetime:
    # "UTC" is what Debian writes; RFC 2822 knows it as an unknown zone, hence naive.
    return parsedate_to_datetime(text).replace(tzinfo=UTC)


def _shown(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def _listed(entry: Mapping[str, str]) -> Listed:
    if not _HEX.fullmatch(entry["sha256"]):
        raise ValueError(f"not a sha256: {entry['sha256']!r}")
    size = int(entry["size"])
    if size < 0:
        raise ValueError(f"not a size: {size}")
    return Listed(entry["sha256"], size)


def _plain(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts
