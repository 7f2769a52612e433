"""Downloads: what arrives is what was pinned, or nothing is left behind. Number 23 of the bad inputs."""

from __future__ import annotations

import hashlib
import os
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import FetchError
from pipeline.fetch.download import cached, download
from pipeline.fetch.pins import FetchReason, MissingInputs, Pin, Progress
from pipeline.fetch.stream import Limits

if TYPE_CHECKING:
    from tests.unit.fetch.conftest import Place

BODY = b"the pinned bytes" * 4096
HASTY = Limits(connect=2, silence=0.5, window=0.3, window_bytes=1000, attempts=2, backoff=0.01)


def pin(*places: str, body: bytes = BODY, name: str = "zlib 1.3.2") -> Pin:
    return Pin(name, hashlib.sha256(body).hexdigest(), len(body), places, "edit recipes/zlib/recipe.yaml")


def fails(wanted: Pin, downloads: Path) -> MissingInputs:
    with pytest.raises(MissingInputs) as caught:
        download([wanted], downloads, limits=HASTY)
    assert [p.name for p in (downloads / "sha256").iterdir()] == []
    return caught.value


def test_what_is_pinned_arrives_once(place: Place, tmp_path: Path) -> None:
    wanted = pin(place.serve("/a", BODY))
    seen: list[Progress] = []
    found = download([wanted, wanted], tmp_path, progress=seen.append)
    assert found[wanted.sha256] == tmp_path / "sha256" / wanted.sha256
    assert found[wanted.sha256].read_bytes() == BODY
    assert seen[-1] == Progress(wanted, len(BODY), "done")
    download([wanted], tmp_path, progress=seen.append)
    assert seen[-1] == Progress(wanted, len(BODY), "cached")
    assert place.asked == ["/a"]


def test_a_damaged_download_is_fetched_again(place: Place, tmp_path: Path) -> None:
    wanted = pin(place.serve("/a", BODY))
    path = download([wanted], tmp_path)[wanted.sha256]
    path.chmod(0o644)
    path.write_bytes(b"X" + BODY[1:])
    assert cached(wanted, tmp_path) is None
    assert download([wanted], tmp_path)[wanted.sha256].read_bytes() == BODY
    assert place.asked == ["/a", "/a"]


def test_places_are_asked_best_first(place: Place, tmp_path: Path) -> None:
    wanted = pin(place.serve("/best", BODY), place.serve("/second", BODY))
    download([wanted], tmp_path)
    assert place.asked == ["/best"]


@pytest.mark.parametrize("bad", ["gone", "corrupt", "html"])
def test_23_a_bad_place_gives_way_to_the_next(place: Place, tmp_path: Path, bad: str) -> None:
    place.serve("/corrupt", b"Y" + BODY[1:])
    place.serve("/html", b"<html>log in</html>", kind="text/html; charset=utf-8")
    wanted = pin(f"{place.base}/{bad}", place.serve("/good", BODY))
    assert download([wanted], tmp_path)[wanted.sha256].read_bytes() == BODY


def test_23_other_bytes_than_pinned(place: Place, tmp_path: Path) -> None:
    other = b"Z" + BODY[1:]
    error = fails(pin(place.serve("/a", other), f"{place.base}/gone"), tmp_path)
    assert error.reason is FetchReason.DIGEST_MISMATCH
    assert hashlib.sha256(other).hexdigest() in error.message
    assert [a.reason for a in error.missing[0].answers] == [
        FetchReason.DIGEST_MISMATCH,
        FetchReason.NOT_FOUND,
    ]
    assert error.hint == "edit recipes/zlib/recipe.yaml"
    assert place.asked == ["/a", "/gone"]


def test_23_a_package_that_vanished(place: Place, tmp_path: Path) -> None:
    places = (f"{place.base}/pool/a.deb", f"{place.base}/snapshot/a.deb")
    error = fails(pin(*places, name="llvm-22: clang-22"), tmp_path)
    assert error.reason is FetchReason.NOT_FOUND
    assert all(p in error.message for p in places)
    assert "llvm-22: clang-22" in error.message


@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream"])
def test_23_a_mirror_that_answers_html(place: Place, tmp_path: Path, kind: str) -> None:
    # Padded to the pinned length: neither the type nor the length need give it away.
    page = b"<!DOCTYPE html><title>Sign in</title>".ljust(len(BODY))
    error = fails(pin(place.serve("/a", page, kind=kind)), tmp_path)
    assert error.reason is FetchReason.NOT_A_FILE


def test_too_long_by_its_header(place: Place, tmp_path: Path) -> None:
    assert fails(pin(place.serve("/a", BODY + b"more")), tmp_path).reason is FetchReason.TOO_LONG


def test_too_long_in_fact(place: Place, tmp_path: Path) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(100):
            request.wfile.write(BODY)

    assert fails(pin(place.route("/a", endless)), tmp_path).reason is FetchReason.TOO_LONG


def test_truncated(place: Place, tmp_path: Path) -> None:
    def short(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(BODY)))
        request.end_headers()
        request.wfile.write(BODY[:100])

    error = fails(pin(place.route("/a", short)), tmp_path)
    assert error.reason is FetchReason.TRUNCATED
    assert place.asked == ["/a", "/a"]


@pytest.mark.parametrize("pause", [0.02, 1.0])
def test_a_drip_and_a_silence_are_stalls(place: Place, tmp_path: Path, pause: float) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(BODY)))
        request.end_headers()
        for _ in range(int(2 / pause)):
            request.wfile.write(b"t")
            time.sleep(pause)

    assert fails(pin(place.route("/a", drip)), tmp_path).reason is FetchReason.STALLED


def test_a_server_error_is_asked_again(place: Place, tmp_path: Path) -> None:
    wanted = pin(place.serve("/a", b"busy", status=503))
    busy = place.routes["/a"]
    place.serve("/a", BODY)
    good = place.routes["/a"]
    place.route("/a", lambda request: (good if len(place.asked) > 1 else busy)(request))
    assert download([wanted], tmp_path, limits=HASTY)[wanted.sha256].read_bytes() == BODY


def test_a_status_that_says_nothing_of_the_file(place: Place, tmp_path: Path) -> None:
    error = fails(pin(place.serve("/a", b"no", status=403)), tmp_path)
    assert error.reason is FetchReason.HTTP_STATUS
    assert "HTTP 403" in error.message


@pytest.mark.parametrize("where", ["http://127.0.0.1:9/a", "file:///etc/passwd", "http://nowhere.invalid/a"])
def test_unreachable(tmp_path: Path, where: str) -> None:
    error = fails(pin(where), tmp_path)
    assert error.reason is FetchReason.UNREACHABLE
    assert where in error.message


def test_a_redirect_to_a_local_file_is_not_followed(place: Place, tmp_path: Path) -> None:
    def redirect(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", "file:///etc/passwd")
        request.end_headers()

    assert fails(pin(place.route("/a", redirect)), tmp_path).reason is FetchReason.UNREACHABLE


def test_a_pin_without_a_place(tmp_path: Path) -> None:
    assert fails(pin(), tmp_path).reason is FetchReason.NO_PLACE


def test_all_failures_are_told_together(place: Place, tmp_path: Path) -> None:
    good = pin(place.serve("/good", b"good"), body=b"good", name="good")
    bad = [pin(f"{place.base}/{n}", body=n.encode(), name=n) for n in ("one", "two")]
    with pytest.raises(MissingInputs) as caught:
        download([*bad, good], tmp_path, limits=HASTY)
    assert [m.pin.name for m in caught.value.missing] == ["one", "two"]
    assert cached(good, tmp_path) is not None


def test_a_folder_that_cannot_be_written(place: Place, tmp_path: Path) -> None:
    (tmp_path / "sha256").write_text("not a folder")
    with pytest.raises(FetchError) as caught:
        download([pin(place.serve("/a", BODY))], tmp_path)
    assert caught.value.reason is FetchReason.DISK


def test_a_folder_where_a_download_belongs(place: Place, tmp_path: Path) -> None:
    wanted = pin(place.serve("/a", BODY))
    (tmp_path / "sha256" / wanted.sha256).mkdir(parents=True)
    with pytest.raises(FetchError) as caught:
        download([wanted], tmp_path)
    assert caught.value.reason is FetchReason.DISK


def test_a_full_disk(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FetchError) as caught:
        download([pin(place.serve("/a", BODY))], tmp_path)
    assert caught.value.reason is FetchReason.DISK
    assert "No space left" in caught.value.message
    assert list((tmp_path / "sha256").iterdir()) == []


def test_what_a_killed_fetch_left_is_swept(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "sha256"
    folder.mkdir()
    old, young = folder / ".0123.x.part", folder / ".4567.y.part"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    download([pin(place.serve("/a", BODY))], tmp_path)
    assert not old.exists()
    assert young.exists()


@pytest.mark.parametrize("years", [-10, 10])
def test_18_a_clock_ten_years_off(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, years: int) -> None:
    """What is left over may stay too long or go too soon; what is whole is judged by its bytes alone."""
    before, wanted = pin(place.serve("/before", b"before"), body=b"before"), pin(place.serve("/a", BODY))
    kept = download([before], tmp_path)[before.sha256]
    left = kept.with_name(f".{wanted.sha256[:16]}.x.part")
    left.write_bytes(b"half")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + years * 365.25 * 86400)
    found = download([before, wanted], tmp_path)
    assert found[wanted.sha256].read_bytes() == BODY
    assert kept.read_bytes() == b"before"
    assert place.asked == ["/before", "/a"]
    assert left.exists() == (years < 0)
    monkeypatch.setattr(time, "time", lambda: now + 2 * 86400)
    download([wanted], tmp_path)
    assert {path.name for path in kept.parent.iterdir()} == {before.sha256, wanted.sha256}
