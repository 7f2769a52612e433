"""pipeline.load.document: YAML to models, with a reason and file:line:column for whatever is wrong."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DefinitionError
from pipeline.load.document import MAX_BYTES, Json, load, parse, validate
from pipeline.load.problems import LoadReason
from pipeline.model.recipe import Recipe

GOLDEN = Path(__file__).parent / "golden"
FILE = Path("recipes/zlib/recipe.yaml")
GOOD = """\
name: zlib
kind: library
summary: Compression
license: Zlib
homepage: https://zlib.net
toolchain: llvm-22
targets: [x86_64-unknown-linux-gnu]
versions:
  - version: "1.3"
    sources:
      - urls: [https://zlib.net/zlib-1.3.tar.xz]
        sha256: abababababababababababababababababababababababababababababababab
        size: 10
steps:
  - name: make
    run: make
"""


def refuse(text: str) -> tuple[LoadReason, str]:
    """The first problem's reason, and all the problems' text."""
    with pytest.raises(DefinitionError) as caught:
        validate(parse(text, FILE), Recipe)
    assert isinstance(caught.value.reason, LoadReason)
    assert caught.value.hint
    return caught.value.reason, caught.value.message


def test_golden_yaml_says_the_golden_json() -> None:
    recipe = load(GOLDEN / "recipe.yaml", Recipe)
    assert recipe.model_dump_json(indent=1) + "\n" == (GOLDEN / "recipe.json").read_text("utf-8")


def test_golden_json_reads_back() -> None:
    recipe = Recipe.model_validate_json((GOLDEN / "recipe.json").read_bytes())
    assert recipe == load(GOLDEN / "recipe.yaml", Recipe)


def test_the_good_text_is_good() -> None:
    """Else the tests below would refuse for another reason."""
    assert validate(parse(GOOD, FILE), Recipe).name == "zlib"


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: yes", "yes"),
        ("a: true", True),
        ("a: 2026-01-01", "2026-01-01"),
        ("a: 0x10", "0x10"),
        ("a: 010", "010"),
        ("a: 1_000", "1_000"),
        ("a: 12", 12),
        ("a: -1.5e3", -1500.0),
        ("a: 1.0e999", "1.0e999"),
        ("a: .nan", ".nan"),
        ("a:", None),
        ("a: ~", None),
        ("a: '~'", "~"),
        ("a: " + "9" * 25, "9" * 25),
        ("a: |\n  x\n  y\n", "x\ny\n"),
    ],
)
def test_only_the_core_types_are_read(text: str, data: Json) -> None:
    assert parse(text, FILE).data == {"a": data}


def test_22_unknown_key_with_a_suggestion() -> None:
    reason, message = refuse(GOOD.replace("toolchain:", "toolchian:"))
    assert reason is LoadReason.UNKNOWN_KEY
    assert f"{FILE}:6:1: unknown key `toolchian`; did you mean `toolchain`?" in message


def test_22_unknown_key_deep_inside() -> None:
    reason, message = refuse(GOOD.replace("        size:", "        sise:"))
    assert reason is LoadReason.UNKNOWN_KEY
    assert f"{FILE}:13:9: unknown key `versions.0.sources.0.sise`; did you mean `size`?" in message


def test_22_unknown_key_like_no_other() -> None:
    _, message = refuse(GOOD + "quux: 1\n")
    assert f"{FILE}:17:1: unknown key `quux`; known here: artifacts, crates, " in message


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("size: 10", 'size: "10"', "13:9: `versions.0.sources.0.size`"),
        ("size: 10", "size: 10.0", "13:9: `versions.0.sources.0.size`"),
        ("size: 10", "size: true", "13:9: `versions.0.sources.0.size`"),
        ("targets: [x86_64-unknown-linux-gnu]", "targets: x86_64-unknown-linux-gnu", "7:1: `targets`"),
        ("summary: Compression", "summary: [Compression]", "3:1: `summary`"),
        ("  - name: make\n    run: make", "  - make", "15:5: `steps.0`"),
    ],
)
def test_22_wrong_type(old: str, new: str, place: str) -> None:
    reason, message = refuse(GOOD.replace(old, new))
    assert reason is LoadReason.WRONG_TYPE
    assert message.startswith(f"{FILE}:{place}: ")


def test_22_wrong_type_for_want_of_quotes() -> None:
    reason, message = refuse(GOOD.replace('version: "1.3"', "version: 1.3"))
    assert reason is LoadReason.WRONG_TYPE
    assert f"{FILE}:9:5: " in message
    assert "(quote it)" in message


def test_22_empty_file() -> None:
    reason, message = refuse("")
    assert reason is LoadReason.WRONG_TYPE
    assert message.startswith(f"{FILE}:1:1: ")


def test_22_missing_digest() -> None:
    text = "".join(line for line in GOOD.splitlines(keepends=True) if "sha256" not in line)
    reason, message = refuse(text)
    assert reason is LoadReason.MISSING_KEY
    assert message == f"{FILE}:11:9: `versions.0.sources.0.sha256` is missing [missing-key]"


@pytest.mark.parametrize("digest", ["ab", "AB" * 32, '"' + "ab" * 32 + '\\n"', "md5:" + "ab" * 16])
def test_22_bad_digest(digest: str) -> None:
    reason, message = refuse(GOOD.replace("ab" * 32, digest))
    assert reason is LoadReason.BAD_VALUE
    assert message.startswith(f"{FILE}:12:9: `versions.0.sources.0.sha256`")


@pytest.mark.parametrize("path", ["../other/x.patch", "/etc/passwd", "a/../../x", "a\\b", '"a\\0b"'])
def test_22_path_out_of_the_tree(path: str) -> None:
    reason, message = refuse(GOOD + f"files:\n  - ok.sh\n  - {path}\n")
    assert reason is LoadReason.BAD_VALUE
    assert message.startswith(f"{FILE}:19:5: `files.1`")


def test_22_alias_bomb() -> None:
    """A billion laughs: refused by its first anchor, before anything is expanded."""
    lines = ['a0: &a0 ["lol"]'] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    reason, message = refuse("\n".join(lines))
    assert reason is LoadReason.ALIAS
    assert message.startswith(f"{FILE}:1:5: ")


def test_22_duplicate_key() -> None:
    reason, message = refuse(GOOD.replace("    run: make\n", "    run: make\n    run: make install\n"))
    assert reason is LoadReason.DUPLICATE_KEY
    assert message == f"{FILE}:17:5: `run` is given twice [duplicate-key]"


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system [x]", "!!int abc", "!!set {a}", "!own x"])
def test_22_tag(tag: str) -> None:
    reason, message = refuse(GOOD.replace("Compression", tag))
    assert reason is LoadReason.WRONG_TYPE
    assert message.startswith(f"{FILE}:3:10: ")


def test_22_key_that_is_no_string() -> None:
    reason, message = refuse(GOOD + "? [a]\n: b\n")
    assert reason is LoadReason.WRONG_TYPE
    assert message.startswith(f"{FILE}:17:3: ")


@pytest.mark.parametrize(
    ("text", "place"), [("a: [1\n", "2:1"), ("a: 1\n---\nb: 2\n", "2:1"), ("a: \x01", "1:1"), ("a: 'x", "1:6")]
)
def test_22_not_yaml(text: str, place: str) -> None:
    reason, message = refuse(text)
    assert reason is LoadReason.SYNTAX
    assert message.startswith(f"{FILE}:{place}: ")


@pytest.mark.parametrize("depth", [40, 500_000])
def test_22_nested_too_deeply(depth: int) -> None:
    """Deep enough nesting would overflow the C stack of whatever builds the nodes."""
    reason, message = refuse("a: " + "[" * depth)
    assert reason is LoadReason.TOO_LARGE
    assert message.startswith(f"{FILE}:1:35: ")


def test_22_every_problem_is_told_at_once() -> None:
    _, message = refuse(GOOD.replace("kind: library", "kind: thing").replace("size: 10", "size: -1") + "x: 1\n")
    assert [line.split(":")[1] for line in message.splitlines()] == ["2", "13", "17"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"name: \xff", LoadReason.UNREADABLE),
        (b" " * (MAX_BYTES + 1), LoadReason.TOO_LARGE),
        (None, LoadReason.MISSING_FILE),
    ],
)
def test_22_a_file_that_is_no_text(tmp_path: Path, content: bytes | None, reason: LoadReason) -> None:
    path = tmp_path / "recipe.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DefinitionError) as caught:
        load(path, Recipe, FILE)
    assert caught.value.reason is reason
    assert caught.value.message.startswith(f"{FILE}:1:1: ")


@given(st.text("ab:-[]{}&*!|>'\"#%@`,? \n\t~019.", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(DefinitionError):
        parse(text, FILE)
