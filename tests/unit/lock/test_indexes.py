"""Indexes through several mirrors: a bad one gives way to the next, and if all are bad each is heard."""

from __future__ import annotations

import hashlib
import lzma
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from pipeline.errors import FetchError, LockError
from pipeline.fetch.pins import FetchReason
from pipeline.fetch.stream import Limits
from pipeline.lock.indexes import fetch_index, fetch_release
from pipeline.lock.reasons import LockReason
from pipeline.lock.release import Listed, SignedRelease
from tests.unit.fetch.conftest import Place, place
from tests.unit.lock.signing import NOW, TEXT, expected, generate, signed, together

__all__ = ["place"]

HASTY = Limits(connect=2, silence=0.5, attempts=2, backoff=0.01)
KEY, STRANGER = generate(), generate("Stranger")
GOOD = signed(KEY)
INDEX = lzma.compress(b"Package: make\nVersion: 1\n")
PATH = "/dists/trixie/main/binary-amd64/Packages.xz"


def serve(body: bytes, kind: str = "application/octet-stream") -> Callable[[Place], object]:
    return lambda place: place.serve("/bad/dists/trixie/InRelease", body, kind=kind)


def raw(body: bytes) -> Callable[[Place], object]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(body)

    return lambda place: place.route("/bad/dists/trixie/InRelease", answer)


HEAD = b"HTTP/1.1 200 OK\r\n"
BAD: dict[str, tuple[Callable[[Place], object], LockReason]] = {
    "absent": (lambda place: None, LockReason.NO_INDEX),
    "broken off": (raw(HEAD + b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD[:500]), LockReason.NO_INDEX),
    "broken off in a chunk": (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nfff\r\n" + GOOD), LockReason.NO_INDEX),
    "no HTTP": (raw(b"\x00\x01\x02"), LockReason.NO_INDEX),
    "closed at once": (raw(b""), LockReason.NO_INDEX),
    "to nowhere": (raw(b"HTTP/1.1 301 Moved\r\nLocation: http://[\r\n\r\n"), LockReason.NO_INDEX),
    "endless": (serve(b"x" * (5 << 20)), LockReason.NO_INDEX),
    "shorter than it was": (serve(GOOD[:-80]), LockReason.BAD_SIGNATURE),
    "a page": (serve(b"<html>Sign in</html>", kind="text/html"), LockReason.BAD_SIGNATURE),
    "garbage": (serve(bytes(range(256)) * 64), LockReason.BAD_SIGNATURE),
    "with more around it": (serve(b"Codename: trixie\n\n" + GOOD), LockReason.BAD_SIGNATURE),
    "one signature bad": (serve(together(GOOD, signed(KEY, "x"))), LockReason.WRONG_SIGNERS),
    "signed by a stranger, too": (serve(together(GOOD, signed(STRANGER))), LockReason.WRONG_SIGNERS),
    "another suite": (serve(signed(KEY, TEXT.replace("trixie", "forky"))), LockReason.WRONG_SUITE),
    "a field given twice": (serve(signed(KEY, TEXT + "Codename: trixie\n")), LockReason.BAD_INDEX),
    "an old state": (serve(signed(KEY, TEXT.replace("21 Nov", "20 Nov"))), LockReason.OLDER_THAN_LOCK),
    "a state to come": (serve(signed(KEY, TEXT.replace("21 Nov", "24 Nov"))), LockReason.FROM_THE_FUTURE),
    "not valid any more": (serve(signed(KEY, TEXT.replace("28 Nov", "22 Nov"))), LockReason.EXPIRED),
}
NOT_BEFORE = NOW.replace(day=21)


def fetch(mirrors: list[str], told: list[str], not_before: datetime = NOT_BEFORE) -> SignedRelease:
    return fetch_release(expected(KEY, not_before=not_before), mirrors, told=told.append, limits=HASTY)


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_mirror_gives_way_to_the_next(place: Place, kind: str) -> None:
    prepare, reason = BAD[kind]
    prepare(place)
    place.serve("/good/dists/trixie/InRelease", GOOD)
    told: list[str] = []
    assert fetch([f"{place.base}/bad", f"{place.base}/good"], told).codename == "trixie"
    assert [line.partition(" ")[0] for line in told] == [f"{place.base}/bad/dists/trixie/InRelease:"]
    with pytest.raises(LockError) as caught:
        fetch([f"{place.base}/bad"], told)
    assert caught.value.reason is reason
    assert caught.value.hint


def test_what_each_mirror_answered_is_said_and_the_gravest_is_the_reason(place: Place) -> None:
    place.serve("/page/dists/trixie/InRelease", b"<html>Sign in</html>")
    place.serve("/old/dists/trixie/InRelease", signed(KEY, TEXT.replace("21 Nov", "20 Nov")))
    mirrors = [f"{place.base}/{name}" for name in ("absent", "old", "page")]
    with pytest.raises(LockError) as caught:
        fetch(mirrors, [])
    assert caught.value.reason is LockReason.BAD_SIGNATURE
    lines = caught.value.message.splitlines()[1:]
    assert [line.split()[0] for line in lines] == [f"{mirror}/dists/trixie/InRelease:" for mirror in mirrors]
    assert "not-found: HTTP 404" in lines[0]


def test_no_mirror_at_all() -> None:
    with pytest.raises(LockError) as caught:
        fetch([], [])
    assert caught.value.reason is LockReason.NO_INDEX


def release(index: bytes = INDEX) -> SignedRelease:
    listed = Listed(hashlib.sha256(index).hexdigest(), len(index))
    return SignedRelease("trixie", NOW, None, {"main/binary-amd64/Packages.xz": listed})


def test_an_index_is_had_from_any_mirror_by_its_digest(place: Place, tmp_path: Path) -> None:
    place.serve(f"/bad{PATH}", INDEX[:-1] + b"X")
    place.serve(f"/good{PATH}", INDEX)
    mirrors = [f"{place.base}/{name}" for name in ("absent", "bad", "good")]
    index = fetch_index(release(), "amd64", mirrors, tmp_path, lambda _: lambda _: None)
    assert list(index.providers("make")) == []
    assert place.asked[-1] == f"/good{PATH}"


@pytest.mark.parametrize("body", [INDEX[:-1], INDEX + b"X", INDEX[:-1] + b"X"])
def test_an_index_whose_bytes_the_release_does_not_list(place: Place, tmp_path: Path, body: bytes) -> None:
    place.serve(f"/bad{PATH}", body)
    with pytest.raises(FetchError) as caught:
        fetch_index(release(), "amd64", [f"{place.base}/bad"], tmp_path, lambda _: lambda _: None)
    assert caught.value.reason in (FetchReason.TRUNCATED, FetchReason.TOO_LONG, FetchReason.DIGEST_MISMATCH)


@pytest.mark.parametrize("body", [INDEX[:-9], b"nonsense", b"", lzma.compress(b"Package: \xff")])
def test_a_listed_index_that_cannot_be_read(place: Place, tmp_path: Path, body: bytes) -> None:
    place.serve(PATH, body)
    with pytest.raises(LockError) as caught:
        fetch_index(release(body), "amd64", [place.base], tmp_path, lambda _: lambda _: None)
    assert caught.value.reason is LockReason.BAD_INDEX
