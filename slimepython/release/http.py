"""Reads a release's files from a web server that may be slow, broken or hostile; imports the package's errors.

https only, but for http on this very machine; redirects are followed by hand, since none may lead to another scheme
that is less. No more bytes are read than were announced. A transfer that breaks is taken up where it broke, and only
if the server says that it does so (RFC 9110, sections 14.4 and 15.3.7).
"""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from slimepython.errors import FetchError
from slimepython.release.source import FetchReason, Sink, check_length, not_found

_CHUNK: Final = 1 << 18
_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
_RANGE: Final = re.compile(r"bytes (\d{1,16})-(\d{1,16})/(\d{1,16})")


@dataclass(frozen=True)
class Patience:
    """How long to bear with a server: seconds without a byte, bytes a second on the whole, tries, redirects."""

    stall_seconds: float = 30.0
    grace_seconds: float = 60.0
    bytes_per_second: float = 8192.0
    tries: int = 4
    redirects: int = 5
    pause_seconds: float = 1.0


PATIENCE: Final = Patience()


class _Broken(Exception):
    """The connection broke; another try may help."""


class _Session(requests.Session):
    """Looks at no redirect: requests would read the body of one to its end, and decode it, however long it is."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """No redirect, whatever the answer is: `HttpTransport` follows by itself."""


class HttpTransport:
    """A release on a web server; `base` is the URL of the folder that holds `manifest.json`."""

    def __init__(self, base: str, patience: Patience = PATIENCE) -> None:
        check_url(base, base)
        self._base = base if base.endswith("/") else f"{base}/"
        self._patience = patience
        self._session = _Session()

    def describe(self, path: str) -> str:
        """See `Transport.describe`."""
        return urljoin(self._base, path)

    def read(self, path: str, sink: Sink, *, exact: bool) -> None:
        """See `Transport.read`."""
        url = self.describe(path)
        patience = self._patience
        deadline = time.monotonic() + patience.grace_seconds + sink.limit / patience.bytes_per_second
        problem = ""
        for attempt in range(patience.tries):
            if attempt:
                time.sleep(patience.pause_seconds * attempt)
            try:
                self._try(url, sink, deadline, exact=exact)
                return
            except _Broken as error:
                problem = str(error)
                if not exact:
                    sink.restart()
        raise FetchError(
            FetchReason.NETWORK,
            f"{url}: {problem} (tried {patience.tries} times)",
            hint="look whether the server can be reached, then run the same command again",
        )

    def _try(self, url: str, sink: Sink, deadline: float, *, exact: bool) -> None:
        with self._answer(url, sink.size) as response:
            total = _announced(url, response, sink)
            if total is not None:
                check_length(url, total, sink.limit, exact=exact)
            for data in _body(url, response, sink, deadline):
                sink.write(data)
            if total is not None and sink.size < total:
                raise _Broken(f"the connection ended after {sink.size} of {total} bytes")

    @contextmanager
    def _answer(self, url: str, start: int) -> Iterator[requests.Response]:
        """The response to a GET of the file from byte `start` on, after all redirects."""
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        address = url
        stall = self._patience.stall_seconds
        for _ in range(self._patience.redirects + 1):
            try:
                response = self._session.get(
                    address, headers=headers, stream=True, allow_redirects=False, timeout=(stall, stall)
                )
            except requests.RequestException as error:
                raise _Broken(_plain(error)) from error
            except ValueError as error:  # urllib3 takes fewer hosts than `check_url` does
                redirected = address != url
                what = f"{url}: it redirects to what is no address" if redirected else f"{url} is no address"
                raise FetchError(
                    FetchReason.BAD_REDIRECT if redirected else FetchReason.BAD_URL,
                    f"{what}: {error}",
                    hint="give the address that it should lead to with --from",
                ) from error
            except (urllib3.exceptions.HTTPError, OSError) as error:  # such as: no file of certificates
                raise _Broken(_plain(error)) from error
            with response:
                if response.status_code not in _REDIRECTS:
                    _check_status(url, response)
                    yield response
                    return
                address = _redirected(address, response.headers.get("Location", ""))
                check_url(address, url)
        raise FetchError(
            FetchReason.BAD_REDIRECT,
            f"{url}: more than {self._patience.redirects} redirects",
            hint="give the address that they lead to with --from",
        )


def check_url(url: str, origin: str) -> None:
    """Refuse an address that is neither https nor http on this machine. Raises `FetchError`.

    `origin` is where it came from: itself, or what was redirected. From https nothing leads to http, not even here.
    """
    redirected = url != origin
    reason = FetchReason.BAD_REDIRECT if redirected else FetchReason.BAD_URL
    what = f"{origin}: it redirects to {url}" if redirected else url
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise FetchError(reason, f"{what}: {error}", hint="give an https:// address") from error
    allowed = parts.scheme == "https" or (
        parts.scheme == "http" and _is_loopback(host) and not origin.startswith("https:")
    )
    if not host or not allowed:
        raise FetchError(
            reason,
            f"{what}: only https is allowed, or http on this very machine",
            hint="give an https:// address, or a folder",
        )


def _redirected(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError:
        return location  # no URL at all, which `check_url` says


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_status(url: str, response: requests.Response) -> None:
    if response.status_code in (404, 410):
        raise not_found(url)
    if response.status_code >= 500 or response.status_code in (408, 416, 429):
        raise _Broken(f"the server answers {response.status_code}")
    if response.status_code not in (200, 206):
        raise FetchError(
            FetchReason.HTTP_STATUS,
            f"{url}: the server answers {response.status_code} {response.reason}",
            hint="open the address in a browser, or ask whoever runs the server",
        )
    encoding = response.headers.get("Content-Encoding", "identity")
    if encoding != "identity":
        raise FetchError(
            FetchReason.HTTP_STATUS,
            f"{url}: the server sends it as {encoding}, which was not asked for",
            hint="have the server send files as they are",
        )


def _announced(url: str, response: requests.Response, sink: Sink) -> int | None:
    """The whole file's length as the server says it, or None; starts over when the server does."""
    length = response.headers.get("Content-Length", "")
    if response.status_code == 200:
        if sink.size:
            sink.restart()  # it does not do ranges: these are the first bytes again
        return int(length) if re.fullmatch(r"\d{1,16}", length) else None
    match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if match is None or sink.size == 0:
        raise _bad_range(url, response)
    first, last, total = (int(digits) for digits in match.groups())
    if first != sink.size or last != total - 1:
        raise _bad_range(url, response)
    return total


def _bad_range(url: str, response: requests.Response) -> FetchError:
    said = response.headers.get("Content-Range", "nothing")
    return FetchError(
        FetchReason.BAD_RANGE,
        f"{url}: asked for the rest of the file, the server sends another part ({said})",
        hint="run the same command again; if it stays so, fetch it elsewhere",
    )


def _body(url: str, response: requests.Response, sink: Sink, deadline: float) -> Iterator[bytes]:
    """What arrives, as it arrives, never more than the sink may still take."""
    while sink.left:
        try:
            data = response.raw.read1(min(_CHUNK, sink.left), decode_content=False)
        except urllib3.exceptions.ReadTimeoutError as error:
            raise _stalled(url) from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise _Broken(_plain(error)) from error
        if not data:
            return
        yield data
        if time.monotonic() > deadline:
            raise _stalled(url)


def _stalled(url: str) -> FetchError:
    return FetchError(
        FetchReason.STALLED,
        f"{url}: the server sends nothing, or too slowly",
        hint="try again later, or fetch it elsewhere",
    )


def _plain(error: BaseException) -> str:
    """The innermost cause: what is around it repeats the URL and names Python classes."""
    while error.__context__ is not None:
        error = error.__context__
    return str(error) or type(error).__name__
