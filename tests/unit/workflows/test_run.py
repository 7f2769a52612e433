"""`.ci/run`: what fails keeps only what needs it from running, and the last lines say how everything ended.

nox and Docker are doubles here: a session ends as the test says, and the README's tests leave their summary.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / ".ci" / "run"
PARTS = ["lint", "build-full", "released", "acceptance", "tests"]
_PYTHON = """\
#!/bin/sh
# python3 -m nox -s SESSION [-- OPTION] | python3 -m pip …
[ "$2" = nox ] || exit 0
echo "$*" >> "$RECORD"
case "$4" in
  acceptance) echo "tests/acceptance: 9 passed" ;;
  tests) echo "tests: 99 passed, 1 skipped"; echo "  not run: 1 test: why" ;;
esac >> "$SLIMEPYTHON_TEST_SUMMARY"
case " $HANGS " in *" $4 "*) echo hangs > "$TELL"; exec sleep 60 ;; esac
case " $FAILS " in *" $4$6 "*) exit 1 ;; esac
"""


@dataclass(frozen=True)
class Ci:
    """The script in a folder of its own."""

    folder: Path

    def start(self, *, fails: str = "", hangs: str = "") -> subprocess.Popen[str]:
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        env = {"PATH": path, "RECORD": str(self.folder / "ran"), "TELL": str(self.folder / "tell")}
        return subprocess.Popen(
            [self.folder / ".ci" / "run"],
            env={**env, "FAILS": fails, "HANGS": hangs, "TMPDIR": str(self.folder / "tmp")},
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *, fails: str = "") -> tuple[int, list[str]]:
        """Its exit status and the lines that it ends with."""
        with self.start(fails=fails) as process:
            assert process.stdout is not None
            said = process.stdout.read()
        return process.returncode, said.partition("\n\n")[2].splitlines()

    @property
    def ran(self) -> list[str]:
        return [line.removeprefix("-m nox -s ") for line in (self.folder / "ran").read_text("utf-8").splitlines()]


def _program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(0o755)


@pytest.fixture
def ci(tmp_path: Path) -> Ci:
    _program(tmp_path / "bin" / "python3", _PYTHON)
    _program(tmp_path / ".ci" / "docker-up", "#!/bin/sh\necho export DOCKER_HOST=unix:///here\n")
    _program(tmp_path / ".ci" / "docker-down", '#!/bin/sh\necho "down $DOCKER_HOST" >> "$RECORD"\n')
    (tmp_path / "tmp").mkdir()
    shutil.copy(SCRIPT, tmp_path / ".ci" / "run")
    return Ci(tmp_path)


def _how(lines: list[str]) -> dict[str, str]:
    """Each part and how it ended."""
    told = [line.removeprefix("ci: ").split(maxsplit=2) for line in lines if line.startswith("ci: ")]
    return {name: rest if ":" in time else f"{time} {rest}" for name, time, rest in told}


def test_everything_is_run_and_the_tests_have_the_last_word(ci: Ci) -> None:
    status, lines = ci.run()
    assert status == 0
    assert ci.ran == [
        "lint",
        "build-full",
        "build-full -- --require-released",
        "acceptance",
        "tests",
        "down unix:///here",
    ]
    assert _how(lines) == dict.fromkeys(PARTS, "passed")
    assert lines[len(PARTS) :] == [
        "tests/acceptance: 9 passed",
        "tests: 99 passed, 1 skipped",
        "  not run: 1 test: why",
    ]
    assert not list((ci.folder / "tmp").iterdir())


@pytest.mark.parametrize(
    ("fails", "part"), [("lint", "lint"), ("build-full--require-released", "released"), ("tests", "tests")]
)
def test_what_fails_is_told_and_the_others_are_run(ci: Ci, fails: str, part: str) -> None:
    status, lines = ci.run(fails=fails)
    assert status == 1
    assert _how(lines) == {**dict.fromkeys(PARTS, "passed"), part: "FAILED"}
    assert lines[-1] == "  not run: 1 test: why"


def test_what_needs_a_failed_build_is_told_not_to_have_run(ci: Ci) -> None:
    status, lines = ci.run(fails="build-full")
    assert status == 1
    assert [line.split(" --")[0] for line in ci.ran] == ["lint", "build-full", "tests", "down unix:///here"]
    because = "not run: it needs all of build-full"
    assert _how(lines) == {
        "lint": "passed", "build-full": "FAILED", "released": because, "acceptance": because, "tests": "passed"
    }  # fmt: skip


def test_without_docker_nothing_is_run(ci: Ci) -> None:
    _program(ci.folder / ".ci" / "docker-up", "#!/bin/sh\nexit 1\n")
    assert ci.run() == (1, [])
    assert not (ci.folder / "ran").exists()


def test_an_interruption_ends_what_runs_and_says_so(ci: Ci) -> None:
    os.mkfifo(ci.folder / "tell")
    with ci.start(hangs="build-full") as process:
        assert (ci.folder / "tell").read_text("utf-8") == "hangs\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        lines = process.stdout.read().partition("\n\n")[2].splitlines()
    assert process.returncode == 130
    assert [line.split()[1] for line in lines] == ["lint", "interrupted"]
    assert ci.ran == ["lint", "build-full", "down unix:///here"]


def test_the_parts_end_within_the_time_there_is() -> None:
    """The last one's minute, and a minute to be killed in; and in order, so that none takes the time of the next."""
    minutes = [
        int(found) for found in re.findall(r"^ *(?:if )?part [\w-]+ (\d+) ", SCRIPT.read_text("utf-8"), re.MULTILINE)
    ]
    assert len(minutes) == len(PARTS)
    assert minutes == sorted(minutes)
    assert minutes[-1] + 1 <= 90
