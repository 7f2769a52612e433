"""harness.browser: what is served how, and what a check says of the forty."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from harness import browser
from harness.browser import Answer, Checked
from harness.corpus import FORTY, Cause, Script, load


@pytest.fixture
def served(tmp_path: Path) -> Iterator[int]:
    for name in ("index.html", "page.js", "style.css", "slimepython.wasm", "crates.txt"):
        (tmp_path / name).write_text(name)
    with browser.server(tmp_path) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def get(port: int, path: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/page.js", "text/javascript"),
        ("/style.css", "text/css"),
        ("/slimepython.wasm", "application/wasm"),
        ("/crates.txt", "text/plain; charset=utf-8"),
    ],
)
def test_files_have_the_types_that_browsers_insist_on(served: int, path: str, kind: str) -> None:
    response = get(served, path)
    assert (response.status, response.headers["Content-Type"]) == (200, kind)
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_policy_of_the_page_holds_for_its_worker_too(served: int) -> None:
    said = get(served, "/page.js").headers["Content-Security-Policy"]
    assert said.startswith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; ")
    assert "unsafe-inline" not in said
    assert "http" not in said


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    files = list(browser.DEMO.iterdir())
    assert {"page.js", "index.html"} <= {file.name for file in files}
    for file in files:
        assert "://" not in file.read_text("utf-8"), file.name


def test_nothing_outside_the_folder_is_served(served: int) -> None:
    assert get(served, "/../../etc/passwd").status == 404


def test_a_release_without_it_says_what_builds_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    manifest = b'{"artifacts":[],"created":"2026-01-01T00:00:00Z","release":"2026.1","schema":"1.0"}'
    (tmp_path / "manifest.json").write_bytes(manifest)
    assert browser.main(["--release", str(tmp_path), "--folder", str(tmp_path / "out")]) == 2
    assert "nox -s browser" in capsys.readouterr().err


def answered(script: Script, out: bytes | None = None, status: int = 0, err: bytes = b"") -> Answer:
    expected = script.expected()
    assert expected is not None
    return Answer(status, expected.out if out is None else out, err, 0.5)


def test_a_table_counts_and_says_why() -> None:
    good, words, wrong, failed = load(FORTY)[:4]
    words = Script(words.folder, words.path, "", "", must_be_full=("wasi",), cause=Cause.TEXTS)
    (first, *rest) = wrong.path.parent.joinpath("expected", f"{wrong.path.stem}.out").read_bytes().splitlines(True)
    checked = Checked(
        0.25,
        {
            good: answered(good),
            words: answered(words, b""),
            wrong: answered(wrong, b"".join([first, b"other\n", *rest[1:]])),
            failed: answered(failed, status=1, err=b"Traceback\nImportError: no"),
        },
    )
    lines = browser.table(checked)
    assert lines[1].split() == ["dynamic", "4", "1", "2.0"]
    assert lines[2].split() == ["all", "4", "1"]
    assert lines[3].startswith(f"{words.id}: known (texts): '', not ")
    assert lines[4] == f"{wrong.id}: 'other', not {rest[0].decode().rstrip()!r}"
    assert lines[5] == f"{failed.id}: status 1, not 0: ImportError: no"
    assert lines[6] == "compiled in 250 ms"
    assert browser.unknown(checked) == [wrong, failed]
