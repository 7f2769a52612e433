"""What is remembered of every action's last two keys, for `explain`."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.plan.action import Difference
from pipeline.run.history import Entry, History, why

FIRST = Entry("k1", {"spec": {"flag": "-O2"}}, 3.5)
SECOND = Entry("k2", {"spec": {"flag": "-O3"}}, 4.0)
THIRD = Entry("k3", {"spec": {"flag": "-Os"}}, 5.0)
NAME = "build/a-1.0@t"


def test_the_newest_two_are_kept(tmp_path: Path) -> None:
    history = History(tmp_path)
    assert history.entries(NAME) == []
    assert history.seconds(NAME) is None
    for entry in (FIRST, SECOND, SECOND, THIRD):
        history.note(NAME, entry)
    assert history.entries(NAME) == [THIRD, SECOND]
    assert history.seconds(NAME) == 5.0
    assert [path.name for path in history.folder.iterdir()] == ["build%a-1.0@t.json"]


def test_why_it_would_run_again(tmp_path: Path) -> None:
    history = History(tmp_path)
    assert why(history, NAME, FIRST.material) is None, "never run here"
    history.note(NAME, FIRST)
    assert why(history, NAME, FIRST.material) == [], "nothing changed"
    assert why(history, NAME, SECOND.material) == [Difference("spec.flag", "-O2", "-O3")]
    history.note(NAME, SECOND)
    assert why(history, NAME, SECOND.material) == [Difference("spec.flag", "-O2", "-O3")], "since the time before"


def test_a_record_without_times_is_still_one(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.note(NAME, FIRST)
    (path,) = history.folder.iterdir()
    path.write_text(json.dumps([{"key": "k1", "material": FIRST.material}]), "utf-8")
    assert history.seconds(NAME) is None
    assert why(history, NAME, SECOND.material) == [Difference("spec.flag", "-O2", "-O3")]


def test_what_cannot_be_read_or_written_stops_nothing(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.folder.mkdir()
    path = history.folder / "build%a-1.0@t.json"
    for text in ("no JSON", "[1]", '[{"key": "k"}]'):
        path.write_text(text, "utf-8")
        assert history.entries(NAME) == []
    path.unlink()
    path.mkdir()
    history.note(NAME, FIRST)
    assert history.entries(NAME) == []
    assert [item.name for item in history.folder.iterdir()] == [path.name], "no temporary file is left"
