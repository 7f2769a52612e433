"""Pinned inputs into the downloads folder, in parallel and verified; may import pins and transfer.

The folder is content-addressed: `<downloads>/sha256/<hex>`. A file there is complete, since it arrives by
rename after its bytes are on disk, and it is hashed again before it is used.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import BinaryIO, cast

import requests
from requests.adapters import HTTPAdapter

from pipeline.errors import FetchError
from pipeline.fetch.pins import Answer, FetchReason, Missing, MissingInputs, Pin, Progress, ProgressCallback
from pipeline.fetch.transfer import Limits, Refused, transfer

_STALE_SECONDS = 24 * 3600


def download(
    pins: Iterable[Pin],
    downloads: Path,
    *,
    progress: ProgressCallback = lambda _: None,
    connections: int = 8,
    limits: Limits | None = None,
) -> dict[str, Path]:
    """Fetches what is not in `downloads` yet; returns sha256 → file for all pins.

    Every pin is tried before the failures are raised together as `MissingInputs`. `progress` is called from
    worker threads. Raises FetchError (`DISK`) at once when the folder cannot be written.
    """
    patience = limits or Limits()
    wanted = list({pin.sha256: pin for pin in pins}.values())
    folder = downloads / "sha256"
    _prepare(folder)
    found: dict[str, Path] = {}
    missing: list[Missing] = []
    with requests.Session() as session, ThreadPoolExecutor(connections) as pool:
        adapter = HTTPAdapter(pool_connections=connections, pool_maxsize=connections)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        futures: dict[Future[Path | Missing], Pin] = {
            # Largest first, so that no long transfer is left alone at the end.
            pool.submit(_one, session, pin, folder, progress, patience): pin
            for pin in sorted(wanted, key=lambda p: -p.size)
        }
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        for future in done:
            result = future.result()
            if isinstance(result, Missing):
                missing.append(result)
            else:
                found[futures[future].sha256] = result
    if missing:
        raise MissingInputs(missing)
    return found


def cached(pin: Pin, downloads: Path) -> Path | None:
    """The pin's file if it is there and its bytes are right; a damaged one is removed."""
    path = downloads / "sha256" / pin.sha256
    try:
        with path.open("rb") as file:
            sound = hashlib.file_digest(file, "sha256").hexdigest() == pin.sha256
    except FileNotFoundError:
        return None
    if not sound:
        path.unlink(missing_ok=True)
        return None
    return path


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # What a killed fetch left behind; a younger file may belong to a fetch that runs now.
        for left in folder.glob(".*.part"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > _STALE_SECONDS:
                    left.unlink()
    except OSError as error:
        raise _disk(folder, error) from error


def _one(
    session: requests.Session, pin: Pin, folder: Path, progress: ProgressCallback, limits: Limits
) -> Path | Missing:
    present = cached(pin, folder.parent)
    if present is not None:
        progress(Progress(pin, pin.size, "cached"))
        return present
    answers: list[Answer] = []
    for place in pin.places:
        try:
            path = _from_place(session, place, pin, folder, progress, limits)
        except Refused as refused:
            answers.append(Answer(place, refused.reason, refused.detail))
            continue
        progress(Progress(pin, pin.size, "done"))
        return path
    return Missing(pin, tuple(answers))


def _from_place(
    session: requests.Session,
    place: str,
    pin: Pin,
    folder: Path,
    progress: ProgressCallback,
    limits: Limits,
) -> Path:
    for attempt in range(1, limits.attempts + 1):
        try:
            return _attempt(session, place, pin, folder, progress, limits)
        except Refused as refused:
            if not refused.again or attempt == limits.attempts:
                raise
            time.sleep(limits.backoff * 2 ** (attempt - 1))
    raise AssertionError("unreachable: the last attempt returns or raises")


def _attempt(
    session: requests.Session,
    place: str,
    pin: Pin,
    folder: Path,
    progress: ProgressCallback,
    limits: Limits,
) -> Path:
    target = folder / pin.sha256
    try:
        with tempfile.NamedTemporaryFile(
            dir=folder, prefix=f".{pin.sha256[:16]}.", suffix=".part", delete=False
        ) as part:
            try:
                transfer(
                    session,
                    place,
                    pin,
                    cast(BinaryIO, part),
                    limits=limits,
                    progress=lambda count: progress(Progress(pin, count, "fetching")),
                )
                part.flush()
                os.fsync(part.fileno())
                Path(part.name).chmod(0o444)
                Path(part.name).replace(target)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
    except requests.RequestException as error:
        # An IOError by inheritance, yet it says nothing about the disk.
        raise Refused(FetchReason.UNREACHABLE, f"{type(error).__name__}: {error}", again=True) from error
    except OSError as error:
        raise _disk(folder, error) from error
    return target


def _disk(folder: Path, error: OSError) -> FetchError:
    return FetchError(
        FetchReason.DISK,
        f"cannot write downloads to {folder}: {error.strerror or error}",
        hint="make room or let me write there, or name another cache folder with SLIMEPYTHON_CACHE",
    )
