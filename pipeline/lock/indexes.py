"""Signed indexes through the mirrors: InRelease, then Packages by its digest; may import fetch."""

from __future__ import annotations

import lzma
from collections.abc import Callable, Sequence
from pathlib import Path

import pysequoia
import requests

from pipeline.errors import LockError
from pipeline.fetch.download import download
from pipeline.fetch.pins import Pin, ProgressCallback
from pipeline.lock.index import Index
from pipeline.lock.reasons import LockReason
from pipeline.lock.release import SignedRelease, read_release

_INRELEASE_LIMIT = 4 << 20
_TIMEOUT = (15.0, 60.0)


def certificates(keys: Path) -> tuple[pysequoia.Cert, ...]:
    """The OpenPGP certificates (`*.asc`) in a folder. Raises LockError (`BAD_SIGNATURE`) if none is there."""
    found = tuple(pysequoia.Cert.from_file(str(path)) for path in sorted(keys.glob("*.asc")))
    if not found:
        raise LockError(
            LockReason.BAD_SIGNATURE,
            f"there is no key (*.asc) in {keys}",
            hint="restore the folder from the repository",
        )
    return found


def fetch_release(suite: str, mirrors: Sequence[str], trusted: Sequence[pysequoia.Cert]) -> tuple[SignedRelease, str]:
    """The suite's verified Release file and the mirror that had it.

    A mirror that does not answer gives way to the next; a bad signature does not, since that is an attack or
    a broken mirror and has to be seen. Raises LockError.
    """
    answers = []
    with requests.Session() as session:
        for mirror in mirrors:
            place = f"{mirror}/dists/{suite}/InRelease"
            try:
                with session.get(place, timeout=_TIMEOUT, stream=True) as response:
                    response.raise_for_status()
                    body = response.raw.read(_INRELEASE_LIMIT, decode_content=True)
            except requests.RequestException as error:
                answers.append(f"  {place}: {error}")
                continue
            return read_release(body, trusted, suite), mirror
    raise LockError(
        LockReason.NO_INDEX,
        "\n".join([f"no mirror has the index of {suite}", *answers]),
        hint="set SLIMEPYTHON_DEBIAN_MIRROR to a Debian mirror that carries this suite",
    )


def fetch_index(
    release: SignedRelease,
    architecture: str,
    mirror: str,
    downloads: Path,
    fetching: Callable[[Sequence[Pin]], ProgressCallback],
) -> Index:
    """The suite's main Packages index, by its digest in the Release file. Raises FetchError, LockError."""
    path = f"main/binary-{architecture}/Packages.xz"
    listed = release.listed(path)
    base = f"{mirror}/dists/{release.codename}/main/binary-{architecture}"
    pin = Pin(
        name=f"index of {release.codename} {architecture}",
        sha256=listed.sha256,
        size=listed.size,
        places=(f"{base}/by-hash/SHA256/{listed.sha256}", f"{base}/Packages.xz"),
        mend="the mirror is being updated: try again in some minutes",
    )
    packed = download([pin], downloads, progress=fetching([pin]))[pin.sha256]
    try:
        return Index(lzma.decompress(packed.read_bytes()).decode("utf-8"))
    except (lzma.LZMAError, UnicodeDecodeError) as error:
        raise LockError(LockReason.BAD_INDEX, f"{path} of {release.codename}: {error}") from error
