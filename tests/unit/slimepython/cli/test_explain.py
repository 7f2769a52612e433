"""`slimepython explain`: every signal with its place, what decided, what would change that, guards; and as JSON."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from slimepython import dispatch
from slimepython.adaptive.profiles import ProfileStore, ScriptKey
from slimepython.cli.main import main
from slimepython.router.signals import Tier
from tests.unit.slimepython.router.conftest import NATIVE, table_of

TABLE = Path("/tables/native.json")
ON_BOTH = "def double(x):\n    return x + x\n\nprint(double(21))\n"
TWO_SIGNALS = "import os\n\nprint({1, 2, 3},\n      os.getpid())\n"
GUARDED = "import json\nn, m = json.loads('[6, 4]')\nprint('ü', n / m)\n"


@pytest.fixture(autouse=True)
def native_table(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the committed table says, as if it were about the made-up tiers."""
    monkeypatch.setattr(dispatch, "_tables", lambda request, found: (table_of(NATIVE, NATIVE), TABLE))


@pytest.fixture
def explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Write a script, explain it; what was said."""

    def explain(code: str, *words: str) -> str:
        (tmp_path / "s.py").write_text(code)
        capsys.readouterr()
        assert main(["explain", *words, str(tmp_path / "s.py")]) == 0
        said = capsys.readouterr()
        assert said.err == ""
        return said.out.replace(str(tmp_path / "s.py"), "s.py")

    return explain


def test_every_signal_has_its_place_and_reason(explained: Any) -> None:
    lines = explained(TWO_SIGNALS, "--prefer", "light").splitlines()
    assert lines[:7] == [
        "s.py: full on native",
        "because line 3: ORDER_DEP set order: sets keep another order on Light, and 1 more",
        "  s.py:3:7: ORDER_DEP set order: sets keep another order on Light",
        "  s.py:4:7: EFFECT os.getpid: it is not listed as equal",
        "what would change it:",
        "  sort sets before their order can show",
        "  leave effects to Full",
    ]


def test_what_is_said_to_change_it_does(explained: Any) -> None:
    assert "s.py: light on native" in explained("print(sorted({1, 2, 3}))\n", "--prefer", "light")


def test_columns_count_characters(explained: Any) -> None:
    assert "s.py:1:13: ORDER_DEP" in explained("print('üü', {1, 2})\n", "--prefer", "light")


def test_light_is_tried(explained: Any) -> None:
    lines = explained(ON_BOTH, "--prefer", "light").splitlines()
    assert lines[:4] == [
        "s.py: light on native (a trial: unless it ends cleanly, Full runs it)",
        "because Light is preferred, and nothing in the script is answered differently there",
        "what would change it:",
        "  prefer Full",
    ]
    assert lines[-1] == f"table: {TABLE}"
    assert [line.split("/")[-1] for line in lines[-3:-1]] == ["python3", "rustpython"]


def test_full_is_preferred_unless_somebody_says_otherwise(explained: Any) -> None:
    said = explained(ON_BOTH)
    assert "s.py: full on native\nbecause Full is preferred" in said
    assert "what would change it:\n  prefer Light" in said


def test_text_that_cannot_be_parsed(explained: Any) -> None:
    assert "s.py:2:5: SYNTAX syntax: it cannot be parsed here: '(' was never closed" in explained("\nx = (\n")


def test_guards_are_shown_where_light_tries(explained: Any) -> None:
    said = explained(GUARDED, "--prefer", "light")
    _, _, guards = said.partition("what the trial looks at while it runs, and ends itself if it comes true:\n")
    assert "  s.py:3:12: UNSUPPORTED Div: " in guards, said
    told = json.loads(explained(GUARDED, "--prefer", "light", "--json"))
    division = {"line": 3, "column": 12, "kind": "UNSUPPORTED", "subject": "Div"}
    assert division in told["guards"]
    assert "what the trial looks at" not in explained(GUARDED)


def test_as_json(explained: Any) -> None:
    told = json.loads(explained(TWO_SIGNALS, "--prefer", "light", "--json"))
    where = [told[name] for name in ("tier", "platform", "speculative", "table")]
    assert where == ["full", "native", False, str(TABLE)]
    assert told["signals"] == [
        {
            "line": 3,
            "column": 7,
            "kind": "ORDER_DEP",
            "subject": "set order",
            "why": "sets keep another order on Light",
        },
        {"line": 4, "column": 7, "kind": "EFFECT", "subject": "os.getpid", "why": "it is not listed as equal"},
    ]
    assert told["because"].startswith("line 3: ORDER_DEP")
    assert told["would_change"][-1] == "--router light, if a different answer would do"
    assert set(told["programs"]) == {"full", "light"}


@pytest.mark.parametrize("tier", ["full", "light"])
def test_a_tier_that_was_asked_for(explained: Any, tier: str) -> None:
    told = json.loads(explained(TWO_SIGNALS, "--router", tier, "--json"))
    assert (told["tier"], told["because"], told["signals"]) == (tier, "it was asked for", [])
    assert list(told["programs"]) == [tier]


def test_without_a_table_that_is_said(explained: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "_tables", lambda request, found: (None, None))
    said = explained(ON_BOTH, "--prefer", "light")
    assert "NO_TABLE" in said.splitlines()[1]
    assert "table: none for this pair of programs" in said


def test_what_the_adaptive_router_has_learnt(
    explained: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what it would do now, and by which measurements; what Light may not run it does not ask about."""
    adaptive = ("--router", "adaptive", "--budget-ms", "100")
    assert "because it never ran on Light here, and may" in explained(ON_BOTH, *adaptive)
    request = dispatch.Request(str(tmp_path / "s.py"))
    programs = {tier: dispatch.require_program(request, tier) for tier in Tier}
    store = ProfileStore(home / "profiles.sqlite3")
    for tier, seconds in ((Tier.LIGHT, 0.9), (Tier.FULL, 0.2)):
        digest = hashlib.sha256(ON_BOTH.encode()).hexdigest()
        store.record(ScriptKey(digest, tier, programs[tier].identity, " ".join(os.uname()[1::3])), seconds, ok=True)
    said = explained(ON_BOTH, *adaptive)
    assert said.startswith("s.py: full on native\nbecause HOT: Light takes 900 ms, over the budget of 100 ms; Full ")
    assert "a larger --budget-ms" in said
    assert explained(ON_BOTH, *adaptive[:2], "--budget-ms", "1000").startswith("s.py: light on native (a trial")
    assert "ORDER_DEP" in explained(TWO_SIGNALS, *adaptive).splitlines()[1]
