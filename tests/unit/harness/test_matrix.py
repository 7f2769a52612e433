"""The page on tiers: that it is what the kept results give, and is not edited by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import bitexact, matrix, results
from harness.corpus import load
from harness.needs import released
from harness.page import NEEDED, page
from harness.results import dump
from tests.unit.harness.results import kept, of_release


def test_the_page_is_what_the_kept_results_give() -> None:
    made = page(matrix.given(released(), results.KEPT), matrix.OUT.parent)
    assert matrix.OUT.read_text("utf-8") == made, "nox -s matrix writes it anew"


def test_what_was_measured_here_gets_a_page_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MEASURED", tmp_path)
    before = matrix.OUT.read_bytes()
    own = kept("route").model_copy(update={"envelope": of_release("route")})
    (tmp_path / "route.json").write_text(dump(own))
    assert matrix.measured(released(), lambda _: None) == 0
    written = (tmp_path / "tiers.md").read_text("utf-8")
    assert f"`route`: {own.envelope.shown}.\n" in written
    assert f"`speed`: {kept('speed').envelope.shown}." in written
    assert matrix.OUT.read_bytes() == before


def test_without_a_result_there_is_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "KEPT", tmp_path / "none")
    monkeypatch.setattr(matrix, "OUT", tmp_path / "tiers.md")
    said: list[str] = []
    assert matrix.main(said.append) == 2
    assert all(f"nox -s {name}" in said[0] for name in NEEDED)
    assert not matrix.OUT.exists()


def test_the_corpora_say_what_the_kept_results_show() -> None:
    document, scripts = kept("bit-exact").figures, load()
    assert {item["script"] for item in document["scripts"]} == {script.id for script in scripts}
    assert bitexact.wrong_marks(document, scripts) == []
    causes = {script.id: script.cause for script in scripts}
    differing = {
        item["script"]
        for item in document["scripts"]
        for runner in document["runners"]
        if item["compared"] and runner["tier"] != "reference" and item["runs"][runner["name"]].get("differs")
    }
    assert [name for name in sorted(differing) if causes[name] is None] == []
