"""Whatever a place answers, it is a typed refusal, and the next place is asked."""

from __future__ import annotations

import gzip
import hashlib
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from pipeline.fetch.download import download
from pipeline.fetch.pins import FetchReason, MissingInputs, Pin
from pipeline.fetch.stream import Limits, Refused, Session, patiently, read_small
from tests.unit.fetch.conftest import Place

BODY = b"the pinned bytes" * 4096
HASTY = Limits(connect=2, silence=0.5, window=0.3, window_bytes=1000, attempts=2, backoff=0.01)
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
HALF = BODY[:999]

ANSWERS = {
    "nothing": (b"", FetchReason.UNREACHABLE),
    "no HTTP": (b"\x16\x03\x01 nonsense\r\n\r\n", FetchReason.UNREACHABLE),
    "no status": (b"HTTP/1.1 two hundred\r\n\r\n", FetchReason.UNREACHABLE),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-Le", FetchReason.TRUNCATED),
    "a header without end": (OK + b"X: " + b"x" * 70_000 + b"\r\n\r\n", FetchReason.UNREACHABLE),
    "headers without end": (OK + b"X: x\r\n" * 200 + b"\r\n", FetchReason.UNREACHABLE),
    "lengths that differ": (OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + HALF, FetchReason.UNREACHABLE),
    "a length that is no number": (OK + b"Content-Length: many\r\n\r\n" + HALF, FetchReason.TRUNCATED),
    "a length in other digits": (OK + b"Content-Length: \xb2\r\n\r\n" + HALF, FetchReason.TRUNCATED),
    "a negative length": (OK + b"Content-Length: -5\r\n\r\n" + HALF, FetchReason.TRUNCATED),
    "a length of 5000 digits": (OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", FetchReason.TOO_LONG),
    "a length that is not kept": (OK + b"Content-Length: %d\r\n\r\n" % len(BODY) + HALF, FetchReason.TRUNCATED),
    "a chunk of no size": (CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n", FetchReason.TRUNCATED),
    "a chunk of negative size": (CHUNKED + b"-5\r\nabc\r\n0\r\n\r\n", FetchReason.TRUNCATED),
    "half a chunk": (CHUNKED + b"ff\r\nabc", FetchReason.TRUNCATED),
    "no last chunk": (CHUNKED + b"3\r\nabc\r\n", FetchReason.TRUNCATED),
    "too few chunks": (CHUNKED + b"3\r\nabc\r\n0\r\n\r\n", FetchReason.TRUNCATED),
    "packed again": (OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(BODY), FetchReason.TRUNCATED),
    "packed a thousand times": (
        OK + b"Content-Encoding: gzip, gzip\r\n\r\n" + gzip.compress(gzip.compress(bytes(10**7))),
        FetchReason.TRUNCATED,
    ),
    "packed, so it says": (OK + b"Content-Encoding: br\r\n\r\n" + HALF, FetchReason.TRUNCATED),
    "only a part": (b"HTTP/1.1 206 Partial Content\r\n\r\n" + HALF, FetchReason.HTTP_STATUS),
    "a status beyond": (b"HTTP/1.1 999 Odd\r\n\r\n", FetchReason.HTTP_STATUS),
    "a redirect to nowhere": (b"HTTP/1.1 302 Found\r\n\r\n", FetchReason.HTTP_STATUS),
}
ADDRESSES = [
    "http://",
    "http://[",
    "http://[::1",
    "http://a..b/x",
    "http://.example/x",
    "http://*.example/x",
    "http://exa mple.invalid/x",
    f"http://{'é' * 70}.invalid/x",
    "http://127.0.0.1:99999/x",
    "http://127.0.0.1:port/x",
    "http://a\x00b/x",
    "no address",
    "",
    "ftp://127.0.0.1/x",
    "file:///etc/passwd",
    "data:,x",
]


def pin(*places: str) -> Pin:
    return Pin("zlib", hashlib.sha256(BODY).hexdigest(), len(BODY), places, "mend it")


def raw(place: Place, body: bytes, path: str = "/bad") -> str:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(body)

    return place.route(path, answer)


def redirect(place: Place, where: bytes, path: str = "/bad") -> str:
    return raw(place, b"HTTP/1.1 302 Found\r\nLocation: " + where + b"\r\nContent-Length: 0\r\n\r\n", path)


def refused(place: Place, bad: str, downloads: Path) -> FetchReason:
    """The reason when `bad` is alone; the file is had when a good place follows."""
    with pytest.raises(MissingInputs) as caught:
        download([pin(bad)], downloads, limits=HASTY)
    wanted = pin(bad, place.serve("/good", BODY))
    assert download([wanted], downloads, limits=HASTY)[wanted.sha256].read_bytes() == BODY
    return caught.value.missing[0].reason


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_that_is_none(place: Place, tmp_path: Path, kind: str) -> None:
    body, reason = ANSWERS[kind]
    assert refused(place, raw(place, body), tmp_path) is reason


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_is_none(place: Place, tmp_path: Path, address: str) -> None:
    assert refused(place, address, tmp_path) is FetchReason.UNREACHABLE


@pytest.mark.parametrize("address", [a for a in ADDRESSES if "://" in a])
def test_a_redirect_to_an_address_that_is_none(place: Place, tmp_path: Path, address: str) -> None:
    bad = redirect(place, address.encode())
    assert refused(place, bad, tmp_path) is FetchReason.UNREACHABLE


def test_a_redirect_in_no_encoding(place: Place, tmp_path: Path) -> None:
    assert refused(place, redirect(place, b"http://\xff\xfe.invalid/"), tmp_path) is FetchReason.UNREACHABLE


def test_redirects_in_a_circle(place: Place, tmp_path: Path) -> None:
    first = redirect(place, b"/second", "/first")
    redirect(place, b"/first", "/second")
    assert refused(place, first, tmp_path) is FetchReason.UNREACHABLE
    assert place.asked.count("/first") == 10  # five in a circle of two, and that with and without a good place


def test_redirects_are_followed(place: Place, tmp_path: Path) -> None:
    place.serve("/b/ü", BODY)
    place.routes["/b/%C3%BC"] = place.routes["/b/ü"]
    redirect(place, "ü".encode(), "/b/relative")
    wanted = pin(redirect(place, f"{place.base}/b/relative".encode(), "/a"))
    assert download([wanted], tmp_path, limits=HASTY)[wanted.sha256].read_bytes() == BODY
    assert place.asked == ["/a", "/b/relative", "/b/%C3%BC"]


def test_the_body_of_a_redirect_is_not_read(place: Place, tmp_path: Path) -> None:
    """requests would read and decode all of it, and so never come back from one that does not end."""

    def endless(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /good\r\n\r\n")
        while True:  # until the other side closes
            request.wfile.write(BODY)

    place.serve("/good", BODY)
    wanted = pin(place.route("/a", endless))
    assert download([wanted], tmp_path, limits=HASTY)[wanted.sha256].read_bytes() == BODY


def test_a_host_that_no_name_server_knows_is_asked_once() -> None:
    with Session() as session, pytest.raises(Refused) as caught:
        read_small(session, "http://nowhere.invalid/x", most=10, limits=HASTY)
    assert (caught.value.detail, caught.value.again) == ("host name cannot be resolved", False)


def test_a_refused_connection_may_be_there_in_a_second() -> None:
    with Session() as session, pytest.raises(Refused) as caught:
        read_small(session, "http://127.0.0.1:9/resolve", most=10, limits=HASTY)
    assert caught.value.again
    assert "refused" in caught.value.detail


def test_certificates_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """requests raises a plain OSError, which says nothing of the disk that downloads are kept on."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "absent.pem"))
    with pytest.raises(MissingInputs) as caught:
        download([pin("https://127.0.0.1:9/x")], tmp_path, limits=HASTY)
    assert caught.value.reason is FetchReason.UNREACHABLE
    assert "absent.pem" in caught.value.message


def test_a_small_file_is_read_up_to_its_limit(place: Place) -> None:
    where = place.serve("/a", b"0123456789")
    with Session() as session:
        assert read_small(session, where, most=10, limits=HASTY) == b"0123456789"
        with pytest.raises(Refused) as caught:
            read_small(session, where, most=9, limits=HASTY)
    assert caught.value.reason is FetchReason.TOO_LONG


def test_patience_ends() -> None:
    asked = []

    def attempt() -> str:
        asked.append("once more")
        raise Refused(FetchReason.STALLED, "silence", again=len(asked) < 5)

    with pytest.raises(Refused):
        patiently(Limits(attempts=3, backoff=0), attempt)
    assert len(asked) == 3
    with pytest.raises(Refused):
        patiently(Limits(attempts=9, backoff=0), attempt)
    assert len(asked) == 5
