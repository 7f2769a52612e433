"""The command line: what goes wrong is one line, with what to type next, and a status."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import __main__ as main
from harness.corpus import CorpusError
from harness.reference import NoReferenceError


@pytest.mark.parametrize("command", ["bit-exact", "speed", "amortize", "route", "adaptive"])
def test_without_a_release_it_is_said_what_to_do(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run([command, "--release", str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("error: ")
    assert "nox -s build-full" in captured.err
    assert not captured.out


@pytest.mark.parametrize(
    ("raised", "status", "said"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (CorpusError("odd"), 1, "error: odd"),
        (NoReferenceError("none"), 1, "error: none"),
    ],
)
def test_an_error_is_a_line(
    raised: BaseException,
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails(argv: object) -> int:
        raise raised

    monkeypatch.setattr(main, "main", fails)
    assert main.run([]) == status
    assert capsys.readouterr().err.startswith(said)
