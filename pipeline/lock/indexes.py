"""Signed indexes through the mirrors: InRelease, then Packages by its digest; may import fetch."""

from __future__ import annotations

import lzma
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.errors import LockError
from pipeline.fetch.download import download
from pipeline.fetch.pins import Pin, ProgressCallback
from pipeline.fetch.stream import Limits, Refused, Session, patiently, read_small
from pipeline.lock.index import Index
from pipeline.lock.reasons import LockReason
from pipeline.lock.release import Expected, SignedRelease, read_release

_INRELEASE_LIMIT = 4 << 20
_GRAVITY = {reason: rank for rank, reason in enumerate(LockReason)}


def fetch_release(
    expected: Expected,
    mirrors: Sequence[str],
    *,
    told: Callable[[str], None] = lambda _: None,
    limits: Limits | None = None,
) -> SignedRelease:
    """The suite's Release file from the first mirror that has it as expected.

    Any other answer, be it silence or a bad signature, gives way to the next mirror and is told. Raises LockError
    with what each mirror answered, for the gravest of their reasons.
    """
    codename, patience = expected.suite.codename, limits or Limits()
    refusals: list[LockError] = []
    with Session() as session:
        for mirror in mirrors:
            place = f"{mirror}/dists/{codename}/InRelease"
            try:
                return read_release(_inrelease(session, place, patience), expected)
            except LockError as error:
                refusals.append(LockError(error.reason, f"  {place}: {error.message}", hint=error.hint))
                told(f"{place}: {error.message}")
    if not refusals:
        raise _no_index(f"there is no mirror to ask for the index of {codename}")
    gravest = min(refusals, key=lambda error: _GRAVITY[LockReason(error.reason)])
    lines = [f"no mirror has a good index of {codename}", *(error.message for error in refusals)]
    raise LockError(gravest.reason, "\n".join(lines), hint=gravest.hint)


def _inrelease(session: Session, place: str, limits: Limits) -> bytes:
    try:
        return patiently(limits, lambda: read_small(session, place, most=_INRELEASE_LIMIT, limits=limits))
    except Refused as refused:
        raise _no_index(f"{refused.reason.value}: {refused.detail}") from refused


def _no_index(message: str) -> LockError:
    hint = "set SLIMEPYTHON_DEBIAN_MIRROR to a Debian mirror that carries this suite"
    return LockError(LockReason.NO_INDEX, message, hint=hint)


def fetch_index(
    release: SignedRelease,
    architecture: str,
    mirrors: Sequence[str],
    downloads: Path,
    fetching: Callable[[Sequence[Pin]], ProgressCallback],
) -> Index:
    """The suite's main Packages index, by its digest in the Release file, from any mirror.

    Raises FetchError, LockError (`NOT_IN_RELEASE`, `BAD_INDEX`).
    """
    path = f"main/binary-{architecture}/Packages.xz"
    listed = release.listed(path)
    folders = [f"{mirror}/dists/{release.codename}/main/binary-{architecture}" for mirror in mirrors]
    pin = Pin(
        name=f"index of {release.codename} {architecture}",
        sha256=listed.sha256,
        size=listed.size,
        places=tuple(
            f"{folder}/{name}" for folder in folders for name in (f"by-hash/SHA256/{listed.sha256}", "Packages.xz")
        ),
        mend="the mirror is being updated: try again in some minutes",
    )
    packed = download([pin], downloads, progress=fetching([pin]))[pin.sha256]
    try:
        return Index(lzma.decompress(packed.read_bytes()).decode("utf-8"))
    except (lzma.LZMAError, UnicodeDecodeError) as error:
        raise LockError(LockReason.BAD_INDEX, f"{path} of {release.codename} cannot be read: {error}") from error
