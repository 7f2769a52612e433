"""The page as text: whole whatever the release has, with `Stale` above every table that is not of it."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from harness import matrix, results
from harness.corpus import ROOT
from harness.given import Given
from harness.needs import released
from harness.page import NEEDED, page
from slimepython.release.model import Artifact
from tests.unit.harness.results import kept, of_release

DOCS = ROOT / "docs"


def fresh() -> Given:
    """All results as if measured anew."""
    found = {name: (kept(name).model_copy(update={"envelope": of_release(name)}), results.KEPT) for name in NEEDED}
    return Given(released(), found)


def captions(text: str) -> dict[str, set[bool]]:
    """Whether the lines above a result's tables say that it is stale."""
    found: dict[str, set[bool]] = {}
    for name, rest in re.findall(rf"^`({'|'.join(NEEDED)})`: (.*)$", text, re.MULTILINE):
        found.setdefault(name, set()).add("**Stale**" in rest)
    return found


def test_results_of_the_release_are_not_stale() -> None:
    assert captions(page(fresh(), DOCS)) == {name: {False} for name in NEEDED}


@pytest.mark.parametrize("name", NEEDED)
def test_a_stale_result_says_so_at_each_of_its_tables(name: str) -> None:
    given = fresh()
    result = kept(name).model_copy(update={"envelope": of_release(name, sources=None)})
    found = captions(page(replace(given, found={**given.found, name: (result, results.KEPT)}), DOCS))
    assert found == {other: {other == name} for other in NEEDED}


def test_of_another_release_every_figure_is_shown_and_stale() -> None:
    """After a release with new digests, and before anything was measured anew."""

    def rebuilt(item: Artifact) -> Artifact:
        return replace(item, file=replace(item.file, sha256="f" * 64), version=f"{item.version}.1")

    given = fresh()
    manifest = replace(given.manifest, artifacts=tuple(map(rebuilt, given.manifest.artifacts)))
    text = page(replace(given, manifest=manifest), DOCS)
    assert captions(text) == {name: {True} for name in NEEDED}
    figures = re.findall(r"\d+/\d+|\d+\.\d+×", page(given, DOCS))
    assert re.findall(r"\d+/\d+|\d+\.\d+×", text) == figures
    assert "cpython 3.14.7.1" in text


def test_what_a_release_lacks_is_said() -> None:
    given = fresh()
    one = [item for item in given.manifest.artifacts if item.tier == "full"]
    text = page(replace(given, manifest=replace(given.manifest, artifacts=tuple(one))), DOCS)
    assert text.count("not in the release") == 3


def test_links_lead_to_files_from_wherever_the_page_is(tmp_path: Path) -> None:
    given = matrix.given(released(), results.KEPT)
    for folder in (DOCS, tmp_path):
        links = re.findall(r"\]\(([^)]+)\)", page(given, folder))
        assert links
        assert all((folder / link).exists() for link in links), os.fspath(folder)
