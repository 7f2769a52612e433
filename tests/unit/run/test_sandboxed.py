"""What is shown of a failed build's log; builds themselves run in tests/integration/pipeline."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.run.sandboxed import MARK, _tail


@pytest.mark.parametrize(
    ("log", "shown"),
    [
        ("", ()),
        (f"\n{MARK}work\n", ()),
        (f"\n{MARK}work\nalas\n", ("alas",)),
        (f"\n{MARK}one\nno end\n{MARK}two\n\nalas\n", ("no end", "", "alas")),
        ("a form feed\f and \x1e are in a line\n", ("a form feed\f and \x1e are in a line",)),
        ("".join(f"{number}\n" for number in range(100)), tuple(str(number) for number in range(75, 100))),
    ],
)
def test_the_last_lines_are_the_builds_own(tmp_path: Path, log: str, shown: tuple[str, ...]) -> None:
    path = tmp_path / "log.txt"
    path.write_text(log, "utf-8")
    assert _tail(path) == shown


def test_any_bytes_will_do_and_no_log_is_none(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(b"\xff\n" + b"x" * 200_000 + b"\nend\n")
    first, last = _tail(path)
    assert (set(first), last) == ({"x"}, "end")
    assert len(first) < 66_000, "a log of gigabytes is not read to show its end"
    assert _tail(tmp_path / "nothing") == ()
