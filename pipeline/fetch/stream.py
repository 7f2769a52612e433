"""What one place sends, in chunks; however it fails, it is `Refused`; may import pins only."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, NameResolutionError, ReadTimeoutError

from pipeline.fetch.pins import FetchReason

_CHUNK = 1 << 18
_REDIRECTS = 10
_RETRIED_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
# requests lets some of urllib3's own errors through, and both some of the standard library's: a broken status line, a
# host name that IDNA refuses, a redirect that is no address, a certificate file that is not there.
_FAILURES = (requests.RequestException, HTTPError, http.client.HTTPException, OSError, ValueError)
Result = TypeVar("Result")


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


class Session(requests.Session):
    """Follows no redirect by itself: requests reads the body of one to its end, and decodes it, however long it is."""

    def __init__(self, connections: int = 1) -> None:
        super().__init__()
        adapter = HTTPAdapter(pool_connections=connections, pool_maxsize=connections)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """No redirect, whatever the answer is; `answer` looks at it."""


def patiently(limits: Limits, attempt: Callable[[], Result]) -> Result:
    """What `attempt` returns, tried as often as the limits and its refusals allow. Raises the last `Refused`."""
    for number in range(1, limits.attempts + 1):
        try:
            return attempt()
        except Refused as refused:
            if not refused.again or number == limits.attempts:
                raise
            time.sleep(limits.backoff * 2 ** (number - 1))
    raise AssertionError("unreachable: the last attempt returns or raises")


@contextmanager
def answer(session: Session, place: str, limits: Limits) -> Iterator[requests.Response]:
    """The answer of `place`, redirects followed, if its status is 200; its body unread. Raises `Refused`."""
    for _ in range(_REDIRECTS):
        with _asked(session, place, limits) as response:
            target = _target(response)
            if target is not None:
                place = target
                continue
            status = response.status_code
            if status in (404, 410):
                raise Refused(FetchReason.NOT_FOUND, f"HTTP {status}", again=False)
            if status != 200:
                raise Refused(FetchReason.HTTP_STATUS, f"HTTP {status}", again=status in _RETRIED_STATUS)
            yield response
            return
    raise Refused(FetchReason.UNREACHABLE, f"more than {_REDIRECTS} redirects", again=False)


def _asked(session: Session, place: str, limits: Limits) -> requests.Response:
    timeout = (limits.connect, limits.silence)
    try:
        return session.get(place, stream=True, timeout=timeout, headers={"Accept-Encoding": "identity"})
    except _FAILURES as error:
        raise _unreachable(error) from error


def _target(response: requests.Response) -> str | None:
    """Where a redirect leads. Header lines are read as Latin-1; an address that is not ASCII was sent as UTF-8."""
    if not response.is_redirect:
        return None
    try:
        return urljoin(response.url, response.headers["Location"].encode("latin-1").decode("utf-8"))
    except ValueError as error:
        raise _unreachable(error) from error


def chunks(response: requests.Response, limits: Limits) -> Iterator[bytes]:
    """The body as it arrives, not decoded: what is pinned are the bytes on the wire. Raises `Refused`."""
    opened, arrived = time.monotonic(), 0
    while chunk := _read(response):
        yield chunk
        arrived += len(chunk)
        now = time.monotonic()
        if now - opened >= limits.window:
            if arrived < limits.window_bytes:
                raise Refused(FetchReason.STALLED, f"{arrived} bytes in {now - opened:.0f} s", again=True)
            opened, arrived = now, 0


def read_small(session: Session, place: str, *, most: int, limits: Limits) -> bytes:
    """The body of a file that nobody has pinned, of at most `most` bytes. Raises `Refused`."""
    body = bytearray()
    with answer(session, place, limits) as response:
        for chunk in chunks(response, limits):
            body += chunk
            if len(body) > most:
                raise Refused(FetchReason.TOO_LONG, f"it sends more than {most} bytes", again=False)
    return bytes(body)


def _read(response: requests.Response) -> bytes:
    # read1 gives what has arrived: read() would wait for a whole chunk and so hide a slow drip.
    try:
        chunk: bytes = response.raw.read1(_CHUNK)
    except ReadTimeoutError as error:
        raise Refused(FetchReason.STALLED, "silence in mid-transfer", again=True) from error
    except _FAILURES as error:
        raise Refused(FetchReason.TRUNCATED, f"the connection broke: {_said(error)}", again=True) from error
    return chunk


def _unreachable(error: BaseException) -> Refused:
    causes = list(_causes(error))
    # A host that cannot be resolved will not be there in a second either; a reset connection may be.
    if any(isinstance(cause, NameResolutionError) for cause in causes):
        return Refused(FetchReason.UNREACHABLE, "host name cannot be resolved", again=False)
    again = isinstance(error, requests.ConnectionError | requests.Timeout)
    return Refused(FetchReason.UNREACHABLE, _said(causes[-1]), again=again)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what is wrapped in it, outermost first: urllib3 keeps it as `reason`, requests as an argument."""
    inner: BaseException | None = error
    while inner is not None:
        yield inner
        wrapped = (getattr(inner, "reason", None), *inner.args)
        inner = next((one for one in wrapped if isinstance(one, BaseException)), None)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
