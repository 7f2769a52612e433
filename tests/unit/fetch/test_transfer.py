"""One transfer from one place: what is refused, and whether asking again may help."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

import pytest

from pipeline.fetch.pins import FetchReason, Pin
from pipeline.fetch.stream import Limits, Refused, Session
from pipeline.fetch.transfer import transfer

if TYPE_CHECKING:
    from tests.unit.fetch.conftest import Place

BODY = b"the pinned bytes" * 4096
PIN = Pin("zlib", hashlib.sha256(BODY).hexdigest(), len(BODY), (), "")
LIMITS = Limits(connect=10, silence=10, window=10)


def fetch(where: str) -> tuple[bytes, list[int]]:
    """What was written, and how far it was said to be."""
    into, told = io.BytesIO(), list[int]()
    with Session() as session:
        transfer(session, where, PIN, into, limits=LIMITS, progress=told.append)
    return into.getvalue(), told


def sends(body: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answers with just these headers, and ends the connection."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def test_the_bytes_arrive_and_how_far_it_is_goes_up(place: Place) -> None:
    data, told = fetch(place.serve("/a", BODY))
    assert data == BODY
    assert told == sorted(told)
    assert told[-1] == len(BODY)


@pytest.mark.parametrize("length", [None, "", "nonsense", "9" * 5000])
def test_a_length_that_says_nothing_does_no_harm(place: Place, length: str | None) -> None:
    headers = {} if length is None else {"Content_Length": length}
    if length == "9" * 5000:
        with pytest.raises(Refused) as caught:
            fetch(place.route("/a", sends(BODY, **headers)))
        assert caught.value.reason is FetchReason.TOO_LONG
    else:
        assert fetch(place.route("/a", sends(BODY, **headers)))[0] == BODY


@pytest.mark.parametrize(
    ("body", "headers", "reason", "again"),
    [
        (b"X" + BODY[1:], {}, FetchReason.DIGEST_MISMATCH, False),
        (BODY[:-1], {"Content_Length": str(len(BODY) - 1)}, FetchReason.TRUNCATED, False),
        (BODY + b"x", {"Content_Length": str(len(BODY) + 1)}, FetchReason.TOO_LONG, False),
        (BODY + b"x", {}, FetchReason.TOO_LONG, False),
        (BODY[:-1], {}, FetchReason.TRUNCATED, True),
        (b"<p>sign in", {"Content_Type": "text/html; charset=utf-8"}, FetchReason.NOT_A_FILE, False),
        (b"<p>", {"Content_Type": "application/xhtml+xml", "Content_Length": "3"}, FetchReason.NOT_A_FILE, False),
        (b" \n<!DOCTYPE html><p>sign in", {}, FetchReason.NOT_A_FILE, False),
        (b"<HTML>", {"Content_Type": "application/x-xz"}, FetchReason.NOT_A_FILE, False),
    ],
)
def test_what_is_not_what_was_pinned_is_refused(
    place: Place, *, body: bytes, headers: dict[str, str], reason: FetchReason, again: bool
) -> None:
    with pytest.raises(Refused) as caught:
        fetch(place.route("/a", sends(body, **headers)))
    assert (caught.value.reason, caught.value.again) == (reason, again)


def test_a_file_that_is_called_a_page_is_still_the_file(place: Place) -> None:
    """Some servers say `text/html` of anything; the right length says more."""
    assert fetch(place.serve("/a", BODY, kind="text/html"))[0] == BODY


def test_no_more_is_written_than_was_pinned(place: Place) -> None:
    into = io.BytesIO()
    with Session() as session, pytest.raises(Refused):
        transfer(session, place.route("/a", sends(BODY * 50)), PIN, into, limits=LIMITS, progress=lambda count: None)
    assert len(into.getvalue()) <= PIN.size


def test_a_disk_that_fails_is_not_the_places_fault(place: Place) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    with Session() as session, pytest.raises(OSError, match="No space left"):
        transfer(session, place.serve("/a", BODY), PIN, Full(), limits=LIMITS, progress=lambda count: None)
