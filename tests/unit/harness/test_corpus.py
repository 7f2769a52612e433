"""The corpora: that what their folders hold is what they list, their promised numbers, and refused mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.corpus import FOLDERS, FORTY, CorpusError, Script, load

ENTRY = '[[script]]\nfile = "a.py"\ntitle = "t"\nwhy = "w"\n'


@pytest.mark.parametrize(
    ("folder", "at_least"),
    [("dynamic", 5), ("rejected", 15), ("realworld", 20), ("beyond", 60), ("heldout", 30), ("hot", 5)],
)
def test_the_promised_numbers(folder: str, at_least: int) -> None:
    assert len(load([folder])) >= at_least


def test_the_forty() -> None:
    assert len(load(FORTY)) == 40


@pytest.mark.parametrize("script", load(), ids=lambda script: script.id)
def test_every_script_says_what_it_is_and_what_is_expected_of_it(script: Script) -> None:
    assert script.title
    assert script.why
    assert (script.expected() is not None) == script.comparable
    assert len(script.must_be_full) == 2 or not script.nondeterministic


def test_nothing_expected_is_left_of_a_script_that_is_gone() -> None:
    for folder in FOLDERS:
        scripts = load([folder])
        stems = {script.path.stem for script in scripts if script.comparable}
        there = {path.stem for path in (scripts[0].path.parent / "expected").iterdir()}
        assert there == stems


def test_expected_output_knows_no_path_of_any_machine(tmp_path: Path) -> None:
    script = Script("x", tmp_path / "a.py", "t", "w", status=1)
    script.expect(f"in {tmp_path}/a.py".encode(), b"")
    assert (tmp_path / "expected" / "a.out").read_bytes() == b"in {corpus}/a.py"
    expected = script.expected()
    assert expected is not None
    assert (expected.status, expected.out, expected.err) == (1, f"in {tmp_path}/a.py".encode(), b"")
    script.expect(b"", b"oh")
    script.expect(b"", b"")
    assert sorted(path.name for path in (tmp_path / "expected").iterdir()) == ["a.out"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[[script]]\n",
        ENTRY + "must_be_full = true\n",
        ENTRY + 'cause = "order"\nmust_be_full = ["everywhere"]\n',
        ENTRY + 'must_be_full = ["wasi"]\n',
        ENTRY + 'cause = "whim"\n',
        ENTRY + 'colour = "red"\n',
        ENTRY + ENTRY.replace("a.py", "b.py"),
        "title = 'x'\n" + ENTRY,
    ],
    ids=[
        "empty",
        "nothing said",
        "wrong type",
        "unknown platform",
        "no cause",
        "unknown cause",
        "unknown key",
        "file missing",
        "more than scripts",
    ],
)
def test_a_wrong_corpus_is_refused(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "a.py").write_text("pass\n")
    (folder / "corpus.toml").write_text(text)
    with pytest.raises(CorpusError):
        load(["odd"], tmp_path)


def test_an_unlisted_script_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("pass\n")
    (tmp_path / "b.py").write_text("pass\n")
    (tmp_path / "corpus.toml").write_text(ENTRY)
    with pytest.raises(CorpusError, match=r"b\.py"):
        load(["."], tmp_path)
