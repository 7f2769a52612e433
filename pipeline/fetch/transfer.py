"""One place, one transfer: stream, count, hash, and say what the place answered; may import pins only."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import requests

from pipeline.fetch.pins import FetchReason, Pin

_CHUNK = 1 << 18
_RETRIED_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Limits:
    """How patient a transfer is: seconds for connecting, for silence, and for the slowest allowed window.

    A place that sends less than `window_bytes` in `window` seconds has stalled, however steadily it drips.
    """

    connect: float = 15.0
    silence: float = 30.0
    window: float = 30.0
    window_bytes: int = 32 * 1024
    attempts: int = 3
    backoff: float = 0.5


class Refused(Exception):
    """This place does not have the bytes; `again` says whether asking it once more may help."""

    def __init__(self, reason: FetchReason, detail: str, *, again: bool) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.again = again


def transfer(
    session: requests.Session,
    place: str,
    pin: Pin,
    into: BinaryIO,
    *,
    limits: Limits,
    progress: Callable[[int], None],
) -> None:
    """Writes the pin's bytes from `place` to `into`, or raises `Refused`. OSErrors of `into` pass through."""
    try:
        response = session.get(
            place,
            stream=True,
            timeout=(limits.connect, limits.silence),
            headers={"Accept-Encoding": "identity"},
        )
    except requests.RequestException as error:
        raise _unreachable(error) from error
    with response:
        _check_head(response, pin)
        digest = _copy(response, pin, into, limits=limits, progress=progress)
    if digest != pin.sha256:
        raise Refused(FetchReason.DIGEST_MISMATCH, f"its sha256 is {digest}", again=False)


def _unreachable(error: requests.RequestException) -> Refused:
    # A host that cannot be resolved will not be there in a second either; a reset connection may be.
    unresolved = "NameResolution" in repr(error) or "resolve" in str(error)
    refused = isinstance(error, requests.ConnectionError | requests.Timeout)
    text = "host name cannot be resolved" if unresolved else _innermost(error)
    return Refused(FetchReason.UNREACHABLE, text, again=refused and not unresolved)


def _innermost(error: BaseException) -> str:
    reason = getattr(error, "reason", None)
    candidates = (reason, *error.args)
    inner = next((c for c in candidates if isinstance(c, BaseException)), None)
    return _innermost(inner) if inner is not None else f"{type(error).__name__}: {error}"


def _check_head(response: requests.Response, pin: Pin) -> None:
    status = response.status_code
    if status in (404, 410):
        raise Refused(FetchReason.NOT_FOUND, f"HTTP {status}", again=False)
    if status != 200:
        raise Refused(FetchReason.HTTP_STATUS, f"HTTP {status}", again=status in _RETRIED_STATUS)
    length = response.headers.get("Content-Length", "")
    differs = length.isdigit() and int(length) != pin.size
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml") and (differs or not length):
        raise Refused(FetchReason.NOT_A_FILE, f"an HTML page ({kind}) instead of the file", again=False)
    if differs:
        reason = FetchReason.TOO_LONG if int(length) > pin.size else FetchReason.TRUNCATED
        raise Refused(reason, f"it has {length} bytes, the pin {pin.size}", again=False)


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
    opened, at_open = time.monotonic(), 0
    while chunk := _read(response):
        if count == 0 and chunk.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
            raise Refused(FetchReason.NOT_A_FILE, "an HTML page instead of the file", again=False)
        count += len(chunk)
        if count > pin.size:
            raise Refused(FetchReason.TOO_LONG, f"it sends more than the pin's {pin.size} bytes", again=False)
        digest.update(chunk)
        into.write(chunk)
        progress(count)
        now = time.monotonic()
        if now - opened >= limits.window:
            if count - at_open < limits.window_bytes:
                raise Refused(FetchReason.STALLED, f"{count - at_open} bytes in {now - opened:.0f} s", again=True)
            opened, at_open = now, count
    if count < pin.size:
        raise Refused(FetchReason.TRUNCATED, f"it ended after {count} of {pin.size} bytes", again=True)
    return digest.hexdigest()


def _read(response: requests.Response) -> bytes:
    # read1 gives what has arrived: read() would wait for a whole chunk and so hide a slow drip.
    try:
        chunk: bytes = response.raw.read1(_CHUNK)
    except Exception as error:
        name = type(error).__name__
        if "Timeout" in name:
            raise Refused(FetchReason.STALLED, "silence in mid-transfer", again=True) from error
        if "IncompleteRead" in name or "Protocol" in name:
            raise Refused(FetchReason.TRUNCATED, f"the connection broke: {error}", again=True) from error
        raise
    return chunk
