"""slimepython.release.http against a real server that is slow, broken or hostile: bad inputs 8 to 11 and 14."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from slimepython.errors import FetchError
from slimepython.release.http import PATIENCE, HttpTransport, Patience, check_url
from slimepython.release.model import FileReference
from slimepython.release.source import FetchReason, Source
from tests.unit.slimepython import forge
from tests.unit.slimepython.places import FULL, make_place

BODY = bytes(range(256)) * 400
REFERENCE = FileReference("file", len(BODY), hashlib.sha256(BODY).hexdigest())
QUICK = replace(PATIENCE, pause_seconds=0.01)
IMPATIENT = replace(QUICK, stall_seconds=1.0, grace_seconds=1.0, bytes_per_second=1e6)
Answer = Callable[[BaseHTTPRequestHandler], None]


class Asked(list[tuple[str, str | None]]):
    """What was asked for: path and range."""


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[str, Asked]]:
    """A server on this machine that answers every GET so; its URL, and what it was asked."""
    asked = Asked()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Range")))
            with suppress(BrokenPipeError, ConnectionResetError):  # the client had enough
                answer(self)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/release", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def fetch(url: str, patience: Patience = QUICK) -> bytes:
    into = io.BytesIO()
    Source(url, HttpTransport(url, patience)).fetch(REFERENCE, into)
    return into.getvalue()


def reason(answer: Answer, patience: Patience = QUICK) -> str:
    with serving(answer) as (url, _), pytest.raises(FetchError) as caught:
        fetch(url, patience)
    assert caught.value.hint
    return caught.value.reason


def test_a_file_is_fetched() -> None:
    with serving(lambda handler: send(handler, 200, BODY, Content_Length=str(len(BODY)))) as (url, asked):
        assert fetch(url) == BODY
    assert asked == [("/release/file", None)]


def test_without_a_length() -> None:
    with serving(lambda handler: send(handler, 200, BODY)) as (url, _):
        assert fetch(url) == BODY


def test_8_announced_too_long() -> None:
    longer = BODY + b"!"
    assert reason(lambda handler: send(handler, 200, longer, Content_Length=str(len(longer)))) == FetchReason.TOO_LONG


def test_8_longer_than_announced_nowhere() -> None:
    """No byte beyond the signed length is kept: it was enough, and it is what was signed."""
    with serving(lambda handler: send(handler, 200, BODY + b"more" * 100_000)) as (url, _):
        assert fetch(url) == BODY


def test_8_a_manifest_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, b" " * (1 << 20))

    with serving(endless) as (url, _):
        source = Source(url, HttpTransport(url, QUICK))
        assert len(source.read_small("manifest.json", 1 << 10)) == 1 << 10


def test_9_slow_drip() -> None:
    stop = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, Content_Length=str(len(BODY)))
        for byte in BODY:
            handler.wfile.write(bytes([byte]))
            if stop.wait(0.05):
                return

    try:
        assert reason(drip, IMPATIENT) == FetchReason.STALLED
    finally:
        stop.set()


def test_9_stall_in_the_middle() -> None:
    stop = threading.Event()

    def stall(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, BODY[:1000], Content_Length=str(len(BODY)))
        handler.wfile.flush()
        stop.wait(30)

    try:
        assert reason(stall, IMPATIENT) == FetchReason.STALLED
    finally:
        stop.set()


def resuming(rest: Answer) -> Answer:
    """Breaks off after 1000 bytes, and answers a request for the rest with `rest`."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers.get("Range"):
            rest(handler)
        else:
            send(handler, 200, BODY[:1000], Content_Length=str(len(BODY)))

    return answer


def test_10_truncation_is_taken_up_where_it_broke() -> None:
    said = f"bytes 1000-{len(BODY) - 1}/{len(BODY)}"
    with serving(resuming(lambda handler: send(handler, 206, BODY[1000:], Content_Range=said))) as (url, asked):
        assert fetch(url) == BODY
    assert asked[1] == ("/release/file", "bytes=1000-")


def test_10_truncation_that_goes_on() -> None:
    with serving(lambda handler: send(handler, 200, b"", Content_Length=str(len(BODY)))) as (url, asked):
        with pytest.raises(FetchError) as caught:
            fetch(url)
        assert caught.value.reason == FetchReason.NETWORK
        assert len(asked) == QUICK.tries


def test_10_truncated_and_no_length_announced() -> None:
    assert reason(lambda handler: send(handler, 200, BODY[:-1])) == FetchReason.TOO_SHORT


@pytest.mark.parametrize(
    "said",
    [
        f"bytes 999-{len(BODY) - 1}/{len(BODY)}",
        f"bytes 1000-{len(BODY) - 2}/{len(BODY)}",
        f"bytes 1000-{len(BODY) - 1}/*",
        f"bytes 0-{len(BODY) - 1}/{len(BODY)}",
        "bytes -1-2/3",
        "",
    ],
)
def test_10_wrong_content_range(said: str) -> None:
    answer = resuming(lambda handler: send(handler, 206, BODY[1000:], Content_Range=said))
    assert reason(answer) == FetchReason.BAD_RANGE


def test_10_a_range_nobody_asked_for() -> None:
    said = f"bytes 0-{len(BODY) - 1}/{len(BODY)}"
    assert reason(lambda handler: send(handler, 206, BODY, Content_Range=said)) == FetchReason.BAD_RANGE


def test_10_200_to_a_range_request_starts_over() -> None:
    with serving(resuming(lambda handler: send(handler, 200, BODY, Content_Length=str(len(BODY))))) as (url, _):
        assert fetch(url) == BODY


def test_11_not_found_is_told_from_wrong_bytes() -> None:
    assert reason(lambda handler: send(handler, 404, BODY)) == FetchReason.NOT_FOUND
    other = b"!" + BODY[1:]
    assert (
        reason(lambda handler: send(handler, 200, other, Content_Length=str(len(BODY)))) == FetchReason.DIGEST_MISMATCH
    )


def test_other_statuses() -> None:
    assert reason(lambda handler: send(handler, 403)) == FetchReason.HTTP_STATUS
    assert reason(lambda handler: send(handler, 500)) == FetchReason.NETWORK
    assert reason(lambda handler: send(handler, 200, BODY, Content_Encoding="gzip")) == FetchReason.HTTP_STATUS


def test_nobody_answers() -> None:
    with serving(lambda handler: None) as (url, _):
        pass
    with pytest.raises(FetchError) as caught:
        fetch(url)
    assert caught.value.reason == FetchReason.NETWORK


@pytest.mark.parametrize(
    "where", ["file:///etc/passwd", "http://example.org/x", "ftp://example.org/x", "gopher:x", "http://[::1/", "//"]
)
def test_14_redirect(where: str) -> None:
    assert reason(lambda handler: send(handler, 302, Location=where)) == FetchReason.BAD_REDIRECT


def test_14_redirect_without_end() -> None:
    assert reason(lambda handler: send(handler, 301, Location="/release/file")) == FetchReason.BAD_REDIRECT


def test_the_body_of_a_redirect_is_not_read() -> None:
    """One without end would fill the memory."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/else":
            send(handler, 200, BODY)
            return
        send(handler, 302, Location="/else")
        while True:  # until the other side closes
            handler.wfile.write(BODY)

    with serving(answer) as (url, _):
        assert fetch(url) == BODY


@pytest.mark.parametrize("where", ["https://a..b/x", "https://[/x", f"https://{'a' * 70}.example/x"])
def test_14_a_redirect_to_what_is_no_address(where: str) -> None:
    assert reason(lambda handler: send(handler, 302, Location=where)) is FetchReason.BAD_REDIRECT


def test_an_address_that_is_none() -> None:
    with pytest.raises(FetchError) as caught:
        fetch("https://a..b/release")
    assert caught.value.reason is FetchReason.BAD_URL


def test_certificates_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "absent.pem"))
    with pytest.raises(FetchError) as caught:
        fetch("https://127.0.0.1:9/release")
    assert caught.value.reason is FetchReason.NETWORK
    assert "absent.pem" in caught.value.message


def test_a_redirect_that_is_allowed() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/elsewhere":
            send(handler, 200, BODY, Content_Length=str(len(BODY)))
        else:
            send(handler, 302, Location="/elsewhere")

    with serving(answer) as (url, asked):
        assert fetch(url) == BODY
    assert [path for path, _ in asked] == ["/release/file", "/elsewhere"]


@pytest.mark.parametrize(
    "url", ["http://example.org/", "file:///etc", "ftp://localhost/", "https://", "http://10.0.0.1"]
)
def test_14_addresses_that_are_not_allowed(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        HttpTransport(url)
    assert caught.value.reason == FetchReason.BAD_URL


@pytest.mark.parametrize(
    "url", ["https://example.org/r", "http://127.0.0.1:8000/", "http://[::1]/", "http://localhost/"]
)
def test_addresses_that_are_allowed(url: str) -> None:
    HttpTransport(url)


def test_14_https_never_leads_to_http_not_even_here() -> None:
    with pytest.raises(FetchError) as caught:
        check_url("http://127.0.0.1/", "https://example.org/")
    assert caught.value.reason == FetchReason.BAD_REDIRECT


def test_an_installation_from_a_server(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    release = forge.release(tmp_path / "release")

    def answer(handler: BaseHTTPRequestHandler) -> None:
        path = release / handler.path.removeprefix("/release/")
        data = path.read_bytes() if path.is_file() else b""
        send(handler, 200 if data else 404, data, Content_Length=str(len(data)))

    with serving(answer) as (url, _):
        installed = place.install(Source(url, HttpTransport(url, QUICK)), FULL)
    assert installed.entry.read_bytes() == forge.SCRIPT
    place.check_clean()


@contextmanager
def archives_elsewhere(release: Path, status: int, where: str) -> Iterator[tuple[str, Asked]]:
    """A server that has the release's manifest, and redirects to `where` for all else."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path.endswith("manifest.json"):
            send(handler, 200, (release / "manifest.json").read_bytes())
        else:
            send(handler, status, Location=where)

    with serving(answer) as served:
        yield served


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["file:///etc/passwd", "file:{archive}", "http://example.org/archive"])
def test_14_an_archive_that_is_redirected(tmp_path: Path, status: int, where: str) -> None:
    """Nothing is installed, even where the bytes would be the right ones."""
    place = make_place(tmp_path)
    release = forge.release(tmp_path / "release")
    archive = release / forge.artifact()["file"]["path"]
    assert archive.is_file()
    with archives_elsewhere(release, status, where.format(archive=archive)) as (url, asked):
        assert place.refuse(Source(url, HttpTransport(url, QUICK)), FULL) == FetchReason.BAD_REDIRECT
    assert len(asked) == 2, "it is not tried again"


def test_10_a_broken_transfer_leaves_nothing(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    release = forge.release(tmp_path / "release")

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path.endswith("manifest.json"):
            send(handler, 200, (release / "manifest.json").read_bytes())
        else:
            send(handler, 200, b"abc", Content_Length="3")

    with serving(answer) as (url, _):
        assert place.refuse(Source(url, HttpTransport(url, QUICK)), FULL) == FetchReason.TOO_SHORT
