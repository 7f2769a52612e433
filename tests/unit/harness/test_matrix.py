"""The page on tiers: that it is what the kept results give, and is not edited by hand."""

from __future__ import annotations

from harness import bitexact, matrix, results
from harness.corpus import load
from harness.matrix import NEEDED, page
from slimepython.release.model import Artifact


def test_the_page_is_what_the_kept_results_give() -> None:
    documents = {name: results.read(name) for name in NEEDED}
    found = {name: document for name, document in documents.items() if document is not None}
    assert found.keys() == set(NEEDED)
    # Without a manifest at hand: all but what the manifest says.
    none: list[Artifact] = []
    lines = "\n".join(page(none, found)).splitlines()
    kept = matrix.OUT.read_text("utf-8").splitlines()
    generated = [line for line in lines if line and "not built" not in line and line.strip("|- ")]
    assert [line for line in generated if line not in kept] == []


def test_the_corpora_say_what_the_kept_results_show() -> None:
    document, scripts = results.read("bit-exact"), load()
    assert document is not None
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
