"""Findings for people and for programs."""

from __future__ import annotations

import io
import json

import pytest

from pipeline.cli.output import Output


def test_people_read_lines_where_they_are_said_to(capsys: pytest.CaptureFixture[str]) -> None:
    people = io.StringIO()
    output = Output(json=False, people=people)
    output.say("ä found", "found", name="ä")
    output.say("", "silent", name="nobody reads an empty line")
    assert output.end(3, "3 found", found=3) == 3
    assert people.getvalue() == "ä found\n3 found\n"
    assert capsys.readouterr() == ("", "")


def test_programs_read_an_object_a_line_and_last_the_summary(capsys: pytest.CaptureFixture[str]) -> None:
    people = io.StringIO()
    output = Output(json=True, people=people)
    output.say("ä found", "found", name="ä")
    output.say("", "silent", name="but programs do")
    assert output.end(3, "3 found", found=3) == 3
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [
        {"event": "found", "name": "ä"},
        {"event": "silent", "name": "but programs do"},
        {"event": "summary", "status": 3, "found": 3},
    ]
    assert "ä" in out, "not escaped"
    assert (people.getvalue(), err) == ("", "")
