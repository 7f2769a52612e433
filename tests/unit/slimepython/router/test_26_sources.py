"""Bad input 26: scripts that are nested without measure or of another syntax give a signal, and never a crash.

Each is looked at in a process of its own: a stack that overflows ends all of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from slimepython.router.signals import Kind

ROOT = Path(__file__).parents[4]
DRIVER = """
import json, sys
from slimepython.router.analyse import examine
from tests.unit.slimepython.router.conftest import WASM, table_of
tables = table_of(WASM, WASM)
for source in json.load(sys.stdin):
    examined = [examine(source.encode(), "x.py", tables, trial=trial) for trial in (False, True)]
    print(json.dumps([[[signal.kind, signal.why] for signal in each.signals] for each in examined]))
"""
MEBIBYTE = 1 << 20
"""A longer script is not even parsed."""


def looked_at(*sources: str) -> list[list[list[tuple[str, str]]]]:
    """For each source the signals without and with a trial: kind and reason."""
    done = subprocess.run(
        [sys.executable, "-c", DRIVER],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        timeout=300,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("start", "piece", "end"),
    [
        ("", "-", "1"),
        ("", "not ", "1"),
        ("", "lambda:", "1"),
        ("", "1 if 1 else ", "1"),
        ("", "a or b and ", "1"),
        ("", "[", "]"),
        ("a", ".b", ""),
        ("a", "[0]", ""),
        ("a", "()", ""),
        ("1", "+1", ""),
        ("1", "<1", ""),
        ("if 1:pass", "\nelif 1:pass", ""),
        ("print(1)", ";print(1)", ""),
    ],
)
def test_26_a_megabyte_of_nesting(start: str, piece: str, end: str) -> None:
    """Whatever parses is looked into as deep as that goes; depths in between are where either gives up."""
    room = MEBIBYTE - len(start) - len(end)
    numbers = [*(2**n for n in range(6, 15)), room // len(piece)]
    found = looked_at(*(start + piece * number + end for number in numbers))
    assert len(found) == len(numbers)
    for signals in found[-1]:
        assert [kind for kind, _ in signals] == [Kind.SYNTAX]


@pytest.mark.parametrize(
    "source",
    [
        "print(t'{1}')",
        "x = t'{1!r:>3}'",
        "frobnicate x: y",
        "def f[*T = *tuple[int]](x): pass\n" + "match 1:\n    case 1 | 2 | _: pass\n    case 3: pass\n",
        "print(rt'{x}')",
    ],
)
def test_26_a_syntax_that_is_newer_or_nobodys(source: str) -> None:
    """The Python that looks may know it, or not: Light does not, so it is a signal either way."""
    ((signals, tried),) = looked_at(source)
    assert signals
    assert tried
