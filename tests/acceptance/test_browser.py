"""Light in the browser, built by `nox -s browser`: its JavaScript and module in Node, the page itself in Chromium."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import browser
from harness.browser import Answer, Checked, in_node
from harness.corpus import FORTY, Script, load
from pipeline.model.manifest import Manifest
from tests.acceptance.programs import ARTIFACTS

SECONDS = 300
QUIETLY = (
    "--no-sandbox",  # which root needs
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def folder(manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that is served."""
    if browser.NAME not in {item.name for item in manifest.artifacts}:
        pytest.skip("not built, as it is no part of a release: nox -s browser -- --check")
    into = tmp_path_factory.mktemp("browser") / "folder"
    browser.lay_out(ARTIFACTS, into)
    return into


@pytest.fixture(scope="session")
def forty(folder: Path) -> Checked:
    return in_node(folder, load(FORTY))


def answer(folder: Path, tmp_path: Path, source: str) -> Answer:
    path = tmp_path / "it.py"
    path.write_text(source, "utf-8")
    (found,) = in_node(folder, [Script("folder", path, "", "")]).answers.values()
    return found


def test_it_reaches_nothing_but_what_it_is_lent(manifest: Manifest, folder: Path) -> None:
    (artifact,) = [item for item in manifest.artifacts if item.name == browser.NAME]
    wasm = artifact.evidence["wasm"]
    assert isinstance(wasm, dict)
    assert wasm["imports"] == ["slimepython.now", "slimepython.random", "slimepython.write"]
    assert artifact.file.size <= 15_000_000
    assert (folder / "licenses" / "crates.txt").is_file()


def test_the_forty_are_byte_exact_but_for_the_words_of_one_error(forty: Checked) -> None:
    assert [script.id for script, it in forty.answers.items() if not it.same(script)] == ["realworld/shape_protocol.py"]
    assert not browser.unknown(forty)


def test_what_is_not_caught_is_told_on_stderr(folder: Path, tmp_path: Path) -> None:
    ran = answer(folder, tmp_path, "def f(x):\n    return 1 / x\n\nprint('before')\nf(0)\n")
    assert (ran.status, ran.out) == (1, b"before\n")
    assert ran.err.decode().splitlines() == [
        "Traceback (most recent call last):",
        '  File "<script>", line 5, in <module>',
        "    f(0)",
        "    ~^^^",
        '  File "<script>", line 2, in f',
        "    return 1 / x",
        "           ~~^~~",
        "ZeroDivisionError: division by zero",
    ]


@pytest.mark.parametrize(
    ("source", "status", "err"),
    [
        ("import sys; sys.exit(7)", 7, b""),
        ("raise SystemExit('words')", 1, b"words\n"),
        ("exit()", 0, b""),
        ("import atexit, sys; atexit.register(print, 'late', file=sys.stderr); sys.exit(3)", 3, b"late\n"),
    ],
)
def test_an_exit_gives_its_status(folder: Path, tmp_path: Path, source: str, status: int, err: bytes) -> None:
    ran = answer(folder, tmp_path, source)
    assert (ran.status, ran.out, ran.err) == (status, b"", err)


def test_a_mistake_in_the_script_is_shown_with_its_line(folder: Path, tmp_path: Path) -> None:
    ran = answer(folder, tmp_path, "x = (1,\nprint(x\n")
    assert ran.status == 1
    assert b'File "<script>", line ' in ran.err
    assert b"SyntaxError: " in ran.err


def test_streams_are_those_of_any_python(folder: Path, tmp_path: Path) -> None:
    ran = answer(
        folder,
        tmp_path,
        "import os, sys\n"
        "print('ä', end=''); sys.stdout.flush(); sys.stdout.buffer.write(b'\\xff'); sys.stdout.buffer.flush()\n"
        "print('\\udc80', file=sys.stderr); os.write(2, b'raw\\n'); print(repr(sys.stdin.read()))\n"
        "print(sys.stdout.encoding, sys.stderr.errors, sys.stdout.name, sys.stdout.isatty())\n",
    )
    assert ran.out == "ä".encode() + b"\xff''\nutf-8 backslashreplace <stdout> False\n"
    assert (ran.status, ran.err) == (0, b"\\udc80\nraw\n")


def test_there_are_no_files(folder: Path, tmp_path: Path) -> None:
    source = """
import os, pathlib
for act in (
    lambda: open("a"),
    lambda: open("a", "w"),
    lambda: os.stat("a"),
    lambda: os.mkdir("a"),
    lambda: pathlib.Path("a").read_text(),
):
    try:
        act()
    except OSError as error:
        print(type(error).__name__, error.errno)
print(os.path.exists("/"), os.getcwd(), os.environ.get("HOME"), hasattr(os, "fork"))
"""
    ran = answer(folder, tmp_path, source)
    assert (ran.status, ran.err) == (0, b"")
    assert ran.out.decode().splitlines() == [
        "FileNotFoundError 2",
        "OSError 30",
        "FileNotFoundError 2",
        "OSError 30",
        "FileNotFoundError 2",
        "False / None False",
    ]


def test_clock_and_randomness_come_from_outside(folder: Path, tmp_path: Path) -> None:
    source = """
import datetime, os, queue, random, time
began = time.monotonic()
time.sleep(0.05)
assert 0.05 <= time.monotonic() - began < 30
now = datetime.datetime.now(datetime.timezone.utc)
assert abs(now.timestamp() - time.time()) < 30 and time.gmtime().tm_year == now.year >= 2026, now
assert time.strftime("%Y") == time.ctime()[-4:] == time.asctime()[-4:] == str(time.localtime().tm_year)
assert len({os.urandom(8), os.urandom(8), random.SystemRandom().randbytes(8)}) == 3
try:
    queue.SimpleQueue().get(timeout=0.01)
except queue.Empty:
    print(random.random())
"""
    first, second = (answer(folder, tmp_path, source) for _ in range(2))
    assert (first.status, first.err) == (second.status, second.err) == (0, b"")
    assert first.out != second.out


@pytest.mark.parametrize(
    "source",
    [
        "def f(n): return f(n + 1)\nf(0)",
        "class A:\n    def __add__(self, other): return A() + other\nA() + 1",
        "def f(n): return sorted([1, 2], key=f)\nf(0)",
        "class A:\n    def __init__(self): A()\nA()",
        "class A:\n    def __repr__(self): return repr([self])\nrepr(A())",
        "def f(): exec('f()', globals())\nf()",
        "def f(): yield from f()\nnext(f())",
        "import json\njson.loads('[' * 100_000)",
        "import re\nre.compile('(' * 5000 + ')' * 5000)",
    ],
    ids=["function", "operator", "callback", "class", "repr", "exec", "generator", "json", "re"],
)
def test_recursion_ends_with_an_exception_and_not_with_the_engines_stack(
    folder: Path, tmp_path: Path, source: str
) -> None:
    caught = "".join(f"    {line}\n" for line in source.splitlines())
    ran = answer(folder, tmp_path, f"try:\n{caught}except RecursionError:\n    print('caught')\n")
    assert (ran.status, ran.out, ran.err) == (0, b"caught\n", b"")


def test_a_recursion_that_overruns_it_all_the_same_costs_its_run_only(folder: Path, tmp_path: Path) -> None:
    ran = answer(folder, tmp_path, "print('before')\nx = ()\nfor _ in range(100_000): x = (x,)\nhash(x)\n")
    assert (ran.status, ran.out) == (134, b"before\n")
    assert ran.err == b"aborted: Maximum call stack size exceeded\n"


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The port at which a Chromium that shows nothing takes commands."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium")
    profile = tmp_path_factory.mktemp("chromium")
    command = [
        program,
        "--headless",
        f"--user-data-dir={profile}",
        "--remote-debugging-port=0",
        *QUIETLY,
        "about:blank",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        port = profile / "DevToolsActivePort"
        deadline = time.monotonic() + SECONDS
        while not port.is_file():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield port.read_text().split()[0]
        process.terminate()


def test_the_page_itself(folder: Path, chromium: str) -> None:
    with browser.server(folder) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/"
        command = [*browser.node(), str(Path(__file__).with_name("page.mjs")), chromium, url]
        done = subprocess.run(command, stdout=subprocess.PIPE, timeout=SECONDS, check=False)
        server.shutdown()
        thread.join()
    assert done.returncode == 0
    seen = json.loads(done.stdout)
    assert seen["sample"]["state"].startswith("Exit status 1 after ")
    assert seen["sample"]["stdout"] == "area: 12\n"
    assert seen["sample"]["stderr"].startswith("by rustpython 3.14.7\nTraceback (most recent call last):\n")
    assert seen["sample"]["stderr"].endswith("ValueError: width cannot be -1\n")
    assert seen["stopped"] == {"state": "Stopped", "stdout": "begun\n", "stderr": ""}
    assert 900_000 < seen["flooded"] < 1_100_000
    assert (seen["again"]["stdout"], seen["again"]["stderr"]) == ("again\n", "")
    assert seen["problems"] == []
