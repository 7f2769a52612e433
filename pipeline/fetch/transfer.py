"""One place, one pinned transfer: count, hash, and say what the place answered; may import pins and stream."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO

import requests

from pipeline.fetch.pins import FetchReason, Pin
from pipeline.fetch.stream import Limits, Refused, Session, answer, chunks


def transfer(
    session: Session,
    place: str,
    pin: Pin,
    into: BinaryIO,
    *,
    limits: Limits,
    progress: Callable[[int], None],
) -> None:
    """Writes the pin's bytes from `place` to `into`, or raises `Refused`. OSErrors of `into` pass through."""
    with answer(session, place, limits) as response:
        _check_head(response, pin)
        digest = _copy(response, pin, into, limits=limits, progress=progress)
    if digest != pin.sha256:
        raise Refused(FetchReason.DIGEST_MISMATCH, f"its sha256 is {digest}", again=False)


def _check_head(response: requests.Response, pin: Pin) -> None:
    length = _length(response)
    differs = length is not None and length != pin.size
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml") and (differs or length is None):
        raise Refused(FetchReason.NOT_A_FILE, f"an HTML page ({kind}) instead of the file", again=False)
    if length is not None and differs:
        reason = FetchReason.TOO_LONG if length > pin.size else FetchReason.TRUNCATED
        raise Refused(reason, f"it has {length} bytes, the pin {pin.size}", again=False)


def _length(response: requests.Response) -> int | None:
    """What the head says; None where it says nothing or nonsense, since the body is counted anyway."""
    try:
        # Not of any length: int() refuses thousands of digits, and no file here has that many bytes.
        return int(response.headers.get("Content-Length", "")[:20])
    except ValueError:
        return None


def _copy(
    response: requests.Response,
    pin: Pin,
    into: BinaryIO,
    *,
    limits: Limits,
    progress: Callable[[int], None],
) -> str:
    digest = hashlib.sha256()
    count = 0
    for chunk in chunks(response, limits):
        if count == 0 and chunk.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
            raise Refused(FetchReason.NOT_A_FILE, "an HTML page instead of the file", again=False)
        count += len(chunk)
        if count > pin.size:
            raise Refused(FetchReason.TOO_LONG, f"it sends more than the pin's {pin.size} bytes", again=False)
        digest.update(chunk)
        into.write(chunk)
        progress(count)
    if count < pin.size:
        raise Refused(FetchReason.TRUNCATED, f"it ended after {count} of {pin.size} bytes", again=True)
    return digest.hexdigest()
